"""The Chat tab: the conversation, its calls, and the place to type."""

from tui.ui.chat.pane import ChatPane

__all__ = ["ChatPane"]
