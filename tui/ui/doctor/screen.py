"""The doctor's page: what was looked at, area by area, and what to do where something is wrong."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static
from textual.worker import Worker

from tui.core.doctor import GLYPHS, as_text, summary
from tui.core.ports import Diagnosis, Examiner
from tui.ui.dialogs.dialog import Dialog
from tui.ui.doctor.found import FoundBlock
from tui.ui.key_bar import KeyBar
from tui.ui.lines.block import Block, TextBlock
from tui.ui.lines.block_view import BlockView
from tui.ui.theme import MUTED
from tui.ui.typed import app_of
from tui.ui.working import tell_screen


class DoctorScreen(Dialog[None]):
    """Looks as soon as it opens; `o` asks the deployments too, `r` looks again, `c` copies the report."""

    DEFAULT_CSS = """
    DoctorScreen {
        /* The status line below stays in sight: it tells at every moment who answers. */
        & > Vertical { width: 100%; height: 1fr; margin-bottom: 2; background: $background; }
        #heading { height: 2; padding: 0 2; border-bottom: solid $rule; text-wrap: nowrap; text-overflow: ellipsis; }
        BlockView { padding: 0 1 0 0; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "ask_online", "Ask the deployments"),
        Binding("r", "look_again", "Look again"),
        Binding("c", "copy_report", "Copy report"),
        Binding("escape,q", "dismiss", "Close", key_display="esc"),
    ]

    def __init__(self, examiner: Examiner) -> None:
        super().__init__()
        self._examiner = examiner
        self._found: Sequence[Diagnosis] = ()

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(id="heading", markup=False)
            yield BlockView(follow=False)
            yield KeyBar()

    def on_mount(self) -> None:
        """Look at once."""
        self.query_one(BlockView).focus()
        self._look(online=False)

    def action_ask_online(self) -> None:
        """Send one tiny request to each deployment, too."""
        self._look(online=True)

    def action_look_again(self) -> None:
        """Look at everything anew."""
        self._look(online=False)

    def action_copy_report(self) -> None:
        """Put the report on the clipboard."""
        if self._found:
            app_of(self).copy_to_clipboard(as_text(self._found))
            self._say("✓ The report was copied, if this terminal allows it (OSC 52).", "$success")

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What breaks off is told by the screen below."""
        tell_screen(app_of(self).screen_stack[0], event)

    def _look(self, *, online: bool) -> None:
        self._say("◌ asking the deployments …" if online else "◌ looking …", "$warning")
        self.run_worker(
            self._examine(online=online),
            group="doctor",
            description="look everything over",
            exclusive=True,
            exit_on_error=False,
        )

    async def _examine(self, *, online: bool) -> None:
        self._found = await self._examiner.examine(online=online)
        self.query_one(BlockView).load(list(_blocks(self._found)))
        self._say(summary(self._found), MUTED)

    def _say(self, words: str, colour: str) -> None:
        heading = Content.assemble(("Doctor", "bold"), "   ", (words, colour))
        self.query_one("#heading", Static).update(heading)


def _blocks(found: Sequence[Diagnosis]) -> Iterator[Block]:
    for number, (area, group) in enumerate(groupby(found, key=lambda diagnosis: diagnosis.area)):
        yield TextBlock(area, "heading", gap=min(number, 1))
        for diagnosis in group:
            yield FoundBlock(GLYPHS[diagnosis.grade], diagnosis.grade, diagnosis.finding)
