"""What an empty chat shows: what this is, whether it is ready, and what to try first."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.core.ports import Example
from tui.ui.example_list import ExampleList
from tui.ui.server_state import ServerSummary
from tui.ui.typed import app_of, theme_style

ABOUT = "Chat with a model that uses MCP tools, and see every call: what went in, what came back, how long it took."
OFFLINE_ABOUT = "works without an account; it is a planner, not a language model"
ONLINE_ABOUT = "your Azure OpenAI deployment"


class Welcome(VerticalScroll):
    """The empty chat. `down` in the prompt leads into its list of examples."""

    DEFAULT_CSS = """
    Welcome {
        padding: 1 2;
        scrollbar-size-vertical: 1;
        Static { height: auto; width: 100%; max-width: 110; }
        #headline { text-style: bold; color: $accent; }
        #state { margin: 1 0; }
        #invitation { color: $text-muted; margin: 0 0 1 0; }
        ExampleList { max-width: 110; margin-left: -1; }
    }
    """

    can_focus = False

    def __init__(self, examples: Sequence[Example], model_label: str, *, offline: bool) -> None:
        super().__init__()
        self._examples = examples
        self._model_label = model_label
        self._offline = offline
        self._servers = ServerSummary("◌", "warning", "starting")

    def compose(self) -> ComposeResult:
        yield Static("Ask for something that needs a tool", id="headline")
        yield Static(Content(ABOUT), id="about")
        yield Static(id="state")
        yield Static(Content("Try one:  ↓ choose   Enter sends   e edits first"), id="invitation")
        yield ExampleList(self._examples)

    def on_mount(self) -> None:
        """Draw the state, and again when the palette changes."""
        app_of(self).theme_changed_signal.subscribe(self, lambda _: self._draw())
        self._draw()

    def show_servers(self, servers: ServerSummary) -> None:
        """Show this state of the servers."""
        self._servers = servers
        self._draw()

    def focus_examples(self) -> None:
        """Go into the list of examples."""
        self.query_one(ExampleList).focus()

    def _draw(self) -> None:
        badge = theme_style(self, "warning" if self._offline else "accent", "bold")
        about = OFFLINE_ABOUT if self._offline else ONLINE_ABOUT
        lines = [
            Content.assemble(
                Content(f"◆ {self._model_label}").stylize(badge),
                Content(f"   {about}").stylize(theme_style(self, "foreground", suffix="60%")),
            ),
            Content.assemble(
                Content(self._servers.glyph).stylize(theme_style(self, self._servers.colour)),
                f" {self._servers.words}",
            ),
        ]
        self.query_one("#state", Static).update(Content("\n").join(lines))
