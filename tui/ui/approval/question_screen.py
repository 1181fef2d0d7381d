"""The screen that a question is on: the calls that wait, all about one of them, and the buttons."""

from collections.abc import Callable, Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from tui.ui.approval.guard import QUIET_SECONDS, TypingGuard
from tui.ui.approval.question import WARNING_GLYPH, flags, one_line, question_blocks
from tui.ui.approval.waiting import WaitingRequest
from tui.ui.dialogs.dialog import Dialog
from tui.ui.figures import count
from tui.ui.lines.block import Block
from tui.ui.lines.block_view import BlockView
from tui.ui.lines.look import Look
from tui.ui.theme import MUTED

_BUTTONS = (
    (("deny", "Deny (n)"), ("explain", "Deny, say why (r)"), ("edit", "Edit (e)")),
    (("once", "Allow once (y)"), ("conversation", "In this conversation (c)"), ("always", "Always (a)")),
)
_ALWAYS = "Always is for this tool, its definition and server; /allowed revokes it."
_TOO_EARLY = "… what was typed before this came up does not count"
_WIDTH = 110
_LOW_BELOW = 30
"""Rows of the screen; on a lower one there is nothing blank between the parts."""

_ROWS_AROUND, _ROWS_AROUND_WHEN_LOW = 11, 6
"""Of the panel, besides the document and the list of calls."""


class QuestionScreen(Dialog[None]):
    """Shows what `waiting` holds. Keys typed for something else are held back; `_KEYS` are those that answer."""

    DEFAULT_CSS = """
    QuestionScreen {
        align: center middle;
        & > Vertical { width: 110; max-width: 96%; height: 90%; padding: 1 2 0 2; background: $panel; }
        #heading { height: 1; color: $warning; text-style: bold; padding: 0 1; margin-bottom: 1; }
        #waiting {
            height: auto; max-height: 5; border: none; padding: 0; margin-bottom: 1; background: transparent;
            scrollbar-size-vertical: 1; text-wrap: nowrap; text-overflow: ellipsis;
            &:focus { border: none; background-tint: transparent; }
            & > .option-list--option { padding: 0 1; }
            & > .option-list--option-highlighted { background: $accent 25%; color: $foreground; text-style: none; }
        }
        BlockView { height: 1fr; min-height: 3; background: $panel; scrollbar-background: $panel; }
        #more, #scope, #hint { height: 1; padding: 0 1; color: $text-muted; }
        #scope, #hint { text-wrap: nowrap; text-overflow: ellipsis; }
        #hint { margin-top: 1; }
        .buttons { height: 1; margin-top: 1; padding: 0 1; }
        .buttons Button.-textual-compact {
            width: auto; min-width: 0; margin-right: 2; background: $surface; color: $foreground; text-style: none;
            &:focus { background: $accent; color: $background; background-tint: transparent; text-style: bold; }
        }
        &.-quiet .buttons Button.-textual-compact {
            color: $foreground 50%;
            &:focus { background: $accent 30%; color: $foreground 70%; }
        }
        &.-low {
            & > Vertical { padding: 0 1; }
            #heading, #waiting { margin-bottom: 0; }
            .buttons, #hint { margin-top: 0; }
        }
    }
    """

    def __init__(
        self,
        waiting: Sequence[WaitingRequest],
        known_as: Callable[[str], str],
        now: Callable[[], float],
        answering_keys: str,
    ) -> None:
        super().__init__()
        self.shown: WaitingRequest | None = None
        self.guard = TypingGuard(now)
        self.is_built = False
        self._waiting = waiting
        self._known_as = known_as
        self._answering_keys = answering_keys
        self._looking: Timer | None = None

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(id="heading", markup=False)
            yield OptionList(id="waiting", markup=False)
            yield BlockView(follow=False)
            yield Static(id="more", markup=False)
            for row in _BUTTONS:
                with Horizontal(classes="buttons"):
                    for name, label in row:
                        yield Button(Content(label), id=name, compact=True)
            yield Static(id="hint", markup=False)
            yield Static(_ALWAYS, id="scope", markup=False)

    def on_mount(self) -> None:
        """The keys go to the buttons and, from any of them, to the document."""
        document = self.query_one(BlockView)
        document.can_focus = False
        self.watch(document, "scroll_y", self._write_more, init=False)
        self._looking = self.set_interval(QUIET_SECONDS / 4, self.look_at_clock, pause=True)
        self.is_built = True
        self.bring_up_to_date()

    def on_resize(self) -> None:
        """As high as is needed, or as there is room for."""
        if self.shown:
            self.show_again()

    def bring_up_to_date(self) -> None:
        """Show what there is to ask."""
        raise NotImplementedError

    def open_calls(self) -> list[WaitingRequest]:
        """Those that wait still."""
        return [waiting for waiting in self._waiting if waiting.is_open]

    def show(self, waiting: WaitingRequest) -> None:
        """Ask about this call; nothing that was typed before it is painted counts."""
        self.shown = waiting
        self.guard.raise_up()
        self.show_again()
        self.query_one("#deny").focus()
        self.call_after_refresh(self._begin_quiet_time)

    def show_again(self) -> None:
        """Write everything anew, from the beginning of the document."""
        if not self.shown:
            return
        request = self.shown.request
        blocks = question_blocks(request, self._known_as(request.spec.server), edited=self.shown.edited)
        self.query_one(BlockView).load(blocks)
        self.write_list()
        self._fit(blocks)
        self.call_after_refresh(self._write_more)

    def write_list(self) -> None:
        """Say which of the calls is shown; alone it needs no list."""
        calls = self.open_calls()
        place = calls.index(self.shown) if self.shown in calls else 0
        several = len(calls) > 1
        which = f"   {place + 1} of {len(calls)} that wait" if several else ""
        self.query_one("#heading", Static).update(f"Allow this call?{which}")
        options = self.query_one(OptionList)
        options.display = several
        with options.prevent(OptionList.OptionHighlighted):
            options.set_options([Option(_in_list(call)) for call in calls])
            options.highlighted = place
        self.look_at_clock()

    def look_at_clock(self) -> None:
        """Say whether keys count yet; while they do not, look again soon."""
        quiet = self.guard.is_up
        self.set_class(quiet, "-quiet")
        if self._looking:
            (self._looking.resume if quiet else self._looking.pause)()
        others = ["w next", "A allow all once", "D deny all"] if len(self.open_calls()) > 1 else []
        keys = "   ".join(["esc deny", "↑↓ scroll", *others])
        hint = Content.styled(_TOO_EARLY, "$warning") if quiet else Content.styled(keys, MUTED)
        self.query_one("#hint", Static).update(hint)

    def on_key(self, event: events.Key) -> None:
        """Hold back what was not meant for this question."""
        if self.guard.stops(event, self._answering_keys):
            event.stop()
            event.prevent_default()
        self.look_at_clock()

    def on_paste(self, event: events.Paste) -> None:
        """A paste answers nothing, nor does what is typed right after it."""
        event.stop()
        self.guard.begin()
        self.look_at_clock()

    @on(OptionList.OptionHighlighted)
    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionHighlighted | OptionList.OptionSelected) -> None:
        calls = self.open_calls()
        if event.option_index < len(calls) and calls[event.option_index] is not self.shown:
            self.shown = calls[event.option_index]
            self.show_again()

    def _begin_quiet_time(self) -> None:
        self.guard.begin()
        self.look_at_clock()

    def _fit(self, blocks: Sequence[Block]) -> None:
        """As high as the document, where the screen is higher."""
        document = self.query_one(BlockView)
        most = self.size.height * 19 // 20
        several = len(self.open_calls())
        is_low = self.size.height < _LOW_BELOW
        self.set_class(is_low, "-low")
        rows = (_ROWS_AROUND_WHEN_LOW if is_low else _ROWS_AROUND) + (several + 1 if several > 1 else 0)
        look = Look.resolve(document.get_component_rich_style)
        width = max(10, min(_WIDTH, self.size.width * 96 // 100) - 5)
        for block in blocks:
            rows += len(block.render(width, look))
            if rows > most:
                break
        self.query_one(Vertical).styles.height = min(rows, most)

    def _write_more(self) -> None:
        document = self.query_one(BlockView)
        more = document.flow.height - round(document.scroll_y) - document.size.height
        self.query_one("#more", Static).update(f"↓ {count(more, 'more line')}" if more > 0 else "")


def _in_list(waiting: WaitingRequest) -> Content:
    glyph = (f"{WARNING_GLYPH} ", "$error") if flags(waiting.request) else ("? ", "$warning")
    return Content.assemble(glyph, one_line(waiting.request), (" · edited" if waiting.edited else "", MUTED))
