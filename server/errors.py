"""Errors that the person who starts the server reads."""


class StartError(Exception):
    """The server cannot start: one plain sentence, what to do about it, and the exit status of the process."""

    def __init__(self, message: str, hint: str, *, status: int) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.status = status
