"""What the Tools tab asks of the application."""

from tui.ui.wish import Wish


class ToolAskedAbout(Wish):
    """A person wants the model to use a tool; `text` is a message to put into the prompt, to be finished there."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class PromptChosen(Wish):
    """A person wants a server's prompt in the chat; `text` is the prompt, filled in."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class LogsWanted(Wish):
    """A person wants to see the logs of a server."""

    def __init__(self, server: str) -> None:
        super().__init__()
        self.server = server
