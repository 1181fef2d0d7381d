"""What an empty chat shows: what this is, whether it is ready, and what to try first."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.core.example import Example
from tui.ui.example_list import ExampleList
from tui.ui.server_state import ServerSummary
from tui.ui.theme import MUTED

if TYPE_CHECKING:
    from tui.core.models import ModelChoice

ABOUT = "Chat with a model that uses MCP tools, and see every call: what went in, what came back, how long it took."
HEADLINE = "Ask for something that needs a tool"
INVITATION = "Try one:  ↓ choose   Enter sends   e edits first   p plays its recording"
OFFLINE_ABOUT = "not a language model · /connect your own Azure OpenAI"


class Welcome(VerticalScroll):
    """The empty chat. `down` in the prompt leads into its list of examples."""

    DEFAULT_CSS = """
    Welcome {
        padding: 1 2;
        scrollbar-size-vertical: 1;
        #about { height: auto; width: 100%; max-width: 110; margin-bottom: 1; }
        ExampleList { max-width: 110; margin-left: -1; }
    }
    """

    can_focus = False

    def __init__(self, examples: Sequence[Example], model_label: str, *, offline: bool) -> None:
        super().__init__()
        self._examples = examples
        self._model_label = model_label
        self._offline = offline
        self._about = OFFLINE_ABOUT if offline else ""
        self._servers = ServerSummary("◌", "warning", "starting")

    def compose(self) -> ComposeResult:
        yield Static(id="about")
        yield ExampleList(self._examples)

    def on_mount(self) -> None:
        """Draw the state."""
        self._draw()

    def show_model(self, model: "ModelChoice") -> None:
        """Show that this model answers."""
        self._model_label, self._offline = model.name, model.offline
        self._about = OFFLINE_ABOUT if model.offline else model.about
        self._draw()

    def show_servers(self, servers: ServerSummary) -> None:
        """Show this state of the servers."""
        self._servers = servers
        self._draw()

    def focus_examples(self) -> None:
        """Go into the list of examples."""
        self.query_one(ExampleList).focus()

    def _draw(self) -> None:
        accent, muted = "bold $accent", MUTED
        badge = "bold $warning" if self._offline else accent
        state = Content(self._servers.glyph).stylize(f"${self._servers.colour}")
        lines = [
            Content(HEADLINE).stylize(accent),
            Content(ABOUT),
            Content(),
            Content(f"◆ {self._model_label}   ").stylize(badge) + Content(self._about).stylize(muted),
            state + Content(f" {self._servers.words}"),
            Content(),
            Content(INVITATION).stylize(muted),
        ]
        self.query_one("#about", Static).update(Content("\n").join(lines))
