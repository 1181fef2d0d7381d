"""`callscope check`: recordings as tests of their tools, without a screen and without a model."""

import asyncio
import logging
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from tui.commands.subcommand import Subcommand
from tui.core.errors import AppError, SettingsError

if TYPE_CHECKING:
    from tui.core.check_reports import CheckedFile
    from tui.hosting.toolbox import Toolbox

SAME, DIFFERENT, CANNOT = 0, 1, 2
INTERRUPTED = 130
"""As shells expect it of a program that Ctrl+C ended."""

STDOUT = "-"


def configure(parser: ArgumentParser) -> None:
    """Add the options of `callscope check`."""
    parser.description = (
        "Run the calls of recordings for real and compare the results with the recorded ones. The model's side comes "
        "from the recording. Exit status: 0 all the same, 1 differences, 2 cannot be checked."
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a recording (.jsonl)")
    parser.add_argument(
        "--server",
        default="",
        metavar="URL",
        help="the MCP server to check; without it the bundled one, with an empty folder for its files",
    )
    parser.add_argument(
        "--mask",
        action="append",
        default=[],
        metavar="REGEX",
        help="what it matches in a result does not count; can be given several times",
    )
    parser.add_argument("--json", default="", metavar="FILE", help="write the report as JSON; - means stdout")
    parser.add_argument("--junit", default="", metavar="FILE", help="write the report as JUnit XML; - means stdout")
    parser.add_argument("--timeout", type=float, default=30.0, metavar="S", help="seconds that a call may take (30)")


def run(options: Namespace) -> int:
    """Check all files and say what came out; returns the exit status.

    Raises:
        AppError: an option cannot be used, no server can be had, or a report cannot be written.
    """
    if options.json == options.junit == STDOUT:
        raise SettingsError("Only one report can go to stdout.", "Give --json or --junit a file.")
    if not options.timeout > 0:
        raise SettingsError("--timeout must be a number of seconds above zero.", "Leave it out for 30.")
    logging.getLogger().addHandler(logging.NullHandler())  # Python would write to the terminal otherwise.
    words = sys.stderr if STDOUT in (options.json, options.junit) else sys.stdout
    if isinstance(words, TextIOWrapper):
        words.reconfigure(errors="replace")  # A terminal that is not UTF-8 has no ✓.
    try:
        checked = asyncio.run(_check_all(options))
    except KeyboardInterrupt:
        return INTERRUPTED
    from tui.core.check_reports import as_json, as_junit, as_text, summary

    words.write("".join(as_text(file) for file in checked) + summary(checked))
    for target, written in ((options.json, as_json), (options.junit, as_junit)):
        if target:
            _write(target, written(checked))
    if any(file.problem for file in checked):
        return CANNOT
    return SAME if all(file.passed for file in checked) else DIFFERENT


async def _check_all(options: Namespace) -> "list[CheckedFile]":
    from tui.commands.headless.servers import empty_folder, require_ready
    from tui.hosting.build import build_toolbox

    with tempfile.TemporaryDirectory(prefix="callscope-check-") as name:
        files, logs = Path(name, "files"), Path(name, "logs")
        for folder in (files, logs):
            folder.mkdir()
        toolbox = build_toolbox(
            options.server or None, files_folder=files, log_folder=logs, call_timeout=options.timeout
        )
        async with toolbox.running():
            await require_ready(toolbox)
            server = ", ".join("bundled" if status.bundled else status.url for status in toolbox.servers())
            checked: list[CheckedFile] = []
            for path in options.files:
                empty_folder(files)  # Each recording begins with no files.
                checked.append(await _check_one(path, toolbox, server, options.mask))
            return checked


async def _check_one(path: Path, toolbox: "Toolbox", server: str, masks: Sequence[str]) -> "CheckedFile":
    from tui.core.check_reports import CheckedFile
    from tui.core.checking import check
    from tui.store.recording import read_recording

    began = time.monotonic()
    try:
        events = await asyncio.to_thread(read_recording, path)
        report = await check(events, toolbox, masks)
    except AppError as error:
        return CheckedFile(str(path), server, time.monotonic() - began, problem=error)
    return CheckedFile(str(path), server, time.monotonic() - began, report)


def _write(target: str, report: str) -> None:
    if target == STDOUT:
        sys.stdout.buffer.write(report.encode())
        return
    try:
        Path(target).write_text(report, encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            f"The report cannot be written to {target}: {error.strerror or error}.", "Choose another file."
        ) from error


COMMAND = Subcommand("check", "run a recording's calls again and compare the results", configure, run)
