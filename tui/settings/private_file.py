"""Files of the user's own that hold settings: written whole or not at all, for the user alone."""

import os
from pathlib import Path

from tui.core.errors import SettingsError


def write_private(path: Path, text: str) -> None:
    """Put this text in place of the file's, with mode 0600, in a folder with mode 0700 where it has to be made.

    A file that is a link is written where the link leads.

    Raises:
        SettingsError: it cannot be written; the file is as it was.
    """
    import tempfile  # slow, and only a change needs it

    try:
        path = path.resolve()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600 from the beginning
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except (OSError, RuntimeError) as error:
        raise SettingsError(
            f"{path} cannot be written ({getattr(error, 'strerror', None) or type(error).__name__}).",
            "Check the folder's permissions and the space on its disk.",
        ) from error


def read_private(path: Path) -> str:
    """The file's text; empty where there is none.

    Raises:
        SettingsError: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path} cannot be read ({type(error).__name__}).", "Mend the file, or remove it."
        ) from error
