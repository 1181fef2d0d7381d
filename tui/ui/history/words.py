"""How this tab words advice, failures and what it did: a plain sentence, and in a quieter tone what to do."""

from collections.abc import Sequence

from textual.content import Content

from tui.core.errors import StoreError
from tui.core.ports import ConversationSummary
from tui.ui.glyphs import SIGNS
from tui.ui.history.rows import fit
from tui.ui.theme import MUTED

_LONGEST_NAME = 40


def advice(why: str, what_to_do: str) -> Content:
    """Why there is nothing to see here, and what to do."""
    return Content.assemble((why, "bold"), "\n", (what_to_do, MUTED))


def failure(error: StoreError) -> Content:
    """What failed, and what to do."""
    hint = (f"\n{error.hint}", MUTED) if error.hint else ""
    return Content.assemble((f"{SIGNS['error'].glyph} ", "$error"), error.message, hint)


def how_many(summaries: Sequence[ConversationSummary]) -> str:
    """One by its title, more by their number."""
    if len(summaries) == 1:
        return f"“{fit(summaries[0].title, _LONGEST_NAME).rstrip()}”"
    return f"all {len(summaries):,} conversations"


def deleted(summaries: Sequence[ConversationSummary]) -> Content:
    """What was deleted, and how it comes back."""
    return Content.assemble(f"Deleted {how_many(summaries)}", (" · ", MUTED), ("u", "$accent"), (" undo", MUTED))
