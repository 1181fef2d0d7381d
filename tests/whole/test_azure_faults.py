"""What a person sees when the deployment refuses, fails, falls silent or sends nonsense; the next message works."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.azure_endpoint import (
    REQUEST_ID,
    Answer,
    Breaks,
    EndsEarly,
    Fails,
    Refuses,
    Says,
    Sends,
    Stalls,
    Wish,
    filtered_prompt,
)
from tests.whole.application import RUNNING, Application
from tests.whole.azure_thread import AzureThread

BADGE = "◆ a-deployment"
NEXT = "It works again."
AGAIN = "again in"


@pytest.fixture(scope="module")
def azure() -> Iterator[AzureThread]:
    with AzureThread() as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def running(azure: AzureThread, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    home = tmp_path_factory.mktemp("home")
    variables = {**azure.variables, "CALLSCOPE_REQUESTS_PER_MINUTE": "0"}
    with Application(home, variables=variables, badge=BADGE, columns=180) as application:
        application.wait_until_ready()
        yield application


@pytest.fixture
def chat(running: Application) -> Application:
    """The running application with an empty chat."""
    running.begin_anew()
    return running


def next_message_works(chat: Application) -> None:
    """Send one more message; nothing of the failure is in its way."""
    assert "Traceback" not in chat.text
    chat.ask("and now?", NEXT)


def refusal(status: int, message: str, code: str | None = None, **headers: str) -> Refuses:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Refuses(status, code or str(status), message, named)


FIREWALL = "Access denied due to Virtual Network/Firewall rules."
REFUSED: Mapping[str, tuple[Answer, str, str]] = {
    "400": (refusal(400, "The thing is odd."), "refused the request: The thing is odd.", "the service's own"),
    "401": (refusal(401, "Access denied"), "did not accept the API key", "Check AZURE_OPENAI_API_KEY"),
    "401 role": (refusal(401, "No.", "PermissionDenied"), "may not use this resource", "OpenAI User"),
    "403": (refusal(403, FIREWALL), FIREWALL, "A firewall or network rule"),
    "404 deployment": (refusal(404, "none", "DeploymentNotFound"), "no deployment “a-deployment”", "OPENAI_DEPLOYMENT"),
    "404 address": (refusal(404, "Resource not found"), "does not know this address", "AZURE_OPENAI_ENDPOINT"),
    "413": (refusal(413, "Request body too large."), "too large to send", "Start a new conversation"),
    "429 a day": (refusal(429, "no", retry_after="86400"), "larger than the deployment's tokens a minute", "raise"),
    "429 too long": (refusal(429, "no", retry_after="121"), "Azure asks to wait 121 seconds", "Send the message again"),
    "filter": (filtered_prompt(violence={"filtered": True, "severity": "high"}), "(violence)", "in other words"),
    "page": (Refuses(403, body=b"<html>Blocked</html>"), "a web page instead of an API", "A proxy or firewall"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refusal_is_said_in_one_sentence_with_what_to_do_after_one_request(
    chat: Application, azure: AzureThread, case: str
) -> None:
    answer, words, hint = REFUSED[case]
    before = azure.script(answer, Says(NEXT))
    chat.ask("What is 2 + 2?", words, hint, f"Request id for support: {REQUEST_ID}")
    next_message_works(chat)
    assert len(azure.requests) - before == 2


def test_failure_that_passes_is_counted_down_and_tried_again(chat: Application, azure: AzureThread) -> None:
    before = azure.script(refusal(429, "slow down", retry_after="1"), refusal(503, "busy"), Says("Four."))
    chat.press("What is 2 + 2?", "enter")
    chat.wait_for(lambda screen: RUNNING in screen and AGAIN in screen.split("Type a message")[-1])
    chat.wait_for_answer("Four.")
    assert len(azure.requests) - before == 3
    first, *others = (request.body for request in azure.requests[before:])
    assert others == [first, first]


def test_failure_that_stays_is_told_after_three_requests_and_sent_again_by_one_key(
    chat: Application, azure: AzureThread
) -> None:
    before = azure.script(
        Refuses(500, body=b"<html>"), refusal(408, "slow"), refusal(502, "bad gateway"), Says("Four.")
    )
    chat.ask("What is 2 + 2?", "had a problem of its own (HTTP 502)", "Send the message again")
    assert len(azure.requests) - before == 3
    chat.press("ctrl+r")
    chat.wait_for_answer("Four.")
    assert azure.requests[-1].body["messages"][-1] == {"role": "user", "content": "What is 2 + 2?"}


def test_wait_before_another_try_can_be_stopped_and_keeps_the_draft(chat: Application, azure: AzureThread) -> None:
    before = azure.script(refusal(429, "slow down", retry_after="100"), Says(NEXT))
    chat.press("What is 2 + 2?", "enter")
    chat.wait_for(lambda screen: AGAIN in screen and RUNNING in screen)
    chat.press("a draft of mine")
    chat.wait_for("a draft of mine")
    chat.press("escape")
    screen = chat.wait_for_answer("Stopped.")
    assert "a draft of mine" in screen
    assert len(azure.requests) - before == 1
    chat.press("enter")
    chat.wait_for_answer(NEXT)


def chunk(delta: Any, **more: Any) -> bytes:
    choice = {"index": 0, "delta": delta, **more}
    return f"data: {json.dumps({'id': 'x', 'object': 'chat.completion.chunk', 'choices': [choice]})}\n\n".encode()


HALF = chunk({"content": "The first half of"})
BROKEN: Mapping[str, tuple[Answer, str]] = {
    "hard cut": (Breaks("The first half of"), "cut off"),
    "end without finish": (EndsEarly("The first half of"), "cut off"),
    "error event": (Fails("The first half of"), "broke off the answer: The server had an error"),
    "bad JSON": (Sends([HALF, b'data: {"choices": [\n\n']), "sent something that is not a chat answer"),
    "length": (Says("The first half of", finish="length"), "Ask it to go on"),
    "filter": (Says("The first half of", finish="content_filter"), "Ask in other words"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_came_of_a_broken_answer_is_kept_and_marked(chat: Application, azure: AzureThread, case: str) -> None:
    answer, mark = BROKEN[case]
    before = azure.script(answer, Says(NEXT))
    chat.ask("tell me", "The first half of", mark)
    next_message_works(chat)
    assert len(azure.requests) - before == 2
    assert {"role": "assistant", "content": "The first half of"} in azure.requests[-1].body["messages"]


def test_page_of_a_network_that_wants_a_login_is_told_as_one(chat: Application, azure: AzureThread) -> None:
    azure.script(Sends([b"<html><body>Sign in</body></html>"], "text/html"), Says(NEXT))
    chat.ask("tell me", "a web page instead of an API", "A proxy or firewall")
    next_message_works(chat)


def call_piece(index: int, **function: str) -> bytes:
    return chunk({"tool_calls": [{"index": index, "type": "function", "function": function}]})


ODD_CHUNKS = [
    b'data: {"choices": []}\n\n',
    b'data: {"choices": [{"index": 0, "delta": null, "content_filter_offsets": {"check_offset": 1}}]}\n\n',
    b": a comment\n\n",
    chunk({"role": "assistant", "content": None}),
    call_piece(2, name="greet", arguments=""),
    call_piece(2, arguments='{"name": "Ada"}'),
    call_piece(7, name="calcu", arguments=""),
    call_piece(7, name="late", arguments='{"operation": "add", '),
    call_piece(7, arguments='"a": 2, "b": 2}'),
    chunk({}, finish_reason="tool_calls"),
    b'data: {"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 5, "total_tokens": 10}}\n\n',
    b"data: [DONE]\n\n",
]


def test_odd_chunks_are_passed_over_and_every_call_is_answered_once(chat: Application, azure: AzureThread) -> None:
    before = azure.script(Sends(ODD_CHUNKS), Says("Both are done."))
    chat.ask("greet Ada and add", "Both are done.", "Hello Ada!", "2.0 add 2.0 = 4.0")
    *_, asked, first, second = azure.requests[before + 1].body["messages"]
    assert [call["function"]["name"] for call in asked["tool_calls"]] == ["greet", "calculate"]
    assert [first["tool_call_id"], second["tool_call_id"]] == [call["id"] for call in asked["tool_calls"]]


def test_too_long_a_conversation_goes_on_without_its_oldest_turns(chat: Application, azure: AzureThread) -> None:
    azure.script(*(Says(f"Answer {number}.") for number in range(3)))
    for number in range(3):
        chat.ask(f"message {number}", f"Answer {number}.")
    too_long = refusal(400, "This model's maximum context length is 10 tokens.", "context_length_exceeded")
    before = azure.script(too_long, Says(NEXT))
    chat.ask("one more", NEXT, "no longer sent", "the context is full")
    full, shorter = (request.body["messages"] for request in azure.requests[before:])
    assert len(shorter) < len(full)
    assert shorter[-1] == {"role": "user", "content": "one more"}


STALLED = {
    "before the headers": Stalls(in_headers=True),
    "before the first event": Stalls(),
    "in the words": Stalls("Let me think "),
    "in a call": Stalls(wish=Wish("greet", {"name": "somebody with a long name"})),
}


@pytest.mark.parametrize("phase", STALLED)
def test_escape_stops_a_silent_answer_and_leaves_the_connection(
    chat: Application, azure: AzureThread, phase: str
) -> None:
    stall = STALLED[phase]
    before = azure.script(stall, Says(NEXT))
    chat.press("think hard", "enter")
    azure.reached(stall)
    chat.wait_for(lambda screen: RUNNING in screen and stall.text.strip() in screen)
    chat.press("escape")
    chat.wait_for_answer("Stopped.")
    azure.left(stall)
    next_message_works(chat)
    assert len(azure.requests) - before == 2


def test_tool_that_the_service_refuses_is_set_aside_and_the_tools_tab_says_why(
    chat: Application, azure: AzureThread
) -> None:
    """The last one here: the tool stays set aside for as long as the application runs."""
    words = "Invalid schema for function 'greet': something is odd."
    refused = Refuses(400, "invalid_function_parameters", words, param="tools[0].function.parameters")
    before = azure.script(refused, Says(NEXT))
    chat.ask("hello", NEXT, "The tool “greet” is left out, because the service refused it")
    first, second = ([tool["function"]["name"] for tool in r.body["tools"]] for r in azure.requests[before:])
    assert second == [name for name in first if name != "greet"]
    chat.press("f3")
    chat.wait_for("⊘ greet  not sent")
    chat.press("/")
    chat.wait_for(lambda screen: "/ Search  f1" not in screen)  # keys of one piece of input go where the first went
    chat.press("greet", "enter")
    chat.wait_for(lambda screen: "Not sent to the model." in screen and words in screen)
    chat.press("f2")
    chat.wait_for(NEXT)
