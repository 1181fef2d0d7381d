"""The commands without the screen as real processes: what they write where, how they end, what they leave behind."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil
import pytest

from tests.azure_endpoint import Asks, Refuses, Says, Stalls, Wish
from tests.server.process import serving
from tests.whole.application import contents, gone
from tests.whole.azure_thread import AzureThread
from tui.core.events import Event, ToolFinished, UserSaid
from tui.examples import EXAMPLES
from tui.store.codec import decode
from tui.store.recording import read_recording

PATIENCE_SECONDS = 60.0
KEY = "canary-key-4711-0815"
PROBE = (
    "import sys; from tui.cli import main; status = main(sys.argv[1:]); "
    "open('loaded', 'w').write(' '.join(n for n in ('textual', 'rich', 'openai', 'mcp') if n in sys.modules)); "
    "sys.exit(status)"
)
"""The command, which then writes down what was imported for it."""


class Home:
    """A fresh home; `variables` go into the environment of every command."""

    def __init__(self, folder: Path, variables: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "LANG": "C.UTF-8",
            **(variables or {}),
        }

    def run(self, *arguments: str, piped: str | None = None) -> subprocess.CompletedProcess[str]:
        """The command, with this text piped in, or with nothing to read."""
        process = self._start("-c", PROBE, *arguments, reads=piped is not None)
        out, err = process.communicate(piped, timeout=PATIENCE_SECONDS)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """The command as it is, still running."""
        return self._start("-m", "tui", *arguments, reads=False)

    def _start(self, *arguments: str, reads: bool) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-P", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.PIPE if reads else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def loaded(self) -> set[str]:
        """Which of the libraries the last command imported."""
        return set((self.folder / "loaded").read_text().split())

    @property
    def data(self) -> Path:
        """Where history and files are."""
        return self.folder / ".local" / "share" / "callscope"


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
    assert (ended.returncode, ended.stdout) == (0, "15 × 8 = **120**.\n"), ended.stderr
    said = ended.stderr.splitlines()
    assert said[0].startswith("◆ The offline planner answers")
    assert said[1].startswith('✓ calculate(operation="multiply", a=15, b=8)  ')
    assert home.loaded == {"openai", "mcp"}
    assert "\x1b" not in ended.stdout + ended.stderr


def test_a_conversation_is_kept_and_gone_on_with(connected: Home, azure: AzureThread) -> None:
    azure.script(Says("One."), Says("Two."))
    first = connected.run("ask", "First?")
    conversation = first.stderr.splitlines()[-1].split()[1]
    before = len(azure.requests)
    second = connected.run("ask", "--resume", conversation, "--json", "--system", "Be brief.", "Second?")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert [event.turn for event in events(second.stdout) if isinstance(event, UserSaid)] == [2]
    contents_sent = [message["content"] for message in azure.requests[before].body["messages"]]
    assert contents_sent == ["Be brief.", "First?", "One.", "Second?"]


def test_json_of_a_new_conversation_is_a_recording_and_nothing_is_kept_where_that_is_said(
    connected: Home, azure: AzureThread
) -> None:
    azure.script(Asks(Wish("greet", {"name": "Ada"})), Says(f"Hello! {KEY}"))
    ended = connected.run("ask", "--json", "--no-history", "--read-only", "Greet them:", piped="Ada\n")
    assert ended.returncode == 0, ended.stderr
    recording = connected.folder / "greeting.jsonl"
    recording.write_text(ended.stdout)
    recorded = read_recording(recording)
    assert isinstance(recorded[0], UserSaid)
    assert recorded[0].text == "Greet them:\n\nAda"
    assert [event.status for event in recorded if isinstance(event, ToolFinished)] == ["ok"]
    assert not (connected.data / "history.db").exists()
    assert KEY not in ended.stdout + ended.stderr


def test_messages_of_a_file_are_sent_one_after_the_other_until_one_fails(connected: Home, azure: AzureThread) -> None:
    azure.script(Says("One."), Refuses(401, "401", "Access denied"), Says("Never sent."))
    (connected.folder / "messages.txt").write_text("# two of three\nFirst?\n\nSecond?\nThird?\n")
    ended = connected.run("run", "messages.txt")
    assert (ended.returncode, ended.stdout) == (1, "One.\n")
    assert [line for line in ended.stderr.splitlines() if line.startswith("›")] == ["› First?", "› Second?"]
    assert "✗ Azure OpenAI did not accept the API key" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert KEY.encode() not in contents(connected.data)


def test_every_example_runs_at_the_endpoint_and_again_without_a_trace(tmp_path: Path, azure: AzureThread) -> None:
    azure.script()
    home = Home(tmp_path, azure.variables)
    ended = home.run("run", "--examples", "--no-history")
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr.count("› ") == sum(len(example.messages) for example in EXAMPLES)
    assert ended.stdout.startswith("15 × 8 = **120**. I saved `120.0` to `calculation.txt`.\n\n")
    assert not list(tmp_path.glob("callscope-examples-*"))
    assert not (home.data / "files").exists()


def test_a_call_that_a_person_would_be_asked_about_is_denied_unless_it_was_allowed(
    connected: Home, azure: AzureThread
) -> None:
    script = (Asks(Wish("greet", {"name": "Ada"})), Says("Done."))
    azure.script(*script)
    denied = connected.run("ask", "Greet Ada")
    assert (denied.returncode, denied.stdout) == (3, "Done.\n")
    assert "--allow greet lets it run" in denied.stderr
    assert '⊘ greet(name="Ada")  not allowed\n' in denied.stderr
    azure.script(*script)
    allowed = connected.run("ask", "--allow", "greet", "--allow", "nope", "Greet Ada")
    assert (allowed.returncode, allowed.stdout) == (0, "Done.\n")
    assert "There is no tool “nope” to allow" in allowed.stderr


def test_what_looks_like_a_key_is_denied_whatever_is_allowed(connected: Home, azure: AzureThread) -> None:
    azure.script(*[Asks(Wish("greet", {"name": KEY}))] * 2)
    ended = connected.run("ask", "--allow", "*", "Greet")
    assert ended.returncode == 3
    assert "--allow does not count" in ended.stderr
    assert KEY not in ended.stderr


def test_the_round_limit_has_a_status_of_its_own(connected: Home, azure: AzureThread) -> None:
    azure.script(Asks(Wish("greet", {"name": "Ada"}), text="Let me see."), Says("Never asked."))
    ended = connected.run("ask", "--max-rounds", "1", "--allow", "*", "Greet")
    assert (ended.returncode, ended.stdout) == (4, "Let me see.\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ask",), "There is nothing to ask"),
        (("run",), "There is nothing to run"),
        (("run", "gone.txt"), "“gone.txt” cannot be read"),
        (("ask", "Hi", "--server", "http://127.0.0.1:1"), "The server is down"),
    ],
)
def test_what_cannot_start_is_said(home: Home, arguments: tuple[str, ...], words: str) -> None:
    ended = home.run(*arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


def test_too_much_piped_text_is_said_and_not_sent(home: Home) -> None:
    ended = home.run("ask", "Summarise this:", piped="word " * 2_000)
    assert ended.returncode == 2
    assert "at most 10,000 can be sent" in ended.stderr


def test_ctrl_c_keeps_what_came_and_leaves_no_process(tmp_path: Path, azure: AzureThread) -> None:
    home = Home(tmp_path, azure.variables)
    stall = Stalls("Half of ", "it")
    azure.script(stall)
    process = home.start("ask", "Tell me")
    assert process.stdout is not None
    assert process.stdout.read(8) == "Half of "
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE_SECONDS)
    azure.left(stall)
    assert process.returncode == 130, said
    assert "⊘ Stopped; what came is kept." in said
    assert "Traceback" not in said
    assert children
    assert gone(children)
    azure.script(Says("Again."))
    again = home.run("ask", "--continue", "--json", "Go on")
    assert "Half of" in str(azure.requests[-1].body["messages"])
    assert again.returncode == 0


def test_a_reader_that_goes_ends_it_quietly(connected: Home, azure: AzureThread) -> None:
    stall = Stalls("Half of ", "it and more")
    azure.script(stall)
    process = connected.start("ask", "Tell me")
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.read(8) == "Half of "
    process.stdout.close()
    azure.release(stall)
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait(PATIENCE_SECONDS) == 141, said
    assert "Traceback" not in said
    assert "Broken" not in said


def test_tools_are_listed_for_people_and_for_programs(home: Home, server: str) -> None:
    listed = home.run("tools")
    assert listed.returncode == 0, listed.stderr
    assert home.loaded == {"mcp"}
    assert listed.stdout.startswith("bundled (")
    assert "      operation  string · one of add, subtract, multiply, divide · " in listed.stdout
    assert "    info://server-capabilities  " in listed.stdout
    document = json.loads(home.run("tools", "--json", "--server", server).stdout)
    assert [tool["name"] for tool in document["tools"]] == [
        *("greet", "calculate", "get_system_info", "save_text_file", "read_text_file", "get_weather")
    ]
    assert document["tools"][1]["parameters"]["required"] == ["operation", "a", "b"]


@pytest.mark.parametrize(
    ("arguments", "status", "out", "err"),
    [
        (("calculate", "operation=add", "a=1.5", "b=2"), 0, "Result: 1.5 add 2.0 = 3.5\n", ""),
        (("calculate", "--arguments", '{"operation": "divide", "a": 1, "b": 0}'), 1, "", "Division by zero"),
        (("calculate", "--arguments", '{"operation": "divide", "a": "x", "b": 0}'), 2, "", "were refused: a: 'x'"),
        (("calculate", "operation=add", "a=x", "b=2"), 2, "", "a: Must be a number"),
        (("nope",), 2, "", "There is no tool called nope"),
        (("greet", "name=sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"), 3, "", "Only a person"),
    ],
)
def test_call_runs_one_tool(
    home: Home, server: str, arguments: tuple[str, ...], status: int, out: str, err: str
) -> None:
    ended = home.run("call", *arguments, "--server", server)
    assert (ended.returncode, ended.stdout) == (status, out), ended.stderr
    assert err in ended.stderr
    assert home.loaded == {"mcp"}


def test_read_writes_a_resource_and_says_what_there_is_instead(home: Home, server: str) -> None:
    read = home.run("read", "info://usage-examples", "--server", server)
    assert read.returncode == 0
    assert "Calculate 15 * 8" in read.stdout
    missing = home.run("read", "info://nope", "--server", server)
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "info://server-capabilities" in missing.stderr


def test_what_a_folder_s_env_wants_takes_a_yes_that_nobody_gives(home: Home) -> None:
    (home.folder / ".env").write_text("MCP_SERVER_URL=http://127.0.0.1:1\n")
    for command in (("tools",), ("ask", "Hi")):
        ended = home.run(*command)
        assert ended.returncode == 2
        assert "say yes" in ended.stderr
