"""The line on top of the logs: which of the two is shown, and of which server."""

from collections.abc import Sequence

from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from tui.core.ports import ServerStatus
from tui.ui.one_line import OneLine, Part
from tui.ui.server_state import COLOURS, GLYPHS
from tui.ui.theme import MUTED
from tui.ui.tools.untrusted import on_one_line

VIEWS = ("messages", "output")


class LogBar(OneLine):
    """A click on a word chooses that view; at the right end stands the server."""

    shown: reactive[str] = reactive("messages")
    server: reactive[ServerStatus | None] = reactive(None)
    servers: reactive[int] = reactive(1)

    class ViewChosen(Message):
        """A person wants the other view."""

        def __init__(self, view: str) -> None:
            super().__init__()
            self.view = view

    def parts(self) -> Sequence[Part]:
        """The heading, then the two views, the shown one underlined."""
        views = [
            Part(
                Content(view.capitalize()).stylize("bold underline $accent" if view == self.shown else MUTED),
                lambda view=view: self.post_message(self.ViewChosen(view)),
            )
            for view in VIEWS
        ]
        return [Part(Content("Logs").stylize("bold")), *views]

    def right(self) -> Content:
        """The server and its state; how many more there are."""
        if self.server is None:
            return Content("no server").stylize(MUTED)
        state = self.server.state
        more = f"  s: {self.servers - 1} more" if self.servers > 1 else ""
        return Content.assemble(
            on_one_line(self.server.name, 40), (f"  {GLYPHS[state]} {state}", f"${COLOURS[state]}"), (more, MUTED)
        )
