"""How the Tools tab names states, hints and outcomes: a glyph, a word and a colour for each, and never colour alone."""

from textual.content import Content

from tui.core.events import ToolStatus
from tui.core.ports import ToolAnnotations
from tui.ui.glyphs import SIGNS, Sign
from tui.ui.server_state import COLOURS, GLYPHS
from tui.ui.theme import MUTED

SERVER_STATES = {state: (GLYPHS[state], state, f"${COLOURS[state]}") for state in GLYPHS}
"""A server's glyph, word and colour."""

NOT_SENT = Sign("⊘", "warning", "not sent")
"""A tool that the model does not get to know."""

_SAID_HERE: dict[ToolStatus, str] = {"ok": "done", "lost": "connection lost: it may or may not have had an effect"}


def outcome_sign(status: ToolStatus) -> Content:
    """The glyph and the words for how a call ended, in its colour."""
    sign = SIGNS[status]
    return Content.styled(f"{sign.glyph} {_SAID_HERE.get(status, sign.words)}", f"${sign.style}")


def annotation_chips(annotations: ToolAnnotations, width: int) -> Content:
    """The server's hints about a tool in words, each on its own background, in lines of `width` cells."""
    hints = (
        (annotations.read_only, "read-only", "changes things", "success", "warning"),
        (annotations.destructive, "destructive", "not destructive", "error", "success"),
        (annotations.idempotent, "idempotent", "not idempotent", "primary", "warning"),
        (annotations.open_world, "open-world", "closed-world", "warning", "primary"),
    )
    chips: list[Content] = []
    for hint, if_true, if_false, true_colour, false_colour in hints:
        if hint is not None:
            colour = true_colour if hint else false_colour
            word = if_true if hint else if_false
            chips.append(Content.styled(f" {word} ", f"$text-{colour} on ${colour}-muted"))
    if not chips:
        return Content.styled("no hints given", MUTED)
    lines = [chips[0]]
    for chip in chips[1:]:
        if lines[-1].cell_length + 1 + chip.cell_length <= width:
            lines[-1] = Content.assemble(lines[-1], " ", chip)
        else:
            lines.append(chip)
    return Content("\n").join(lines)
