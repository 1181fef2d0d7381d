"""Runs a recording's calls again and shows what came of it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import Worker, WorkerState

from tui.core.check_reports import call_words, where
from tui.core.checking import CallCheck, CheckReport, Verdict, check
from tui.core.differences import side_by_side
from tui.core.errors import AppError
from tui.core.ports import Tools
from tui.core.recording import Recording
from tui.ui.checking.diff_block import diff_blocks
from tui.ui.dialogs.dialog import Dialog
from tui.ui.figures import count
from tui.ui.key_bar import KeyBar
from tui.ui.lines.block import Block, TextBlock
from tui.ui.lines.block_view import BlockView
from tui.ui.theme import MUTED
from tui.ui.typed import app_of
from tui.ui.working import tell_screen

SIGNS: Mapping[Verdict, tuple[str, str]] = MappingProxyType(
    {
        "same": ("✓", "$success"),
        "different": ("✗", "$error"),
        "missing": ("✗", "$error"),
        "skipped": ("⊘", MUTED),
    }
)


class CheckScreen(Dialog[None]):
    """First the progress, then the calls and the differences of the highlighted one. Esc stops and closes."""

    DEFAULT_CSS = """
    CheckScreen {
        align: center middle;
        & > Vertical { width: 96%; height: 94%; background: $background; border: round $accent 60%; }
        #heading { height: auto; padding: 0 1; }
        #both { height: 1fr; border-top: solid $rule; border-bottom: solid $rule; }
        OptionList {
            width: 36%;
            height: 100%;
            border: none;
            border-right: solid $rule;
            padding: 0;
            background: $background;
            & > .option-list--option { padding: 0 1; }
            text-wrap: nowrap;
            text-overflow: ellipsis;
            scrollbar-size-vertical: 1;
        }
        OptionList > .option-list--option-highlighted, OptionList:focus > .option-list--option-highlighted {
            background: $accent 25%;
            color: $foreground;
            text-style: bold;
        }
        OptionList:focus { border: none; border-right: solid $rule; background-tint: transparent; }
        BlockView { width: 1fr; }
        KeyBar { padding: 0 1; }
        &.-narrow #both { layout: vertical; }
        &.-narrow OptionList {
            width: 100%;
            height: auto;
            max-height: 40%;
            border-right: none;
            border-bottom: solid $rule;
        }
    }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual declares it as an instance variable
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close", key_display="esc"),
        Binding("n", "next_failed", "Next difference"),
        Binding("tab", "app.focus_next", "Other side", key_display="tab"),
    ]

    def __init__(self, recording: Recording, tools: Tools) -> None:
        super().__init__()
        self._recording = recording
        self._tools = tools
        self._report = CheckReport(())

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(id="heading")
            with Horizontal(id="both"):
                yield OptionList(markup=False)
                yield BlockView(follow=False)
            yield KeyBar()

    def on_mount(self) -> None:
        """Begin to run the calls."""
        self._say(("◌", "$accent"), "running …")
        self.run_worker(self._check(), group="check", description="check a recording", exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What breaks off is told by the screen below; here is nothing to see then."""
        tell_screen(app_of(self).screen_stack[0], event)
        if event.state is WorkerState.ERROR:
            self.dismiss()

    async def _check(self) -> None:
        try:
            report = await check(self._recording.events, self._tools, progress=self._progress)
        except AppError as error:
            self._say(("!", "$error"), f"cannot be checked: {error.message} {error.hint}")
            return
        self._show(report)

    def _progress(self, done: int, of: int) -> None:
        self._say(("◌", "$accent"), f"{done:,} of {count(of, 'call')} done …")

    def _say(self, sign: tuple[str, str], words: str) -> None:
        glyph, style = sign
        title = " ".join(self._recording.title.split()) or "Recording"
        heading = Content.assemble((f"{glyph} ", f"bold {style}"), (title, "bold"), (f"  {words}", MUTED))
        self.query_one("#heading", Static).update(heading)

    def _show(self, report: CheckReport) -> None:
        self._report = report
        words = {"same": "the same", "different": "different", "missing": "missing", "skipped": "not run"}
        counts = [f"{report.count(verdict):,} {words[verdict]}" for verdict in SIGNS if report.count(verdict)]
        self._say(SIGNS["same" if report.passed else "different"], " · ".join(counts))
        calls = self.query_one(OptionList)
        calls.add_options([Option(_line(checked)) for checked in report.checks])
        failed = [i for i, checked in enumerate(report.checks) if checked.failed]
        calls.highlighted = failed[0] if failed else 0
        calls.focus()

    def action_next_failed(self) -> None:
        """To the next call that differs, around the end."""
        calls = self.query_one(OptionList)
        failed = [i for i, checked in enumerate(self._report.checks) if checked.failed]
        if failed:
            here = -1 if calls.highlighted is None else calls.highlighted
            calls.highlighted = next((i for i in failed if i > here), failed[0])

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        self.query_one(BlockView).load(_blocks(self._report.checks[event.option_index]))


def _line(checked: CallCheck) -> Content:
    glyph, style = SIGNS[checked.verdict]
    return Content.assemble((f"{glyph} ", style), (f"{where(checked)}  ", MUTED), call_words(checked))


def _blocks(checked: CallCheck) -> list[Block]:
    blocks: list[Block] = [TextBlock(f"{where(checked)} · {call_words(checked)}", "strong")]
    if checked.why:
        blocks.append(TextBlock(checked.why, "error" if checked.failed else "muted"))
    if checked.verdict == "different":
        blocks.append(TextBlock("- recorded   + came back now   ⟨…⟩ does not count", "muted"))
    rows = side_by_side(checked.expected, checked.actual if checked.verdict != "skipped" else checked.expected)
    return [*blocks, TextBlock("", gap=0), *diff_blocks(rows)]
