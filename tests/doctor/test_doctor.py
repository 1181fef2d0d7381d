"""What the doctor looks at, and that it tells no secrets."""

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.fakes import FakeHost, tool
from tui.core.errors import SettingsError
from tui.core.ports import Diagnosis, Grade, LogEntry, ServerStatus
from tui.core.redaction import Redactor
from tui.deployments import NamedTarget, understand
from tui.doctor import Doctor
from tui.doctor.computer import examine_computer
from tui.doctor.data import examine_data
from tui.doctor.servers import examine_servers
from tui.doctor.settings import Loaded, examine_settings, secrets_in
from tui.doctor.terminal import Terminal, examine_terminal
from tui.settings import Sources, load_settings
from tui.store.examining import examine_history
from tui.store.history import History

KEY = "canary-key-0123456789"
NOON = 1_795_163_300.0
GOOD = Terminal({"TERM": "xterm-kitty", "COLORTERM": "truecolor", "KITTY_WINDOW_ID": "1"}, (120, 36), "UTF-8")
AZURE = {
    "AZURE_OPENAI_ENDPOINT": "https://res.openai.azure.com",
    "AZURE_OPENAI_API_KEY": KEY,
    "AZURE_OPENAI_DEPLOYMENT": "chat",
}


def told(diagnoses: list[Diagnosis]) -> str:
    """Everything that is said, a line each."""
    return "\n".join(f"{d.grade} {d.finding.words} {d.finding.hint} {d.finding.detail}" for d in diagnoses)


def graded(diagnoses: list[Diagnosis], grade: Grade) -> list[str]:
    return [diagnosis.finding.words for diagnosis in diagnoses if diagnosis.grade == grade]


def sources_of(environment: Mapping[str, str], folder: Mapping[str, str] | None = None) -> Sources:
    return Sources({}, folder or {}, environment)


def loaded_from(sources: Sources, data: Path) -> Loaded:
    try:
        return Loaded(load_settings(sources, data=str(data)))
    except SettingsError as error:
        return Loaded(None, error)


# --- settings --------------------------------------------------------------------------------------------------------


def test_every_variable_is_told_with_its_place_and_no_key_with_its_value(tmp_path: Path) -> None:
    url = f"https://me:{KEY}@mcp.example.com/sse?k={KEY}"
    sources = sources_of(AZURE, {"CALLSCOPE_THEME": "light", "MCP_SERVER_URL": url})
    found = list(examine_settings(sources, loaded_from(sources, tmp_path)))
    assert "AZURE_OPENAI_API_KEY is set, from the environment." in graded(found, "ok")
    assert "CALLSCOPE_THEME is “light”, from the .env file here." in graded(found, "ok")
    assert "MCP_SERVER_URL is “https://mcp.example.com/sse”, from the .env file here." in graded(found, "ok")
    assert KEY not in told(found)


def test_a_wrong_value_is_a_fault_that_names_its_variable(tmp_path: Path) -> None:
    sources = sources_of({"MAX_CONVERSATION_LENGTH": "many"})
    faults = graded(list(examine_settings(sources, loaded_from(sources, tmp_path))), "fault")
    assert len(faults) == 2
    assert all("MAX_CONVERSATION_LENGTH" in words for words in faults)


def test_a_variable_that_does_not_exist_is_told_with_the_one_that_was_meant(tmp_path: Path) -> None:
    sources = sources_of({"AZURE_OPENAI_DEPLOYMNT": "x", "CALLSCOPE_KEY_HOST": "x", "CALLSCOPE_SERVER_TOKEN": "x"})
    found = list(examine_settings(sources, loaded_from(sources, tmp_path)))
    (unknown,) = [d.finding for d in found if "no such variable" in d.finding.words]
    assert "AZURE_OPENAI_DEPLOYMNT" in unknown.words
    assert unknown.hint == "Did you mean AZURE_OPENAI_DEPLOYMENT?"


def test_secrets_are_known_by_their_names_and_within_addresses() -> None:
    sources = sources_of({"GITHUB_TOKEN": "a-token", "MCP_SERVER_URL": "http://me:a-password@host/sse", "HOME": "x"})
    assert secrets_in(sources) == ["a-token", "a-password"]


# --- servers ---------------------------------------------------------------------------------------------------------


def test_a_server_that_is_ready_is_told_with_what_it_offers_and_how_fast_it_is() -> None:
    host = FakeHost(echo=tool())
    host.statuses = [ServerStatus("bundled", "ready", "http://127.0.0.1:1/sse", version="Server 1.0", bundled=True)]
    host.entries = [LogEntry(1, NOON, "received", "answer", "ping", "1", 20, "{}", 0.012)]
    found = list(examine_servers(host))
    assert graded(found, "fault") == []
    assert "Server 1.0, sse, 1 tools" in told(found)
    assert "answered ping in 12 ms" in told(found)


def test_a_server_that_is_down_is_a_fault_with_its_last_words() -> None:
    host = FakeHost()
    host.statuses = [ServerStatus("bundled", "down", detail="It stopped.\nlast\nwords", hint="Restart it.")]
    (found,) = examine_servers(host)
    assert (found.grade, found.finding.detail, found.finding.hint) == ("fault", "last\nwords", "Restart it.")


def test_a_slow_server_and_one_without_tools_are_noted() -> None:
    host = FakeHost()
    host.entries = [LogEntry(1, NOON, "received", "answer", "tools/list", "1", 20, "{}", 3.0)]
    assert len(graded(list(examine_servers(host)), "note")) == 2


# --- data ------------------------------------------------------------------------------------------------------------


async def test_a_sound_history_is_told_with_its_size(tmp_path: Path) -> None:
    history = await History.open(tmp_path)
    await history.aclose()
    found = list(examine_data(tmp_path, tmp_path / "files", tmp_path / "config"))
    assert {diagnosis.grade for diagnosis in found} == {"ok"}
    assert "The history is sound: 0 conversations" in told(found)


@pytest.mark.parametrize("damage", [b"garbage" * 1000, b"short", b"SQLite format 3\0" + b"\0" * 5000])
async def test_a_damaged_history_is_a_fault_and_is_left_as_it_is(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "history.db"
    path.write_bytes(damage)
    found = list(examine_data(tmp_path, tmp_path, tmp_path))
    assert "The history is not sound" in "".join(graded(found, "fault"))
    assert path.read_bytes() == damage


def test_a_history_of_a_newer_version_is_told(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.execute("CREATE TABLE conversation (id TEXT)")
    connection.close()
    assert examine_history(path).hint == "Update Callscope."


async def test_a_page_that_was_overwritten_is_found(tmp_path: Path) -> None:
    history = await History.open(tmp_path)
    await history.aclose()
    path = tmp_path / "history.db"
    content = bytearray(path.read_bytes())
    content[4096:8192] = b"\xff" * 4096
    path.write_bytes(content)
    assert examine_history(path).problem


def test_what_others_can_read_is_noted_with_the_command_that_closes_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    found = list(examine_data(tmp_path, tmp_path, tmp_path))
    assert f"chmod 700 '{tmp_path}'" in told(found)


def test_a_folder_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    folder = tmp_path / "a file"
    folder.write_text("")
    found = list(examine_data(folder, folder, tmp_path))
    assert any("cannot be written" in words for words in graded(found, "fault"))


# --- terminal and computer -------------------------------------------------------------------------------------------


def test_a_good_terminal_has_no_faults_and_no_notes() -> None:
    found = list(examine_terminal(GOOD))
    assert {diagnosis.grade for diagnosis in found} == {"ok"}


@pytest.mark.parametrize(
    ("terminal", "words"),
    [
        (Terminal({"TERM": "dumb"}, (120, 36), "UTF-8"), "TERM is dumb"),
        (Terminal({"TERM": "xterm"}, (30, 10), "UTF-8"), "30 columns and 10 rows"),
        (Terminal({"TERM": "xterm"}, (120, 36), "ANSI_X3.4-1968"), "not UTF-8"),
    ],
)
def test_what_a_terminal_cannot_do_is_a_fault_with_a_way_out(terminal: Terminal, words: str) -> None:
    faults = [d.finding for d in examine_terminal(terminal) if d.grade == "fault"]
    assert any(words in finding.words and finding.hint for finding in faults)


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({"TERM": "xterm-256color", "TMUX": "x"}, "tmux"),
        ({"TERM": "xterm-ghostty"}, "ghostty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, "apple terminal"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, "gnome terminal or another of VTE"),
        ({"TERM": "xterm-256color"}, ""),
    ],
)
def test_a_terminal_is_known_by_what_it_says_of_itself(variables: Mapping[str, str], name: str) -> None:
    terminal = Terminal(variables, (120, 36), "UTF-8")
    assert terminal.name == name
    assert all(d.finding.hint for d in examine_terminal(terminal) if d.grade == "note")


def test_a_clock_of_the_past_is_a_fault() -> None:
    assert graded(list(examine_computer(NOON)), "fault") == []
    assert "The clock says 1970" in "".join(graded(list(examine_computer(0.0)), "fault"))


# --- all of it -------------------------------------------------------------------------------------------------------


def doctor(tmp_path: Path, *, terminal: Callable[[], Terminal] = lambda: GOOD) -> Doctor:
    sources = sources_of(AZURE)
    loaded = loaded_from(sources, tmp_path)
    assert loaded.settings
    targets: tuple[NamedTarget, ...] = understand(loaded.settings).targets
    return Doctor(
        sources=sources,
        loaded=loaded,
        host=FakeHost(echo=tool()),
        targets=lambda: targets,
        redact=Redactor([KEY]),
        terminal=terminal,
        now=lambda: NOON,
    )


async def test_all_areas_are_looked_at_and_no_deployment_is_asked_unasked(tmp_path: Path) -> None:
    found = await doctor(tmp_path).examine(online=False)
    areas = list(dict.fromkeys(diagnosis.area for diagnosis in found))
    assert areas == ["Settings", "Deployments", "Servers", "Data", "Terminal", "Computer"]
    assert "No request was sent" in told(found)


async def test_a_part_that_cannot_be_looked_at_does_not_keep_the_others_from_being(tmp_path: Path) -> None:
    def broken() -> Terminal:
        raise OSError(5, "Input/output error")

    found = await doctor(tmp_path, terminal=broken).examine(online=False)
    assert graded(found, "fault") == ["It cannot be looked at: Input/output error."]
    assert found[-1].area == "Computer"


async def test_secrets_and_what_a_terminal_obeys_are_in_no_finding(tmp_path: Path) -> None:
    def hostile() -> Terminal:
        return Terminal({"TERM": f"\x1b]0;owned\x07{KEY}\x9b31m"}, None, "UTF-8")

    text = told(await doctor(tmp_path, terminal=hostile).examine(online=False))
    assert KEY not in text
    assert not set(text) & {"\x1b", "\x07", "\x9b"}
