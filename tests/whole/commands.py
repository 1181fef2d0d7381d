"""The commands without the screen as real processes, in a home of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PATIENCE_SECONDS = 60.0
PROGRAM = """
import json, os, sys
from tui.cli import main

statuses = []
for number, arguments in enumerate(json.loads(sys.argv[1])):
    for descriptor, name in ((1, "out"), (2, "err")):
        file = os.open(f"{name}-{number}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, descriptor)
    try:
        statuses.append(int(main(arguments)))
    except SystemExit as end:
        statuses.append(int(end.code))
loaded = [name for name in ("textual", "rich", "openai", "mcp") if name in sys.modules]
with open("ended.json", "w") as file:
    json.dump([statuses, loaded], file)
"""
"""Runs several commands, as importing takes longer than they do; what each wrote and returned goes to files."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


class Home:
    """A fresh home; `variables` go into the environment of every command."""

    def __init__(self, folder: Path, variables: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.loaded: list[str] = []
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "LANG": "C.UTF-8",
            **(variables or {}),
        }

    def run(self, *arguments: str, piped: str | None = None) -> Ended:
        """The command in a process of its own, with this text piped in, or with nothing to read."""
        process = self._start("-m", "tui", *arguments, reads=piped is not None)
        out, err = process.communicate(piped, timeout=PATIENCE_SECONDS)
        return Ended(process.returncode, out, err)

    def run_all(self, *commands: Sequence[str]) -> list[Ended]:
        """Commands one after the other in one process."""
        process = self._start("-c", PROGRAM, json.dumps(commands), reads=False)
        _, err = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 0, err
        statuses, self.loaded = json.loads((self.folder / "ended.json").read_text())
        texts = [[(self.folder / f"{name}-{n}").read_text() for name in ("out", "err")] for n in range(len(commands))]
        ends = [Ended(status, *written) for status, written in zip(statuses, texts, strict=True)]
        assert "Traceback" not in str(ends)
        return ends

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """The command, still running."""
        return self._start("-m", "tui", *arguments, reads=False)

    def _start(self, *arguments: str, reads: bool) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-P", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.PIPE if reads else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def data(self) -> Path:
        """Where history and files are."""
        return self.folder / ".local" / "share" / "callscope"
