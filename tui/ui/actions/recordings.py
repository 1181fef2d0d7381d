"""The commands about recordings: playing, running again, checking, and keeping one as a test."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from shlex import quote

from tui.core.checking import calls_to_run
from tui.core.events import ChecksMasked
from tui.core.example import Example
from tui.core.masks import patterns_of, suggested
from tui.core.ports import Exporter
from tui.core.recording import Recording
from tui.core.transcript import title_of
from tui.ui.actions.group import Run, Surface
from tui.ui.actions.paths import typed_path
from tui.ui.figures import count
from tui.ui.history.messages import RecordingWish
from tui.ui.replay.stage import Stage
from tui.ui.typed import app_of

MOST_NAMES = 8


class RecordingCommands:
    """Acts on recordings of every kind: the examples', conversations of the history, files."""

    def __init__(self, surface: Surface, exporter: Exporter, stage: Stage) -> None:
        self._surface = surface
        self._exporter = exporter
        self._stage = stage

    def commands(self) -> dict[str, Run]:
        """This group's commands."""
        return {
            "replay": self._replay_open,
            "check": lambda _: self._with_open(self.check),
            "record": lambda _: self._with_open(self.record),
        }

    def carry_out(self, wish: RecordingWish) -> None:
        """Do what a person wished for in the History tab."""

        async def load() -> None:
            session = self._surface.session
            await session.archive.flush()
            recording = Recording(wish.summary.title, await session.archive.load(wish.summary.id))
            {"replay": self.replay, "check": self.check, "record": self.record}[wish.what](recording)

        self._surface.work(load())

    def watch(self, example: Example) -> None:
        """Play an example's recording."""
        if example.recording is None:
            self._surface.screen.say("There is no recording of this example.", "warning")
        else:
            self._surface.work(self._replay_file(example.recording, example.title))

    def replay(self, recording: Recording) -> None:
        """Play a recording as if it happened now."""
        if self._surface.turns.running:
            self._surface.screen.say("An answer is still running; stop it with Esc first.", "warning")
        else:
            self._surface.screen.chat.notice.hush()
            app_of(self._surface.screen).clear_notifications()  # They would stand over the bar.
            self._stage.begin(recording)

    def run_again(self, recording: Recording) -> None:
        """Send the recording's messages now, in a new conversation."""
        if not recording.messages:
            self._surface.screen.say("There is no message in this recording to send.")
        elif self._surface.attempt(self._surface.session.new):
            self._surface.screen.show_tab("chat")
            self._surface.turns.send_all(recording.messages)

    def check(self, recording: Recording) -> None:
        """Run the recorded calls again and compare, after a yes."""
        from tui.ui.dialogs.confirm import Confirm  # not before the first paint

        screen, session = self._surface.screen, self._surface.session
        names = calls_to_run(recording.events)
        if not names:
            screen.say("There is no call in this conversation that could be run again.")
        elif self._surface.turns.running:
            screen.say("An answer is still running; stop it with Esc first.", "warning")
        elif session.gate.mode == "never":
            screen.say("No tools run now: the mode is “never run tools”.", "warning")
        else:
            question = f"Run {count(len(names), 'call')} for real?"
            app_of(screen).push_screen(
                Confirm(question, _what_runs(names, self._servers()), yes_label="Run and compare"),
                partial(self._check_after, recording),
            )

    def record(self, recording: Recording) -> None:
        """Keep the recording as a test, with masks for what is probably different every time."""
        self._surface.work(self._record(recording))

    def _check_after(self, recording: Recording, yes: bool | None) -> None:
        from tui.ui.checking.report_screen import CheckScreen  # not before the first paint

        if yes:
            app_of(self._surface.screen).push_screen(CheckScreen(recording, self._surface.session.host))

    async def _record(self, recording: Recording) -> None:
        events = list(recording.events)
        if masks := tuple(mask for mask in suggested(events) if mask not in patterns_of(events)):
            events.append(ChecksMasked(at=events[-1].at, patterns=(*patterns_of(events), *masks)))
        exports = self._exporter.suggest(recording.title or "conversation", "recording")
        path = await self._exporter.export(events, exports.parent.with_name("recordings") / exports.name, "recording")
        masked = f" {count(len(masks), 'mask')} suggested for values that change." if masks else ""
        self._surface.screen.say(f"Kept as a test.{masked}", hint=f"Run it with: callscope check {quote(str(path))}")

    def _replay_open(self, rest: str) -> None:
        if rest:
            self._surface.work(self._replay_typed(rest))
        else:
            self._with_open(self.replay)

    async def _replay_typed(self, typed: str) -> None:
        path = typed_path(typed)
        await self._replay_file(path, path.stem)

    async def _replay_file(self, path: Path, title: str) -> None:
        self.replay(Recording.of(await self._exporter.read(path), title))

    def _with_open(self, use: Callable[[Recording], None]) -> None:
        session = self._surface.session
        if not session.events:
            self._surface.screen.say("There is nothing in this conversation yet.")
        else:
            use(Recording(title_of(session.events), tuple(session.events)))

    def _servers(self) -> str:
        ready = [server.name for server in self._surface.session.host.servers() if server.state == "ready"]
        return " and ".join(ready) or "no server (none is ready)"


def _what_runs(names: Sequence[str], servers: str) -> str:
    counted = [f"{name} ×{times}" if times > 1 else name for name, times in Counter(names).items()]
    shown = ", ".join(counted[:MOST_NAMES])
    more = f" and {len(counted) - MOST_NAMES} more" if len(counted) > MOST_NAMES else ""
    return (
        f"On {servers}: {shown}{more}. They do now what they did then: what writes a file writes it again. "
        "No model is asked."
    )
