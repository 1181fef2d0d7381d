"""The folder of the file tools while links come and go, and while its process is killed."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from server.file_trees import DescriptorTree
from server.files import FileFolder, FileProblem
from tests.server.place import SECRET, Place

FEWEST_READS = 4_000
MOST_READS = 400_000
"""How often the real folder is met depends on how the two threads take turns; without meeting it nothing is shown."""


def test_link_that_comes_and_goes_never_leads_outside(tmp_path: Path) -> None:
    place = Place(tmp_path, lambda root: FileFolder(root, tree=DescriptorTree(root)))
    (tmp_path / "spare").mkdir()
    (tmp_path / "spare" / "secret.txt").write_text("inside")
    done = threading.Event()
    flipper = threading.Thread(target=flip_links, args=(place, tmp_path / "spare", done))
    flipper.start()
    try:
        read: set[str] = set()
        for attempt in range(MOST_READS):
            with suppress(FileProblem):
                read.add(place.folder.read("inner/secret.txt"))
            with suppress(FileProblem):
                read.add(place.folder.read("secret.txt"))
            if attempt >= FEWEST_READS and "inside" in read:
                break
        for _ in range(500):
            with suppress(FileProblem):
                place.folder.save("secret.txt", "saved")
            with suppress(FileProblem):
                place.folder.save("inner/secret.txt", "saved")
    finally:
        done.set()
        flipper.join()
    assert "inside" in read
    assert SECRET not in read
    assert place.secret.read_text() == SECRET
    assert os.listdir(place.outside) == ["secret.txt"]


def flip_links(place: Place, spare: Path, done: threading.Event) -> None:
    """Exchange a folder and a file of the root for links to the outside, and back, until told to stop."""
    inner, target = place.root / "inner", place.root / "secret.txt"
    while not done.is_set():
        with suppress(OSError):
            os.rename(spare, inner)
        with suppress(OSError):
            os.rename(inner, spare)
        with suppress(OSError):
            inner.symlink_to(place.outside)
        with suppress(OSError):
            target.symlink_to(place.secret)
        with suppress(OSError):
            inner.unlink()
        with suppress(OSError):
            target.unlink()


SAVER = """
import sys
from pathlib import Path
from server.files import FileFolder
folder = FileFolder(Path(sys.argv[1]))
while True:
    for letter in "ab":
        folder.save("a.txt", letter * 1_000_000)
        print(flush=True)
"""


def test_kill_in_the_middle_of_saving_leaves_the_old_or_the_new_file(tmp_path: Path) -> None:
    folder = FileFolder(tmp_path)
    for saves_before_kill in range(1, 9):
        command = [sys.executable, "-c", SAVER, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as saver:
            assert saver.stdout is not None
            for _ in range(saves_before_kill):
                assert saver.stdout.readline() == b"\n"
            saver.send_signal(signal.SIGKILL)
        text = folder.read("a.txt")
        assert len(text) == 1_000_000
        assert len(set(text)) == 1
