"""What to do where there is nothing to show."""

from textual.content import Content
from textual.widgets import Static

from tui.ui.theme import MUTED

NO_SERVERS = (
    "No MCP server is configured",
    "Set MCP_SERVER_URL to a server's address, or leave it unset and the bundled server is started.",
)


class EmptyState(Static):
    """A sentence on why there is nothing, and one on what to do."""

    DEFAULT_CSS = """
    EmptyState { padding: 0 1 0 2; height: auto; }
    """

    def say(self, why: str, what_to_do: str) -> None:
        """Show the two sentences."""
        self.update(Content.assemble((why, "bold"), "\n", (what_to_do, MUTED)))
