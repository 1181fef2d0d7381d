"""Conversations with a deployment: what goes over the wire, what the person sees, and what happens when it fails."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.azure_endpoint import Asks, Model, Received, Says, Wish
from tests.whole.application import NEW_CONVERSATION, Application, contents
from tests.whole.azure_thread import AzureThread
from tui.examples import EXAMPLES

KEY = "canary-key-4711-0815"
BADGE = "◆ a-deployment"


@pytest.fixture(scope="module")
def azure() -> Iterator[AzureThread]:
    with AzureThread(api_key=KEY) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def running(azure: AzureThread, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    home = tmp_path_factory.mktemp("home")
    with Application(home, variables=azure.variables, badge=BADGE, columns=180) as application:
        application.wait_until_ready()
        yield application


@pytest.fixture
def chat(running: Application, azure: AzureThread) -> Application:
    """The running application with an empty chat; the planner answers at the endpoint."""
    azure.script()
    running.begin_anew()
    return running


def results(request: Received) -> list[str]:
    """The tools' results that a request carries."""
    return [message["content"] for message in request.body["messages"] if message["role"] == "tool"]


def asked_calls(request: Received) -> list[tuple[str, Mapping[str, Any]]]:
    """The calls of all answers that a request carries."""
    return [
        (call["function"]["name"], json.loads(call["function"]["arguments"]))
        for message in request.body["messages"]
        for call in message.get("tool_calls", ())
    ]


def test_calls_and_results_travel_as_the_api_wants_them(chat: Application, azure: AzureThread) -> None:
    before = len(azure.requests)
    screen = chat.ask("Calculate 15 * 8 and save the result to a file called calculation.txt", "3 rounds · 2 calls")
    assert "I saved 120.0 to calculation.txt." in screen
    assert chat.file("calculation.txt") == "120.0"

    first, second, third = azure.requests[before:]
    for request in (first, second, third):
        assert request.path == "/openai/deployments/a-deployment/chat/completions"
        assert request.query == {"api-version": "2024-10-21"}
        assert request.headers["api-key"] == KEY
        assert set(request.body) == {"model", "messages", "tools", "tool_choice", "stream", "stream_options"}
        assert request.body["tool_choice"] == "auto"
        assert len(request.body["tools"]) == 6
    assert [message["role"] for message in first.body["messages"]] == ["system", "user"]
    assert asked_calls(second) == [("calculate", {"operation": "multiply", "a": 15, "b": 8})]
    assert results(second) == ["Result: 15.0 multiply 8.0 = 120.0"]
    assert results(third)[1:] == ["Successfully saved content to calculation.txt"]
    asked, answered = third.body["messages"][2:4]
    assert asked["tool_calls"][0]["id"] == answered["tool_call_id"]


def test_learning_session_goes_through_a_deployment(chat: Application, azure: AzureThread) -> None:
    before = len(azure.requests)
    chat.pick(EXAMPLES[-1], EXAMPLES)
    chat.wait_for_answer("to summary.txt.", "3 rounds · 3 calls")
    assert chat.file("math.txt") == "200.0"
    assert chat.file("summary.txt").startswith("50 / 2 = 25.0\nWeather in NYC: ")
    last = azure.requests[-1]
    assert len([message for message in last.body["messages"] if message["role"] == "user"]) == 5
    assert ("read_text_file", {"filename": "math.txt"}) in asked_calls(last)
    assert len(azure.requests) - before == 10


def test_weather_and_system_information(chat: Application) -> None:
    assert "°F" in chat.ask("What's the weather like in San Francisco?", "2 rounds · 1 call")
    assert "Python version" in chat.ask("Can you get system information about this computer?", "CPU count")


def test_calls_of_one_answer_are_all_answered_in_the_next_request(chat: Application, azure: AzureThread) -> None:
    before = azure.script(
        Asks(
            Wish("greet", {"name": "Ada"}),
            Wish("calculate", {"operation": "divide", "a": 1, "b": 0}),
            Wish("calculate", '{"operation": "add", "a"'),
            Wish("get_weather", {"city": "Oslo"}),
        ),
        Says("Two worked, two did not."),
    )
    screen = chat.ask("do four things", "Two worked, two did not.", "2 rounds · 4 calls")
    assert "2 failed" in screen
    assert "no JSON object" in screen
    greeting, division, broken, weather = results(azure.requests[before + 1])
    assert greeting.startswith("Hello Ada!")
    assert "zero" in division
    assert "JSON" in broken
    assert weather.startswith("Weather in Oslo: ")


def test_key_is_on_the_wire_only(running: Application, azure: AzureThread) -> None:
    running.wait_for_answer("a-deployment")
    assert azure.requests
    assert not [name for name in running.server().environ() if name.startswith("AZURE")]
    assert KEY not in " ".join(running.server().cmdline())
    assert b"calculation.txt" in contents(running.data)
    for place in (contents(running.home), bytes(running.raw)):
        assert KEY.encode() not in place


def test_endpoint_that_is_not_there_never_falls_back_to_the_planner(tmp_path: Path) -> None:
    with AzureThread() as endpoint:
        variables = endpoint.variables
    with Application(tmp_path, variables=variables, badge=BADGE) as application:
        application.wait_for(NEW_CONVERSATION)
        screen = application.ask("Calculate 15 * 8", "refused the connection")
        assert "120" not in screen
        assert "calculate" not in screen


def test_endpoint_without_a_secure_connection_is_asked_once_and_told(tmp_path: Path, azure: AzureThread) -> None:
    before = len(azure.requests)
    variables = {**azure.variables, "AZURE_OPENAI_ENDPOINT": azure.endpoint.url.replace("http:", "https:")}
    with Application(tmp_path, variables=variables, badge=BADGE) as application:
        application.wait_for(NEW_CONVERSATION)
        application.ask("Calculate 15 * 8", "No secure connection to 127.0.0.1", "Check your network")
    assert len(azure.requests) == before


@pytest.mark.parametrize(
    ("path", "model"),
    [("", Model("gpt-5-codex", reasoning=True, chat=False)), ("/openai/v1", Model("gpt-5.4", reasoning=True))],
    ids=["classic", "v1"],
)
def test_deployment_is_asked_through_the_responses_api(tmp_path: Path, path: str, model: Model) -> None:
    with (
        AzureThread(path=path, deployments={"a-deployment": model}) as azure,
        Application(tmp_path, variables=azure.variables, badge=BADGE, columns=180) as application,
    ):
        application.wait_until_ready()
        screen = application.ask("Calculate 15 * 8 and save the result to a file called r.txt", "3 rounds · 2 calls")
        assert "I saved 120.0 to r.txt." in screen
        assert ("is asked through the Responses API from now on" in screen) == (not path)
        application.ask("Calculate 2 + 2", "2 + 2 = 4")
        assert [request.path.rpartition("/")[2] for request in azure.requests[-5:]] == ["responses"] * 5
        assert sum(request.path.endswith("/completions") for request in azure.requests) == (0 if path else 1)
        kinds = [item.get("type") for item in azure.requests[-1].body["input"]]
        assert kinds.count("reasoning") == kinds.count("function_call_output") + 1
    assert application.file("r.txt") == "120.0"
