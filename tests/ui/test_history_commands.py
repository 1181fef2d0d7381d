"""Hits, names, pins and files of conversations, in the whole screen."""

from pathlib import Path

from tests.fakes import MemoryArchive, say
from tests.ui.driving import NOON, Driven, driving
from tui.core.events import Event, ModelAnswered, Pinned, Renamed, TurnEnded, UserSaid
from tui.core.transcript import is_pinned, title_of
from tui.ui.dialogs.export import ExportDialog
from tui.ui.dialogs.rename import RenameDialog
from tui.ui.history.pane import HistoryPane
from tui.ui.statistics.screen import StatisticsScreen
from tui.ui.top_bar import TopBar
from tui.ui.transcript.transcript import Transcript

HERE = Path.cwd()


def conversation(*texts: str) -> list[Event]:
    """Turns that say these things, each with a long answer."""
    events: list[Event] = []
    for turn, text in enumerate(texts, start=1):
        events += [
            UserSaid(at=NOON, turn=turn, text=text),
            ModelAnswered(
                at=NOON,
                turn=turn,
                round=1,
                text="\n\n".join(f"paragraph {n} on {text}" for n in range(20)),
                calls=(),
                finish_reason="stop",
                model="m",
                usage=None,
                seconds=1.0,
                first_text_seconds=None,
            ),
            TurnEnded(at=NOON, turn=turn, reason="done", seconds=1.0),
        ]
    return events


def pane(driven: Driven) -> HistoryPane:
    return driven.screen.query_one(HistoryPane)


def titles(driven: Driven) -> list[str]:
    return [hit.summary.title for hit in pane(driven).finder.hits]


async def test_opening_a_hit_goes_to_its_turn_in_the_transcript() -> None:
    archive = MemoryArchive()
    archive.conversations["c"] = conversation("alpha", "beta", "gamma", "delta")
    async with driving(archive=archive) as driven:
        await driven.pilot.press("f4", "slash", *"beta")
        await driven.until(lambda: any(hit.snippet for hit in pane(driven).finder.hits), "it is found")
        await driven.pilot.press("enter", "enter")
        await driven.until(lambda: driven.transcript.startswith("You") and "beta" in driven.transcript[:60], "there")
        assert not driven.screen.query_one(Transcript).following


async def test_a_name_given_in_the_history_is_the_conversations_title_everywhere() -> None:
    archive = MemoryArchive()
    archive.conversations["c"] = conversation("alpha")
    async with driving(archive=archive) as driven:
        await driven.pilot.press("f4")
        await driven.until(lambda: titles(driven) == ["alpha"], "it is listed")
        await driven.pilot.press("e", *"Omega", "enter")
        await driven.until(lambda: titles(driven) == ["Omega"], "it is renamed")
        assert title_of(archive.conversations["c"]) == "Omega"


async def test_rename_and_pin_act_on_the_open_conversation() -> None:
    async with driving(say("hi")) as driven:
        await driven.send("/rename")
        assert "no conversation to rename" in driven.notice
        await driven.send("/pin")
        assert "no conversation to pin" in driven.notice
        await driven.send("Hello")
        await driven.settled()
        await driven.send("/rename My   name")
        assert title_of(driven.session.events) == "My name"
        await driven.until(lambda: driven.screen.query_one(TopBar).title == "My name", "the top bar has it")
        await driven.send("/rename")
        await driven.until(lambda: isinstance(driven.app.screen, RenameDialog), "it asks")
        await driven.pilot.press("backspace", "enter")
        await driven.until(lambda: title_of(driven.session.events) == "Hello", "the first title is back")
        await driven.send("/pin")
        assert is_pinned(driven.session.events)
        await driven.send("/pin")
        assert not is_pinned(driven.session.events)
        kept = driven.archive.conversations[driven.session.conversation_id]
        assert sum(isinstance(event, Renamed | Pinned) for event in kept) == 4


async def test_p_brings_a_conversation_to_the_top_of_the_list() -> None:
    archive = MemoryArchive()
    archive.conversations |= {"a": conversation("alpha"), "b": conversation("beta")}
    async with driving(archive=archive) as driven:
        await driven.pilot.press("f4")
        await driven.until(lambda: titles(driven) == ["beta", "alpha"], "they are listed")
        await driven.pilot.press("down", "p")
        await driven.until(lambda: titles(driven) == ["alpha", "beta"], "it is on top")
        assert pane(driven).finder.table.current == pane(driven).finder.summaries[0]


async def test_exporting_asks_for_the_form_and_the_file_follows_it_until_it_is_changed() -> None:
    async with driving(say("hi")) as driven:
        await driven.send("Hello there")
        await driven.settled()
        await driven.send("/export")
        await driven.until(lambda: isinstance(driven.app.screen, ExportDialog), "it asks")
        await driven.pilot.press("right", "right", "enter")
        path = Path("/exports/hello-there.jsonl")
        await driven.until(lambda: path in driven.exporter.files, "it is written")
        assert driven.exporter.files[path] == ("recording", list(driven.session.events))
        assert str(path) in driven.notice
        await driven.send("/export")
        await driven.until(lambda: isinstance(driven.app.screen, ExportDialog), "it asks")
        await driven.pilot.press("tab", "end", *(["backspace"] * 2), *"txt", "shift+tab", "right", "enter")
        await driven.until(lambda: Path("/exports/hello-there.txt") in driven.exporter.files, "it is written")
        assert driven.exporter.files[Path("/exports/hello-there.txt")][0] == "json"


async def test_exporting_by_name_takes_the_form_from_the_name() -> None:
    async with driving(say("hi")) as driven:
        await driven.send("/export a.md")
        assert "nothing to export yet" in driven.notice
        await driven.send("Hello")
        await driven.settled()
        await driven.send("/export 'my notes.MD'")
        await driven.send("/export notes.docx")
        assert "does not say in which form" in driven.notice
        written = HERE / "my notes.MD"
        await driven.until(lambda: written in driven.exporter.files, "it is written")
        assert driven.exporter.files[written][0] == "markdown"


async def test_a_conversation_of_the_history_is_exported_without_being_opened() -> None:
    archive = MemoryArchive()
    archive.conversations["c"] = conversation("alpha")
    async with driving(archive=archive) as driven:
        await driven.pilot.press("f4")
        await driven.until(lambda: titles(driven) == ["alpha"], "it is listed")
        await driven.pilot.press("x", "enter")
        await driven.until(lambda: Path("/exports/alpha.md") in driven.exporter.files, "it is written")
        assert driven.session.conversation_id != "c"


async def test_importing_a_recording_opens_it_as_a_conversation_of_its_own() -> None:
    async with driving() as driven:
        path = HERE / "a.jsonl"
        driven.exporter.files[path] = "recording", conversation("alpha")
        await driven.send("/import a.jsonl")
        await driven.until(lambda: "alpha" in driven.transcript, "it is shown")
        assert driven.archive.conversations[driven.session.conversation_id] == conversation("alpha")
        await driven.send("/import other.jsonl")
        await driven.until(lambda: "There is no file “other.jsonl”" in driven.notice, "it is said")
        await driven.send("/import")
        assert "Say which recording" in driven.notice
        await driven.send("/import ~nobody-of-this-name/x.jsonl")
        await driven.until(lambda: "is not known" in driven.notice, "it is said")


async def test_resume_goes_to_the_history_and_stats_open_from_both_places() -> None:
    async with driving() as driven:
        await driven.send("/resume")
        await driven.until(lambda: driven.app.focused is pane(driven).finder.table, "the list has the focus")
        await driven.pilot.press("S")
        await driven.until(lambda: isinstance(driven.app.screen, StatisticsScreen), "the page is open")
        await driven.pilot.press("escape", "f2")
        await driven.send("/stats")
        await driven.until(lambda: isinstance(driven.app.screen, StatisticsScreen), "the page is open")
