"""A server's state as a glyph, a colour and words; the same in the status line, on the empty chat and in notices."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.core.ports import ServerState, ServerStatus
    from tui.ui.chat.notice import Kind

GLYPHS: "dict[ServerState, str]" = {"starting": "◌", "ready": "●", "reconnecting": "↻", "down": "✗", "stopped": "○"}
COLOURS: "dict[ServerState, str]" = {
    "starting": "warning",
    "ready": "success",
    "reconnecting": "warning",
    "down": "error",
    "stopped": "error",
}
_WORST_FIRST: "tuple[ServerState, ...]" = ("down", "stopped", "reconnecting", "starting", "ready")


@dataclass(frozen=True, slots=True)
class ServerSummary:
    """All servers in a few words. `colour` is the name of a theme variable."""

    glyph: str
    colour: str
    words: str


def summarise(servers: "Sequence[ServerStatus]", tool_count: int) -> ServerSummary:
    """The state of the servers together: the worst one decides the glyph."""
    if not servers:
        return ServerSummary(GLYPHS["starting"], COLOURS["starting"], "starting")
    worst = min(servers, key=lambda server: _WORST_FIRST.index(server.state))
    name = worst.name if len(servers) == 1 or worst.state != "ready" else f"{len(servers)} servers"
    tools = f" · {tool_count} tool{'' if tool_count == 1 else 's'}" if worst.state == "ready" else ""
    return ServerSummary(GLYPHS[worst.state], COLOURS[worst.state], f"{name} {worst.state}{tools}")


class ServerNews:
    """Puts into words, once each, that a server is down and why, and that it is back."""

    def __init__(self) -> None:
        self._told: dict[str, str] = {}

    def of(self, server: "ServerStatus") -> "tuple[str, Kind, str] | None":
        """What to tell the person about this state, and the hint; None when there is nothing to tell."""
        if server.state in ("down", "stopped"):
            if self._told.get(server.name) == server.detail:
                return None
            self._told[server.name] = server.detail
            other = "." if server.bundled else "; /server bundled starts the bundled server."
            ways = f"/server restart tries at once{other}"
            return f"{server.name}: {server.detail}", "error", f"{server.hint} {ways}".strip()
        if server.state == "ready" and self._told.pop(server.name, None) is not None:
            return f"{server.name} is ready.", "info", ""
        return None
