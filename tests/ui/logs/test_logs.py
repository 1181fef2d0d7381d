from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from rich.cells import cell_len

from tests.fakes import FakeHost
from tests.ui.driving import Driven, driving
from tests.ui.history.driving import screen_text
from tests.ui.logs.scenes import MESSAGES, OUTPUT
from tests.ui.transcript.fakes import PLAIN_LOOK
from tui.core.errors import ServerError
from tui.core.ports import LogEntry, ServerStatus
from tui.ui.logs.entry_detail import EntryDetail
from tui.ui.logs.rows import EntryRow, output_row
from tui.ui.logs.screen import LogsScreen
from tui.ui.logs.views import MessageView

HOSTILE = "\x1b]0;owned\x07[@click=app.quit]x[/x] \u202e<b>"


@asynccontextmanager
async def logs(host: FakeHost, size: tuple[int, int] = (120, 36), command: str = "/logs") -> AsyncGenerator[Driven]:
    """The application with its logs open."""
    async with driving(host=host, size=size) as driven:
        await driven.send(command)
        await driven.until(lambda: isinstance(driven.app.screen, LogsScreen), "the logs are open")
        await driven.pilot.pause()
        yield driven


async def shows(driven: Driven, *texts: str) -> None:
    """Wait until all of these are on the screen."""

    def there() -> bool:
        text = screen_text(driven.app)
        return all(part in text for part in texts)

    await driven.until(there, f"{texts} in\n{screen_text(driven.app)}")


def host_with(*entries: LogEntry, lines: tuple[str, ...] = ()) -> FakeHost:
    host = FakeHost()
    host.entries, host.lines = list(entries), list(lines)
    return host


async def test_messages_show_their_way_their_method_their_size_and_their_time() -> None:
    async with logs(host_with(*MESSAGES)) as driven:
        await shows(driven, "→", "tools/call", "126 bytes", "12 ms", "too late; it was ignored", "✗ error")


async def test_new_messages_come_by_themselves() -> None:
    host = host_with(*MESSAGES[:2])
    async with logs(host) as driven:
        await shows(driven, "initialize")
        host.entries.append(replace(MESSAGES[8], number=99))
        await shows(driven, "prompts/get")


async def test_enter_shows_the_chosen_message_in_full_and_esc_goes_back() -> None:
    async with logs(host_with(*MESSAGES)) as driven:
        await driven.pilot.press("up", "up", "up", "enter")
        await driven.until(lambda: isinstance(driven.app.screen, EntryDetail), "it opens")
        await shows(driven, '"Result: 15.0 multiply 8.0 = 120.0"', "after 12 ms")
        await driven.pilot.press("escape")
        assert isinstance(driven.app.screen, LogsScreen)
        await driven.pilot.press("escape")
        await driven.until(lambda: driven.app.screen is driven.screen, "they close")


async def test_a_search_leaves_what_has_it_and_esc_shows_everything_again() -> None:
    async with logs(host_with(*MESSAGES), (80, 24)) as driven:
        await driven.pilot.press("slash", *"prompts")
        await driven.until(lambda: "initialize" not in screen_text(driven.app), "others are left out")
        await shows(driven, "prompts/get")
        await driven.pilot.press(*"xyz")
        await shows(driven, "Nothing here has these words")
        await driven.pilot.press("escape", "escape")
        await shows(driven, "initialize", "prompts/get")
        assert isinstance(driven.app.screen, LogsScreen)


async def test_letters_typed_into_the_search_are_no_commands() -> None:
    async with logs(host_with(*MESSAGES, lines=OUTPUT)) as driven:
        await driven.pilot.press("slash", *"so")
        assert driven.app.screen.query_one(MessageView).display


async def test_the_output_of_a_launched_server_is_a_key_away_and_follows() -> None:
    host = host_with(lines=OUTPUT)
    async with logs(host) as driven:
        await shows(driven, "No message has passed yet.")
        await driven.pilot.press("o")
        await shows(driven, "Uvicorn running", "ValueError: [/x] is no number")
        host.lines.append("one line more")
        await shows(driven, "one line more")


async def test_output_that_is_not_here_is_said_to_be_elsewhere() -> None:
    async with logs(host_with()) as driven:
        await driven.pilot.press("o")
        await shows(driven, "There is no output.", "elsewhere")


class Unreadable(FakeHost):
    """A host whose server's log cannot be read."""

    async def output(self, server: str) -> list[str]:
        raise ServerError("server.log cannot be read: Permission denied.")


async def test_output_that_cannot_be_read_says_why() -> None:
    async with logs(Unreadable()) as driven:
        await driven.pilot.press("o")
        await shows(driven, "✗ server.log cannot be read: Permission denied.")


class TwoServers(FakeHost):
    """Two servers, each with messages of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.statuses = [ServerStatus("bundled", "ready", bundled=True), ServerStatus("files", "down")]

    def log(self, server: str) -> tuple[LogEntry, ...]:
        return (replace(MESSAGES[0], method=f"of-{server}"),)


async def test_the_next_server_is_a_key_away() -> None:
    async with logs(TwoServers()) as driven:
        await shows(driven, "of-bundled", "1 more")
        await driven.pilot.press("s")
        await shows(driven, "of-files", "✗ down")
        assert "of-bundled" not in screen_text(driven.app)
        await driven.pilot.press("s")
        await shows(driven, "of-bundled")


async def test_a_server_can_be_named_and_the_tools_tab_leads_to_it() -> None:
    async with logs(TwoServers(), command="/logs files") as driven:
        await shows(driven, "of-files")
    async with driving(host=host_with(*MESSAGES)) as driven:
        await driven.pilot.press("f3", "home")
        await driven.until(lambda: "L Logs" in screen_text(driven.app), "the server is highlighted")
        await driven.pilot.press("L")
        await driven.until(lambda: isinstance(driven.app.screen, LogsScreen), "its logs open")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_hostile_text_is_shown_and_never_obeyed(size: tuple[int, int]) -> None:
    entry = LogEntry(1, 0.0, "received", "garbage", HOSTILE, HOSTILE, 9, HOSTILE, remark=HOSTILE)
    async with logs(host_with(entry, lines=(HOSTILE,)), size) as driven:
        await driven.pilot.press("up", "enter")
        await shows(driven, "[/x]", "<U+202E>")
        await driven.pilot.press("escape", "o")
        await shows(driven, "[/x]", "<U+202E>")
        assert driven.app.is_running
        assert not set(screen_text(driven.app)) & {"\x1b", "\x07", "\u202e"}


@pytest.mark.parametrize("width", [20, 40, 79, 120, 200])
def test_no_row_is_wider_than_the_view(width: int) -> None:
    wide = LogEntry(1, 0.0, "sent", "error", "w" * 300, "9" * 50, 10**9, "天" * 500, 99_999.0, "r" * 200)
    rows = [EntryRow(entry, lambda _: "12:00:00") for entry in (*MESSAGES, wide)]
    for row in (*rows, output_row("天" * 500)):
        assert all(cell_len(line.strip.text) <= width for line in row.render(width, PLAIN_LOOK))


async def test_the_bundled_server_can_be_started_in_place_of_one_that_is_down() -> None:
    host = FakeHost()
    async with driving(host=host) as driven:
        host.set_status(ServerStatus("files", "down", detail="No server answers."))
        await driven.until(lambda: "/server bundled" in driven.notice, "it is offered")
        await driven.send("/server bundled")
        await driven.until(lambda: host.bundled_starts == 1, "it is started")
        host.set_status(ServerStatus("bundled", "ready", bundled=True))
        await driven.send("/server nonsense")
        await driven.until(lambda: "There is no /server nonsense" in driven.notice, "a mistake is told")
