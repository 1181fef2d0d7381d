"""An application with a tool log, which notes what the log reports."""

from textual.app import App, ComposeResult

from tests.ui.transcript.fakes import fixed_clock
from tui.ui.tool_log.call_detail import CallDetail
from tui.ui.tool_log.tool_log import ToolLog, ToolLogPane


class LogApp(App[None]):
    """A tool log that opens a call's detail, with time standing still."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.opened: list[str] = []
        self.copied: list[str] = []

    def compose(self) -> ComposeResult:
        yield ToolLogPane(clock=fixed_clock, now=lambda: self.now)

    @property
    def log_view(self) -> ToolLog:
        return self.query_one(ToolLog)

    def copy_to_clipboard(self, text: str) -> None:
        self.copied.append(text)

    def on_tool_log_call_opened(self, message: ToolLog.CallOpened) -> None:
        self.opened.append(message.call_id)
        record = self.log_view.record(message.call_id)
        assert record
        self.push_screen(CallDetail(record, clock=fixed_clock))


def texts(log: ToolLog) -> list[str]:
    """The text of all rows."""
    return [line.strip.text.rstrip() for index in range(len(log.flow)) for line in log.flow.lines(index)]
