"""The file that a person means by what they type behind a command."""

from pathlib import Path

from tui.core.errors import AppError


def typed_path(typed: str) -> Path:
    """The file, from the folder that Callscope was started in; `~` is the home, and quotes may stand around it.

    Raises:
        AppError: it begins with the home of somebody who is not known.
    """
    bare = typed[1:-1] if len(typed) > 1 and typed[0] == typed[-1] and typed[0] in "'\"" else typed
    try:
        return Path(bare).expanduser().absolute()
    except RuntimeError as error:
        raise AppError(f"The folder in “{bare}” is not known.", "Write the path in full.") from error
