"""The bar in the prompt's place while a recording plays: where it is, and the keys that move it."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.timer import Timer
from textual.widget import Widget

from tui.core.recording import Recording
from tui.core.replay import Replay
from tui.ui.replay.messages import CheckWanted, ReplayLeft, RunAgainWanted
from tui.ui.replay.progress import minutes, moment_of, progress_line
from tui.ui.theme import MUTED

TICK_SECONDS = 0.1
STATE_CELLS = 2
"""The sign before the progress, and a blank."""


class ReplayBar(Widget, can_focus=True):
    """Draws a replay's state in two rows; keys and clicks move it. What concerns more than the replay goes upward."""

    DEFAULT_CSS = """
    ReplayBar {
        height: auto;
        margin: 0 1;
        padding: 0 1;
        border: round $secondary;
        &:focus { border: round $accent; }
    }
    """
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", key_display="esc"),
        Binding("space", "play_or_pause", "Play", key_display="space"),
        Binding("right", "step", "Step", key_display="→"),
        Binding("left_square_bracket,left", "previous", "Turn", key_display="[ ]"),
        Binding("right_square_bracket", "next", "Next turn", show=False),
        Binding("1", "speed(1)", "Speed", key_display="1 4"),
        Binding("4", "speed(4)", "Four times as fast", show=False),
        Binding("0,end", "end", "All", key_display="0"),
        Binding("home", "beginning", "From the beginning", show=False),
        Binding("R", "run_again", "Run again", key_display="R"),
        Binding("c", "check", "Check"),
    ]

    def __init__(self, recording: Recording, replay: Replay) -> None:
        super().__init__()
        self._recording = recording
        self._replay = replay
        self._ticker: Timer | None = None

    def on_mount(self) -> None:
        """Take the keys at once."""
        self._ticker = self.set_interval(TICK_SECONDS, self.refresh, pause=not self._replay.is_playing)
        self.focus()

    def follow(self) -> None:
        """The replay's state is another: draw it, and tick only while time goes on."""
        if self._ticker:
            (self._ticker.resume if self._replay.is_playing else self._ticker.pause)()
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Two rows."""
        return 2

    def render(self) -> Content:
        width = max(1, self.content_size.width)
        replay = self._replay
        sign, style = ("▶", "bold $accent") if replay.is_playing else ("■" if replay.is_over else "‖", "bold $warning")
        line = progress_line(replay.elapsed, replay.duration, replay.marks, max(1, width - STATE_CELLS))
        return self._words(width) + Content("\n") + Content(f"{sign} ").stylize(style) + line

    def _words(self, width: int) -> Content:
        right = Content(self._where()).stylize(MUTED)
        badge = Content("◉ recording ").stylize("bold $warning")
        room = max(0, width - right.cell_length - badge.cell_length - 2)
        title = Content(" ".join(self._recording.title.split())).truncate(room, ellipsis=True)
        left = badge + title
        return (left + Content(" " * max(1, width - left.cell_length - right.cell_length)) + right).truncate(width)

    def _where(self) -> str:
        at = self._replay.position
        turn = f"turn {at.turn} of {at.turns}" if at.turn else f"{at.turns} turn{'' if at.turns == 1 else 's'}"
        state = "over" if self._replay.is_over else "" if self._replay.is_playing else "paused"
        speed = f"{self._replay.speed:g}x"
        times = f"{minutes(at.elapsed)} / {minutes(at.duration)}"
        return " · ".join(part for part in (state, turn, times, speed) if part)

    def on_click(self, event: events.Click) -> None:
        """Go to the moment under the mouse; on the sign, play or pause."""
        x, y = event.x - self.gutter.left, event.y - self.gutter.top
        if y != 1:
            return
        if x < STATE_CELLS:
            self.action_play_or_pause()
        else:
            width = self.content_size.width - STATE_CELLS
            self._replay.seek(moment_of(x - STATE_CELLS, self._replay.duration, width))

    def action_play_or_pause(self) -> None:
        """Play, or stand still."""
        (self._replay.pause if self._replay.is_playing else self._replay.play)()

    def action_step(self) -> None:
        """What comes next, whole."""
        self._replay.step()

    def action_previous(self) -> None:
        """To the turn's beginning, or the turn before."""
        self._replay.previous_turn()

    def action_next(self) -> None:
        """To the next turn."""
        self._replay.next_turn()

    def action_speed(self, speed: int) -> None:
        """Play on at this speed."""
        self._replay.set_speed(speed)

    def action_end(self) -> None:
        """All of it at once."""
        self._replay.to_end()

    def action_beginning(self) -> None:
        """Back to before the first message."""
        self._replay.seek(0.0)

    def action_run_again(self) -> None:
        """Send the same messages now."""
        self.post_message(RunAgainWanted(self._recording))

    def action_check(self) -> None:
        """Run the calls again and compare."""
        self._replay.pause()
        self.post_message(CheckWanted(self._recording))

    def action_leave(self) -> None:
        """Back to what was open."""
        self.post_message(ReplayLeft())
