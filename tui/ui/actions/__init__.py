"""What the commands of the table in `commands` do: a module for each group of them, joined by `Actions`."""

from tui.ui.actions.actions import Actions

__all__ = ["Actions"]
