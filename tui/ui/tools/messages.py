"""What the Tools tab asks of the application."""

from textual.message import Message


class ToolAskedAbout(Message):
    """A person wants the model to use a tool; `text` is a message to put into the prompt, to be finished there."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class PromptChosen(Message):
    """A person wants a server's prompt in the chat; `text` is the prompt, filled in."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class LogsWanted(Message):
    """A person wants to see the logs of a server."""

    def __init__(self, server: str) -> None:
        super().__init__()
        self.server = server
