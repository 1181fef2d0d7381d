"""Errors that the person who starts the server reads."""

USAGE_STATUS = 2
"""The exit status for an option or a variable that cannot be understood."""


class StartError(Exception):
    """The server cannot start: one plain sentence, what to do about it, and the exit status of the process."""

    def __init__(self, message: str, hint: str, *, status: int) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.status = status
