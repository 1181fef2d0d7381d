"""The ways to answer a question about a call, by key and by button."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Button

from tui.core.events import Json, Scope
from tui.ui.approval.above import LONGEST_EDITED, AboveQuestion, DenialReason, EditArguments
from tui.ui.approval.question import arguments_text, flags
from tui.ui.approval.question_screen import QuestionScreen
from tui.ui.approval.waiting import WaitingRequest
from tui.ui.lines.block_view import BlockView
from tui.ui.typed import app_of

if TYPE_CHECKING:
    from tui.ui.approval.approvals import Revise

_SCOPES: Mapping[str, Scope] = {"once": "once", "conversation": "conversation", "always": "always"}
_ANSWERING_KEYS = "nreyocawAD"


class ApprovalDialog(QuestionScreen):
    """Answers the call that is shown, or all that wait; closes when none is left. Esc denies."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,escape", "answer('deny')", "Deny"),
        Binding("r", "answer('explain')", "Deny, say why"),
        Binding("e", "answer('edit')", "Edit"),
        Binding("y,o", "answer('once')", "Allow once"),
        Binding("c", "answer('conversation')", "In this conversation"),
        Binding("a", "answer('always')", "Always"),
        Binding("w", "next", "Next"),
        Binding("A", "answer_all(True)", "Allow all once"),
        Binding("D", "answer_all(False)", "Deny all"),
        Binding("up", "scroll('scroll_up')", show=False),
        Binding("down", "scroll('scroll_down')", show=False),
        Binding("pageup", "scroll('page_up')", show=False),
        Binding("pagedown", "scroll('page_down')", show=False),
        Binding("home", "scroll('scroll_home')", show=False),
        Binding("end", "scroll('scroll_end')", show=False),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
    ]

    def __init__(
        self,
        waiting: Sequence[WaitingRequest],
        known_as: Callable[[str], str],
        revise: "Revise",
        now: Callable[[], float],
    ) -> None:
        super().__init__(waiting, known_as, now, _ANSWERING_KEYS)
        self._revise = revise
        self.is_finished = False
        """Whether it has closed, so that another question needs another dialog."""

    def on_screen_resume(self) -> None:
        """What lay above is gone; the calls may have been stopped meanwhile."""
        self.bring_up_to_date()

    def bring_up_to_date(self) -> None:
        """Others wait, or do not wait any more; without any the dialog closes."""
        if not self.is_built or self.is_finished:
            return
        calls = self.open_calls()
        if not calls:
            self._close()
        elif self.shown not in calls:
            self._close_above()
            self.show(calls[0])
        else:
            self.write_list()

    def _close(self) -> None:
        self._close_above()
        if app_of(self).screen is self:
            self.is_finished = True
            self.dismiss()

    def _close_above(self) -> None:
        above = app_of(self).screen
        if isinstance(above, AboveQuestion):
            above.dismiss()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_answer(event.button.id or "deny")

    def action_next(self) -> None:
        """Show the next call that waits."""
        calls = self.open_calls()
        if self.shown in calls and len(calls) > 1:
            self.shown = calls[(calls.index(self.shown) + 1) % len(calls)]
            self.show_again()

    def action_scroll(self, how: str) -> None:
        """Move the document."""
        document = self.query_one(BlockView)
        moves = {
            "scroll_up": document.action_scroll_up,
            "scroll_down": document.action_scroll_down,
            "page_up": document.action_page_up,
            "page_down": document.action_page_down,
            "scroll_home": document.action_scroll_home,
            "scroll_end": document.action_scroll_end,
        }
        moves[how]()

    def action_answer(self, name: str) -> None:
        """Answer the call that is shown, or begin to."""
        shown = self.shown
        if self.guard.is_up or shown is None or not shown.is_open:
            return
        if name == "deny":
            shown.deny()
        elif name == "explain":
            self._ask_reason(shown)
        elif name == "edit":
            self._edit(shown)
        else:
            self._allow(shown, _SCOPES[name])
        self.bring_up_to_date()

    def action_answer_all(self, allow: bool) -> None:
        """Answer all that wait; where something stands out, allowing is a decision of its own."""
        if self.guard.is_up:
            return
        for waiting in self.open_calls():
            if not allow:
                waiting.deny()
            elif not flags(waiting.request):
                waiting.allow("once")
        self.bring_up_to_date()

    def _allow(self, shown: WaitingRequest, scope: Scope) -> None:
        """Let it run; what is allowed for longer holds for what waits of the same tool, too."""
        shown.allow(scope)
        if scope == "once":
            return
        for other in self.open_calls():
            if other.is_of_the_tool_of(shown) and not flags(other.request):
                other.allow(scope)

    def _ask_reason(self, shown: WaitingRequest) -> None:
        def deny(reason: str | None) -> None:
            if reason is not None:
                shown.deny(reason)
                self.bring_up_to_date()

        app_of(self).push_screen(DenialReason(), deny)

    def _edit(self, shown: WaitingRequest) -> None:
        size = len(arguments_text(shown.request))
        if size > LONGEST_EDITED:
            words = f"These arguments are too long to be edited here ({size:,} characters)."
            self.notify(words, severity="warning", markup=False)
            return

        def use(arguments: Mapping[str, Json] | None) -> None:
            if arguments is not None and arguments != shown.request.arguments and shown.is_open:
                # At once: an answer given before it is known what these would do must send these, too.
                shown.request = replace(shown.request, arguments=arguments, change=None)
                shown.edited = True
                self.show(shown)
                self.run_worker(self._judge_anew(shown), group="revise", exit_on_error=False)

        app_of(self).push_screen(EditArguments(shown.request.arguments), use)

    async def _judge_anew(self, shown: WaitingRequest) -> None:
        request = shown.request
        revised = await self._revise(request, request.arguments)
        if shown.request is request:
            shown.request = revised
            if shown is self.shown:
                self.show(shown)
