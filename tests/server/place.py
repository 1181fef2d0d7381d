"""A folder for the file tools, with something secret beside it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from server.files import REFUSED, FileFolder, FileProblem

SECRET = "the secret outside"


class Place:
    """A root with a folder beside it that holds a secret."""

    def __init__(self, parent: Path, build: Callable[[Path], FileFolder]) -> None:
        self.root = parent / "files"
        self.root.mkdir()
        self.outside = parent / "files-twin"
        self.outside.mkdir()
        self.secret = self.outside / "secret.txt"
        self.secret.write_text(SECRET)
        self.folder = build(self.root)

    def refuses(self, name: str) -> None:
        """Neither reads nor saves; both in the same words, without a path; and the secret is as it was."""
        for attempt in (lambda: self.folder.read(name), lambda: self.folder.save(name, "changed")):
            with pytest.raises(FileProblem) as caught:
                attempt()
            assert str(caught.value) == REFUSED
        assert self.secret.read_text() == SECRET
