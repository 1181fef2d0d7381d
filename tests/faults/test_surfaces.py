"""The last look before a row is drawn, on widgets that forgot theirs; and what it costs."""

from collections.abc import Callable
from time import perf_counter

from rich.segment import Segment
from textual.app import ComposeResult
from textual.color import Color
from textual.content import Content
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, DataTable, Input, Label, OptionList, Static, TextArea

from tests.fakes import FakeHost, ask, say, tool
from tests.faults.attacks import ESCAPES, MARKUP, controls, sequences
from tests.ui.driving import driving
from tui.core.errors import ModelError
from tui.ui.last_look import LastLook

Record = Callable[[str, object], None]

ATTACK = " ".join(ESCAPES)


class Forgetful(Screen[None]):
    """Widgets of Textual's own that are given text as it came."""

    def compose(self) -> ComposeResult:
        yield Static(Content(ATTACK))
        yield Label(Content(ATTACK))
        yield Button(Content(ATTACK))
        yield OptionList(Content(ATTACK))
        yield TextArea(ATTACK)
        yield Input(ATTACK.replace("\n", " "))
        yield DataTable[Content]()

    def on_mount(self) -> None:
        table = self.query_one(DataTable[Content])
        table.border_title = Content(ATTACK)
        table.add_column("column")
        table.add_row(Content(ATTACK))


async def test_last_look_takes_out_what_nobody_else_did(record_property: Record) -> None:
    async with driving(size=(200, 60)) as driven:
        driven.app.push_screen(Forgetful())
        driven.app.notify(ATTACK, title=ATTACK, markup=False)
        await driven.pilot.pause()
        widgets = driven.app.screen.walk_children(Widget)
        strips = [strip for w in widgets for strip in w.render_lines(Region(0, 0, *w.size))]
        drawn = "\n".join(strip.text for strip in strips)
        picture = driven.app.export_screenshot()
    assert "red" in drawn
    assert controls(drawn.encode()) == set()
    assert sequences(drawn.encode()) == {}
    assert controls(picture.encode()) == set()
    rows = [[Segment("x" * 60), Segment("漢字 plain " * 5)] for _ in range(40)]
    look, start = LastLook(), perf_counter()
    for _ in range(100):
        for row in rows:
            look.apply(row, Color(0, 0, 0))
    each = (perf_counter() - start) / 100
    record_property(
        "figure", f"7 kinds of widgets, a toast and a screenshot: 0 controls; {each * 1000:.2f} ms for 40 rows"
    )
    assert each < 0.002


async def test_markup_is_shown_as_it_is_on_every_surface(record_property: Record) -> None:
    host = FakeHost(**{MARKUP: tool(MARKUP)})
    script = [ask(("c", MARKUP, '{"' + MARKUP.replace('"', "") + '": 1}')), say(MARKUP)]
    async with driving(*script, [ModelError(MARKUP, MARKUP)], host=host, size=(200, 50)) as driven:
        await driven.send(MARKUP)
        await driven.settled()
        shown = [driven.transcript, driven.calls]
        await driven.send("fail")
        await driven.settled()
        shown.append(driven.transcript)
        driven.screen.say(MARKUP, "error", MARKUP)
        await driven.pilot.pause()
        shown.append(driven.notice)
        driven.app.notify(MARKUP, markup=False)
        await driven.pilot.press("f3")
        await driven.pilot.pause()
        await driven.pilot.press("f4")
        await driven.pilot.pause()
        shown.append(driven.app.export_screenshot())
        assert driven.app.is_running
    assert [text for text in shown[:4] if "[/x]" not in text or "[@click=app.quit]" not in text] == []
    record_property("figure", f"{len(shown)} surfaces show it literally, 0 actions")
