"""What the dialogs that show all of something share: a title, a scrolling document, the keys."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.ui.dialogs.dialog import Dialog
from tui.ui.glyphs import SIGNS
from tui.ui.lines.block import Block
from tui.ui.lines.block_view import BlockView
from tui.ui.typed import app_of


class DetailDialog(Dialog[None]):
    """A document of blocks in a frame; the line below it names the keys, and says what was done last."""

    DEFAULT_CSS = """
    DetailDialog {
        align: center middle;
        & > Vertical {
            width: 90%; max-width: 130; height: 90%;
            background: $background; border: round $accent 60%;
        }
        & > Vertical > Static {
            height: 1; padding: 0 1; background: $background; text-wrap: nowrap; text-overflow: ellipsis;
        }
        & .detail--keys { color: $text-muted; }
    }
    """

    def compose(self) -> ComposeResult:
        """A title, the document, the keys."""
        with Vertical():
            yield Static(classes="detail--title", markup=False)
            yield BlockView(follow=False)
            yield Static(self._keys_line(), classes="detail--keys", markup=False)

    def keys(self) -> Sequence[str]:
        """The keys that work here besides Esc, in words."""
        return ()

    def _keys_line(self) -> str:
        return "   ".join(("esc close", *self.keys()))

    @property
    def document(self) -> BlockView:
        """Where the blocks are."""
        return self.query_one(BlockView)

    def show_title(self, glyph: str, style: str, name: str, rest: str) -> None:
        """Write the title; the glyph is in a style of `tui.ui.lines.look.Look`."""
        color = self.document.get_component_rich_style(f"lines--{style}").color
        title = Content.assemble((f"{glyph} ", color.name if color else ""), (name, "bold"), f"  {rest}")
        self.query_one(".detail--title", Static).update(title)

    def show_document(self, blocks: Sequence[Block]) -> None:
        """Show these blocks from the top, and let the keys go there."""
        self.document.load(blocks)
        self.document.focus()

    def copy(self, text: str, what: str) -> None:
        """Put a text on the clipboard, and say so."""
        app_of(self).copy_to_clipboard(text)
        self.say(f"{what} copied")

    def say(self, words: str, state: str = "ok") -> None:
        """Say behind the keys what was done, or why it was not; `state` is "ok" or "error"."""
        sign = SIGNS["ok" if state == "ok" else "error"]
        line = Content.assemble((f"{sign.glyph} {words}", f"${sign.style}"), f"   {self._keys_line()}")
        self.query_one(".detail--keys", Static).update(line)
