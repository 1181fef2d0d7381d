"""An application with a transcript and a tool log, and the look that renderers need outside of one."""

from rich.style import Style
from textual.app import App, ComposeResult

from tui.ui.lines.line import Line
from tui.ui.lines.look import Look
from tui.ui.transcript.transcript import Transcript

PLAIN_LOOK = Look.resolve(lambda name: Style(meta={"name": name}))


def fixed_clock(_: float) -> str:
    """Always the same time."""
    return "14:02"


class TranscriptApp(App[None]):
    """A transcript and nothing else."""

    def compose(self) -> ComposeResult:
        yield Transcript(clock=fixed_clock)

    @property
    def transcript(self) -> Transcript:
        return self.query_one(Transcript)


def rows(transcript: Transcript) -> list[Line]:
    """All rows of the document, rendered."""
    return [line for index in range(len(transcript.flow)) for line in transcript.flow.lines(index)]


def texts(transcript: Transcript) -> list[str]:
    """The text of all rows."""
    return [line.strip.text.rstrip() for line in rows(transcript)]
