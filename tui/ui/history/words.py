"""How this tab words advice and failures: a plain sentence, and in a quieter tone what to do."""

from textual.content import Content

from tui.core.errors import StoreError
from tui.ui.glyphs import SIGNS
from tui.ui.theme import MUTED


def advice(why: str, what_to_do: str) -> Content:
    """Why there is nothing to see here, and what to do."""
    return Content.assemble((why, "bold"), "\n", (what_to_do, MUTED))


def failure(error: StoreError) -> Content:
    """What failed, and what to do."""
    hint = (f"\n{error.hint}", MUTED) if error.hint else ""
    return Content.assemble((f"{SIGNS['error'].glyph} ", "$error"), error.message, hint)
