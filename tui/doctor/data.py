"""The folders and files: whether they can be written, who can read them, how much room there is, and the history."""

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tui.core.doctor import fault, note, well
from tui.core.ports import Diagnosis
from tui.settings.sources import DEPLOYMENTS_FILE, USER_FILE
from tui.store.examining import examine_history
from tui.store.opening import FILE_NAME

AREA = "Data"
LEAST_FREE = 200 * 1024 * 1024
"""Bytes; with less the disk may be full before long."""


def examine_data(data_folder: Path, files_folder: Path, config_folder: Path) -> Iterator[Diagnosis]:
    """The folders, what is private in them, and the history. It reads all of the history: do this in a thread."""
    yield from _folder("The data folder", data_folder)
    if files_folder.is_relative_to(data_folder) and not files_folder.exists():
        yield well(AREA, f"The files folder {files_folder} is made when the bundled server starts.")
    else:
        yield from _folder("The files folder", files_folder)
    kept = [data_folder / FILE_NAME, config_folder / USER_FILE, config_folder / DEPLOYMENTS_FILE]
    yield from _privacy(data_folder, [path for path in kept if path.exists()])
    yield from _room(data_folder)
    yield from _history(data_folder / FILE_NAME)


def _folder(what: str, folder: Path) -> Iterator[Diagnosis]:
    existing = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        hint = "Give yourself the right to write there, or choose another folder with --data or --files."
        yield fault(AREA, f"{what} {folder} cannot be written: {error.strerror or error}.", hint)
    else:
        made = "" if existing == folder else "; it is made when it is needed"
        yield well(AREA, f"{what} is {folder}{made}.")


def _privacy(data_folder: Path, files: Sequence[Path]) -> Iterator[Diagnosis]:
    if sys.platform == "win32":  # Its permissions are of another kind; the profile's folders are the user's own.
        return
    places = [*([data_folder] if data_folder.exists() else []), *files]
    opened = [path for path in places if stat.S_IMODE(path.stat().st_mode) & 0o077]
    for path in opened:
        mode = "700" if path.is_dir() else "600"
        yield note(AREA, f"Others on this computer can look into {path}.", f"chmod {mode} '{path}' closes it.")
    if places and not opened:
        yield well(AREA, "Only you can read the history, the settings and the logs.")


def _room(folder: Path) -> Iterator[Diagnosis]:
    existing = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    try:
        free = shutil.disk_usage(existing).free
    except OSError as error:
        yield note(AREA, f"How much room there is cannot be told: {error.strerror or error}.")
        return
    words = f"{free / 1024**3:,.1f} GB are free there."
    yield well(AREA, words) if free >= LEAST_FREE else fault(AREA, words, "Make room, or history is not saved.")


def _history(path: Path) -> Iterator[Diagnosis]:
    if not os.path.exists(path):
        yield well(AREA, "There is no history yet.")
        return
    found = examine_history(path)
    if found.problem:
        yield fault(AREA, f"The history is not sound: {found.problem}", found.hint)
        return
    size = path.stat().st_size / 1024**2
    whole = "all of it was read" if found.is_whole else "the beginning of it was read"
    yield well(AREA, f"The history is sound: {found.conversations:,} conversations, {size:,.1f} MB; {whole}.")
    aside = [each.name for each in path.parent.glob(f"{path.stem}*damaged*")]
    if aside:
        yield note(AREA, f"Damaged histories were set aside: {', '.join(sorted(aside)[:5])}.", "Keep or delete them.")
