"""The Chat tab: transcript and log of calls side by side, the prompt below."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static, TextArea

from tui.core.example import Example
from tui.ui.chat.notice import Notice
from tui.ui.chat.prompt import Prompt
from tui.ui.chat.slash_menu import SlashMenu
from tui.ui.chat.welcome import Welcome
from tui.ui.clocks import Clocks
from tui.ui.commands import is_command
from tui.ui.example_list import ExampleList
from tui.ui.server_state import ServerSummary
from tui.ui.typed import app_of

if TYPE_CHECKING:
    from tui.core.events import Event
    from tui.core.models import ModelChoice
    from tui.ui.replay.bar import ReplayBar
    from tui.ui.tool_log.tool_log import ToolLog
    from tui.ui.transcript.transcript import Transcript


class ChatPane(Vertical):
    """Shows a conversation's events in both views, and lets a person type. It knows nothing of turns or models."""

    DEFAULT_CSS = """
    ChatPane {
        #views { width: 100%; height: 1fr; }
        Welcome { width: 1fr; height: 1fr; }
        Transcript { width: 1fr; height: 1fr; padding: 0 1; display: none; }
        #calls { width: 38%; min-width: 40; max-width: 72; border-left: solid $rule; display: none; }
        &.-talking {
            Transcript { display: block; }
            Welcome { display: none; }
        }
        &.-calling.-calls-wanted #calls { display: block; }
        #prompt-row {
            height: auto;
            margin: 0 1;
            padding: 0 1;
            border: round $rule;
            &:focus-within { border: round $accent; }
        }
        &.-editing #prompt-row { border: round $accent; border-title-color: $accent; }
        &.-replaying #prompt-row, &.-replaying SlashMenu { display: none; }
        #prompt-mark { width: 2; color: $accent; text-style: bold; }
        #prompt-row Prompt { width: 1fr; }
    }
    """

    is_talking: reactive[bool] = reactive(False, toggle_class="-talking")
    """Whether there is a conversation to show instead of the welcome."""
    is_calling: reactive[bool] = reactive(False, toggle_class="-calling")
    """Whether there are calls to show."""
    calls_wanted: reactive[bool] = reactive(True, toggle_class="-calls-wanted")
    """Whether the person wants to see the log of calls."""

    editing: reactive[int] = reactive(0)
    """The turn whose message is being edited, to be sent into a branch; 0 while none is."""

    class DraftOffered(Message):
        """Something was put into the prompt while a recording stands in its place."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave_editing", "Leave editing", key_display="esc"),
    ]

    def __init__(self, examples: Sequence[Example], model_label: str, *, offline: bool, clocks: Clocks) -> None:
        super().__init__()
        self._examples = examples
        self._model_label = model_label
        self._offline = offline
        self._clocks = clocks

    def compose(self) -> ComposeResult:
        menu = SlashMenu()
        with Horizontal(id="views"):
            yield Welcome(self._examples, self._model_label, offline=self._offline)
        yield Notice()
        yield menu
        with Horizontal(id="prompt-row"):
            yield Static("❯", id="prompt-mark")
            yield Prompt(menu)

    async def mount_views(self) -> tuple[Callable[["Event"], None], ...]:
        """Add the two views, which an empty chat and so the first paint do without; returns how to show them events."""
        from tui.ui.tool_log.tool_log import ToolLogPane
        from tui.ui.transcript.transcript import Transcript

        transcript = Transcript(clock=self._clocks.write)
        calls = ToolLogPane(clock=self._clocks.write, now=self._clocks.steady, id="calls")
        await self.query_one("#views").mount(transcript, calls)
        return transcript.show, calls.show

    @property
    def prompt(self) -> Prompt:
        """Where the person types."""
        return self.query_one(Prompt)

    @property
    def notice(self) -> Notice:
        """What the person is told."""
        return self.query_one(Notice)

    def begin_editing(self, turn: int, text: str) -> None:
        """Put a turn's message into the prompt, to be sent again; a draft that was there is what up recalls."""
        self.prompt.offer(text)
        self.editing = turn

    def action_leave_editing(self) -> None:
        """Back to a new message; the edited one is what up recalls."""
        self.editing = 0
        self.prompt.offer("")

    def watch_editing(self, turn: int) -> None:
        """Say in the prompt's frame what sending will do."""
        row = self.query_one("#prompt-row")
        row.border_title = f"Editing turn {turn} · sending makes a branch · esc leaves it" if turn else ""
        self.set_class(turn > 0, "-editing")
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc is the screen's while nothing is edited."""
        return self.editing > 0 if action == "leave_editing" else True

    @property
    def is_replaying(self) -> bool:
        """Whether a recording is shown, and its bar stands in the prompt's place."""
        return self.has_class("-replaying")

    def begin_replay(self, bar: "ReplayBar") -> None:
        """Put the bar in the prompt's place; a draft stays for later."""
        self.add_class("-replaying")
        self.screen.set_focus(None)  # What is typed before the bar is there is not for the prompt.
        self.mount(bar, after="#prompt-row")

    def end_replay(self) -> None:
        """Bring the prompt back."""
        self.remove_class("-replaying")
        self.query("ReplayBar").remove()
        self.call_after_refresh(self.focus_input)

    def focus_input(self) -> None:
        """Go where keys do most: into the prompt, or the bar of a replay."""
        if self.is_replaying:
            self.query("ReplayBar").focus()
        elif self.display:
            self.prompt.focus()

    def show_model(self, model: "ModelChoice") -> None:
        """Show on the empty chat who answers."""
        self.query_one(Welcome).show_model(model)

    def show_servers(self, servers: ServerSummary) -> None:
        """Show the servers' state on the empty chat."""
        self.query_one(Welcome).show_servers(servers)

    def on_tool_log_call_opened(self, event: "ToolLog.CallOpened") -> None:
        """Show all of a call."""
        from tui.ui.tool_log.call_detail import CallDetail
        from tui.ui.tool_log.tool_log import ToolLog

        if record := self.query_one(ToolLog).record(event.call_id):
            app_of(self).push_screen(CallDetail(record, clock=self._clocks.write))

    def on_transcript_turn_opened(self, event: "Transcript.TurnOpened") -> None:
        """Show all that is known of a turn."""
        from tui.ui.answer_detail.answer_detail import AnswerDetail
        from tui.ui.transcript.transcript import Transcript

        record = self.query_one(Transcript).record(event.turn)
        app_of(self).push_screen(AnswerDetail(record, clock=self._clocks.write))

    @on(Prompt.ListWanted)
    def _into_examples(self) -> None:
        if not self.is_talking:
            self.query_one(Welcome).focus_examples()

    @on(ExampleList.LeftAtTop)
    def _out_of_examples(self) -> None:
        self.prompt.focus()

    @on(Prompt.Submitted)
    async def _follow_again(self, event: Prompt.Submitted) -> None:
        if self.is_talking and not is_command(event.text):
            await self.query("Transcript").first().run_action("scroll_end")

    @on(Prompt.ScrollWanted)
    async def _scroll(self, event: Prompt.ScrollWanted) -> None:
        shown = self.query("Transcript" if self.is_talking else "Welcome").first()
        await shown.run_action(event.action)

    def on_key(self, event: events.Key) -> None:
        """Letters typed while reading the transcript or the calls go into the prompt."""
        typing_here = not isinstance(self.screen.focused, Prompt | ExampleList)
        if self.is_replaying:
            self._pass_to_bar(event)
        elif typing_here and event.is_printable and event.character:
            event.stop()
            event.prevent_default()
            self.prompt.focus()
            self.prompt.insert(event.character)

    def _pass_to_bar(self, event: events.Key) -> None:
        """Keys that nothing else wanted are the bar's; one that the bar did not want itself comes here again."""
        bar = self.query("ReplayBar").first()
        if not bar.has_focus:
            bar.focus()
            app_of(self).simulate_key(event.key)

    @on(SlashMenu.Picked)
    def _run_picked(self, event: SlashMenu.Picked) -> None:
        self.prompt.focus()
        self.prompt.put(f"/{event.command.name}")
        self.prompt.submit()

    @on(TextArea.Changed)
    def _hush(self) -> None:
        if self.prompt.text:
            self.notice.hush()
            if self.is_replaying:
                self.post_message(self.DraftOffered())
