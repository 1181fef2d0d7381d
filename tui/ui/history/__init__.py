"""The History tab: every conversation that was kept, to find, reopen and delete."""

from tui.ui.history.pane import HistoryPane

__all__ = ["HistoryPane"]
