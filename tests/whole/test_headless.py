"""`callscope ask` and `run` as real processes: what they write where, how they end, what they leave behind."""

import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.azure_endpoint import Asks, Refuses, Says, Stalls, Wish
from tests.server.process import serving
from tests.whole.application import contents, gone
from tests.whole.azure_thread import AzureThread
from tests.whole.commands import PATIENCE_SECONDS, Home
from tui.core.events import Event, ToolFinished, UserSaid
from tui.examples import EXAMPLES
from tui.store.codec import decode
from tui.store.recording import read_recording

KEY = "canary-key-4711-0815"


def events(lines: str) -> list[Event]:
    return [decode(line) for line in lines.splitlines()]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture(scope="module")
def azure() -> Iterator[AzureThread]:
    with AzureThread(api_key=KEY) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that these commands did not launch: a foreign one."""
    with serving(tmp_path_factory.mktemp("server"), supervised=False) as process:
        yield f"{process.url}/sse"


@pytest.fixture
def connected(tmp_path: Path, azure: AzureThread, server: str) -> Home:
    """A home with a deployment, whose tools are the foreign server's."""
    return Home(tmp_path, azure.variables | {"MCP_SERVER_URL": server})


def test_ask_works_without_an_account_and_says_who_answers(home: Home) -> None:
    ended = home.run("ask", "Calculate", "15 * 8")
    assert (ended.status, ended.out) == (0, "15 × 8 = **120**.\n"), ended.err
    said = ended.err.splitlines()
    assert said[0].startswith("◆ The offline planner answers")
    assert said[1].startswith('✓ calculate(operation="multiply", a=15, b=8)  ')
    assert "\x1b" not in ended.out + ended.err


def test_a_conversation_is_kept_and_gone_on_with(connected: Home, azure: AzureThread) -> None:
    azure.script(Says("One."), Says("Two."), Says("Else."), Says("Three."))
    before = len(azure.requests)
    commands = [
        ["ask", "First?"],
        ["ask", "--continue", "--json", "--system", "Be brief.", "Second?"],
        ["ask", "--no-history", "Else?"],
        ["ask", "--continue", "Third?"],
        ["ask", "--resume", "no-such-id", "Fourth?"],
    ]
    ends = connected.run_all(*commands)
    assert [end.status for end in ends] == [0, 0, 0, 0, 2], ends
    assert [event.turn for event in events(ends[1].out) if isinstance(event, UserSaid)] == [2]
    sent = [message["content"] for message in azure.requests[before + 3].body["messages"]]
    assert sent == ["Be brief.", "First?", "One.", "Second?", "Two.", "Third?"]
    kept_as = {end.err.splitlines()[-1] for end in (ends[0], ends[1], ends[3])}
    assert len(kept_as) == 1
    assert "goes on with it" not in ends[2].err
    assert connected.loaded == ["openai", "mcp"]


def test_json_of_a_new_conversation_is_a_recording_and_nothing_is_kept_where_that_is_said(
    connected: Home, azure: AzureThread
) -> None:
    azure.script(Asks(Wish("greet", {"name": "Ada"})), Says(f"Hello! {KEY}"))
    ended = connected.run("ask", "--json", "--no-history", "--read-only", "Greet them:", piped="Ada\n")
    assert ended.status == 0, ended.err
    recording = connected.folder / "greeting.jsonl"
    recording.write_text(ended.out)
    recorded = read_recording(recording)
    assert [type(event).__name__ for event in recorded] == [
        *("UserSaid", "ModelAsked", "ModelAnswered", "ToolStarted", "ToolFinished", "ModelAsked", "ModelAnswered"),
        "TurnEnded",
    ]
    assert isinstance(recorded[0], UserSaid)
    assert recorded[0].text == "Greet them:\n\nAda"
    assert [event.status for event in recorded if isinstance(event, ToolFinished)] == ["ok"]
    assert not (connected.data / "history.db").exists()
    assert KEY not in ended.out + ended.err


def test_messages_of_a_file_are_sent_one_after_the_other_until_one_fails(connected: Home, azure: AzureThread) -> None:
    azure.script(Says("One."), Refuses(401, "401", "Access denied"), Says("Never sent."))
    (connected.folder / "messages.txt").write_text("# two of three\nFirst?\n\nSecond?\nThird?\n")
    ended = connected.run("run", "messages.txt")
    assert (ended.status, ended.out) == (1, "One.\n")
    assert [line for line in ended.err.splitlines() if line.startswith("›")] == ["› First?", "› Second?"]
    assert "✗ Azure OpenAI did not accept the API key" in ended.err
    assert "Traceback" not in ended.err
    assert KEY.encode() not in contents(connected.data)


def test_every_example_runs_at_the_endpoint_without_a_trace(tmp_path: Path, azure: AzureThread) -> None:
    azure.script()
    home = Home(tmp_path, azure.variables)
    ended = home.run("run", "--examples", "--no-history")
    assert ended.status == 0, ended.err
    assert ended.err.count("› ") == sum(len(example.messages) for example in EXAMPLES)
    assert ended.out.startswith("15 × 8 = **120**. I saved `120.0` to `calculation.txt`.\n\n")
    assert not list(tmp_path.glob("callscope-examples-*"))
    assert not (home.data / "files").exists()


def test_what_a_person_would_be_asked_about_is_denied_unless_it_was_allowed(
    connected: Home, azure: AzureThread
) -> None:
    greet, greet_key = Asks(Wish("greet", {"name": "Ada"}), text="Let me see."), Asks(Wish("greet", {"name": KEY}))
    azure.script(greet, Says("Done."), greet, Says("Done."), greet_key, greet_key, greet)
    denied, allowed, key, limit = connected.run_all(
        ["ask", "Greet Ada"],
        ["ask", "--allow", "greet", "--allow", "nope", "Greet Ada"],
        ["ask", "--allow", "*", "Greet"],
        ["ask", "--allow", "*", "--max-rounds", "1", "Greet"],
    )
    assert (denied.status, denied.out) == (3, "Let me see.\n\nDone.\n")
    assert "--allow greet lets it run" in denied.err
    assert '⊘ greet(name="Ada")  not allowed\n' in denied.err
    assert (allowed.status, allowed.out) == (0, "Let me see.\n\nDone.\n")
    assert "There is no tool “nope” to allow" in allowed.err
    assert (key.status, key.out) == (3, "")
    assert "--allow does not count" in key.err
    assert KEY not in key.err
    assert (limit.status, limit.out) == (4, "Let me see.\n")


def test_what_cannot_start_is_said(home: Home) -> None:
    words = {
        "There is nothing to ask": ["ask"],
        "There is nothing to run": ["run"],
        "“gone.txt” cannot be read": ["run", "gone.txt"],
        "The server is down": ["ask", "Hi", "--server", "http://127.0.0.1:1"],
        "There is no model called “nope”": ["ask", "Hi", "--model", "nope"],
        "must be a whole number": ["ask", "Hi", "--max-rounds", "0"],
        "The examples begin conversations of their own": ["run", "--examples", "--continue"],
    }
    for expected, ended in zip(words, home.run_all(*words.values()), strict=True):
        assert (ended.status, ended.out) == (2, ""), expected
        assert expected in ended.err


def test_too_much_piped_text_is_said_and_not_sent(home: Home) -> None:
    ended = home.run("ask", "Summarise this:", piped="word " * 2_000)
    assert ended.status == 2
    assert "at most 10,000 can be sent" in ended.err


def test_ctrl_c_keeps_what_came_and_leaves_no_process(tmp_path: Path, azure: AzureThread) -> None:
    home = Home(tmp_path, azure.variables)
    stall = Stalls("Half of ", "it")
    azure.script(stall)
    process = home.start("ask", "Tell me")
    assert process.stdout is not None
    assert process.stdout.read(8) == "Half of "
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE_SECONDS)
    azure.left(stall)
    assert (process.returncode, out) == (130, "\n"), err
    assert "⊘ Stopped; what came is kept." in err
    assert "Traceback" not in err
    assert children
    assert gone(children)
    assert b"Half of" in contents(home.data)


def test_a_reader_that_goes_ends_it_quietly(connected: Home, azure: AzureThread) -> None:
    stall = Stalls("Half of ", "it and more")
    azure.script(stall)
    process = connected.start("ask", "Tell me")
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.read(8) == "Half of "
    process.stdout.close()
    azure.release(stall)
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(PATIENCE_SECONDS) == 141, err
    assert "Traceback" not in err
    assert "Broken" not in err


def test_what_a_folder_s_env_wants_takes_a_yes_that_nobody_gives(home: Home) -> None:
    (home.folder / ".env").write_text("MCP_SERVER_URL=http://127.0.0.1:1\n")
    for ended in home.run_all(["tools"], ["ask", "Hi"]):
        assert (ended.status, ended.out) == (2, "")
        assert "say yes" in ended.err
