"""Links that are exchanged for seconds while files are read and written: nothing outside is ever reached.

`make faults` goes on for five seconds, `make test` for half of one.
"""

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic

from server.file_trees import DescriptorTree
from server.files import FileFolder, FileProblem
from tests.faults.size import FULL
from tests.server.place import SECRET, Place
from tests.server.test_files_under_stress import flip_links

Record = Callable[[str, object], None]

SECONDS = 5.0 if FULL else 0.5


def test_five_seconds_of_exchanged_links_lead_nowhere(tmp_path: Path, record_property: Record) -> None:
    place = Place(tmp_path, lambda root: FileFolder(root, tree=DescriptorTree(root)))
    (tmp_path / "spare").mkdir()
    (tmp_path / "spare" / "secret.txt").write_text("inside")
    done = threading.Event()
    flipper = threading.Thread(target=flip_links, args=(place, tmp_path / "spare", done))
    flipper.start()
    read: list[str] = []
    attempts, end = 0, monotonic() + SECONDS
    try:
        while monotonic() < end:
            for name in ("inner/secret.txt", "secret.txt"):
                attempts += 2
                with suppress(FileProblem):
                    read.append(place.folder.read(name))
                with suppress(FileProblem):
                    place.folder.save(name, "saved")
    finally:
        done.set()
        flipper.join()
    escapes = read.count(SECRET)
    record_property(
        "figure", f"{attempts:,} reads and writes in {SECONDS:.1f} s, {len(read):,} met a file, {escapes} escapes"
    )
    assert escapes == 0
    assert place.secret.read_text() == SECRET
    assert os.listdir(place.outside) == ["secret.txt"]
