"""Errors that a person reads: what happened, in one plain sentence, and what to do about it."""


class AppError(Exception):
    """Something failed in a way that a person can understand.

    `message` is one plain sentence; `hint` says what to do (may be empty); `detail` is for a closer look (a request id,
    an exception's text), never a key or a header.
    """

    def __init__(self, message: str, hint: str = "", *, detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail


class SettingsError(AppError):
    """A setting is missing or cannot be understood; the message names its variable."""


class ModelError(AppError):
    """The model endpoint refused, failed or fell silent."""


class ContextTooLongError(ModelError):
    """The messages do not fit into the model's context window."""


class ServerError(AppError):
    """An MCP server cannot be reached, failed or answered nonsense."""


class StoreError(AppError):
    """The history cannot be read or written."""


class BusyError(AppError):
    """The session is in the middle of a turn."""
