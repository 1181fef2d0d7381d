"""The folder of the file tools: what it stores, and that nothing leads out of it."""

import os
import socket
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from server.file_trees import DescriptorTree, ResolvedTree
from server.files import FileFolder, FileProblem
from tests.server.place import Place

LIMIT = 1_048_576


@pytest.fixture(params=[DescriptorTree, ResolvedTree])
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    return Place(tmp_path, lambda root: FileFolder(root, tree=request.param(root)))


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../files-twin/secret.txt",
        "notes/../../files-twin/secret.txt",
        "./notes.txt",
        "notes//a.txt",
        "notes/",
        "/etc/passwd",
        "//server/share",
        "/proc/self/environ",
        "~/notes.txt",
        "~root",
        "..\\secret.txt",
        "notes\\a.txt",
        "C:notes.txt",
        "C:/notes.txt",
        "notes.txt:stream",
        "file:///etc/passwd",
        "notes.txt\0.jpg",
        "line\nbreak.txt",
        "\x1b[31mred.txt",
        "right\u202eto-left.txt",
        "zero\u200bwidth.txt",
        "\ud800.txt",
        ".hidden",
        "notes/.hidden",
        "trailing.",
        "trailing ",
        " leading",
        "con",
        "NUL.txt",
        "notes/com1.log",
        "x" * 256,
        "é" * 128,
        "/".join("x" * 200),
    ],
)
def test_name_that_could_lead_elsewhere_is_refused(place: Place, name: str) -> None:
    place.refuses(name)
    assert list(place.root.iterdir()) == []


def test_secret_path_is_refused_however_it_is_written(place: Place) -> None:
    place.refuses(str(place.secret))
    place.refuses(os.path.relpath(place.secret, place.root))
    place.refuses(place.secret.as_uri())


def test_links_are_not_followed(place: Place) -> None:
    (place.root / "file").symlink_to(place.secret)
    (place.root / "inner").symlink_to(place.outside)
    (place.root / "dangling").symlink_to(place.outside / "nothing.txt")
    (place.root / "loop").symlink_to("loop")
    (place.root / "hard").hardlink_to(place.secret)
    (place.root / "parent").symlink_to("..")
    for name in ("file", "inner/secret.txt", "inner/new.txt", "dangling", "loop", "hard", "parent/files/x.txt"):
        place.refuses(name)
    assert sorted(os.listdir(place.outside)) == ["secret.txt"]


def test_existing_and_missing_files_behind_a_link_look_the_same(place: Place) -> None:
    (place.root / "inner").symlink_to(place.outside)
    place.refuses("inner/secret.txt")
    place.refuses("inner/missing.txt")


def test_what_is_no_plain_file_is_refused_without_waiting(place: Place) -> None:
    os.mkfifo(place.root / "fifo")
    (place.root / "folder").mkdir()
    with socket.socket(socket.AF_UNIX) as endpoint:
        endpoint.bind(os.path.relpath(place.root / "socket"))
        for name in ("fifo", "folder", "socket", "fifo/inner.txt"):
            place.refuses(name)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs the right to make a device")
def test_device_is_refused(place: Place) -> None:
    try:
        os.mknod(place.root / "zero", 0o20666, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("this environment does not let even root make a device")
    place.refuses("zero")


def test_file_in_the_way_of_a_folder_is_refused(place: Place) -> None:
    place.folder.save("notes", "text")
    place.refuses("notes/inner.txt")
    assert place.folder.read("notes") == "text"


def test_folders_in_a_name_are_made_private(place: Place) -> None:
    place.folder.save("notes/2026/november.txt", "text")
    assert place.folder.read("notes/2026/november.txt") == "text"
    assert (place.root / "notes").stat().st_mode & 0o777 == 0o700
    assert (place.root / "notes/2026/november.txt").stat().st_mode & 0o777 == 0o600


def test_saving_replaces_the_file_and_leaves_nothing_beside_it(place: Place) -> None:
    place.folder.save("a.txt", "old and longer")
    place.folder.save("a.txt", "new")
    assert place.folder.read("a.txt") == "new"
    assert os.listdir(place.root) == ["a.txt"]


def test_two_spellings_of_an_accent_are_one_file(place: Place) -> None:
    place.folder.save(unicodedata.normalize("NFD", "é.txt"), "text")
    assert place.folder.read(unicodedata.normalize("NFC", "é.txt")) == "text"


def test_text_of_exactly_the_limit_fits_and_one_byte_more_does_not(place: Place) -> None:
    place.folder.save("a.txt", "x" * LIMIT)
    assert len(place.folder.read("a.txt")) == LIMIT
    with pytest.raises(FileProblem, match="too large: 1,048,577 bytes"):
        place.folder.save("a.txt", "x" * (LIMIT + 1))
    assert len(place.folder.read("a.txt")) == LIMIT


@pytest.mark.parametrize("size", [LIMIT + 1, 5_000_000, 1 << 40])
def test_large_and_sparse_files_are_not_read(place: Place, size: int) -> None:
    with (place.root / "large").open("wb") as file:
        file.truncate(size)
    with pytest.raises(FileProblem, match="too large to read"):
        place.folder.read("large")


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs a file whose size is not known beforehand")
def test_file_that_grows_while_it_is_read_is_cut_off_at_the_limit(tmp_path: Path) -> None:
    tree = GrowingTree(tmp_path)
    with pytest.raises(FileProblem, match="too large to read"):
        FileFolder(tmp_path, size_limit=100, tree=tree).read("a.txt")


class GrowingTree(DescriptorTree):
    """Opens a pipe-like file: the size is 0 when it is looked at, and there is always more to read."""

    def open_file(self, parts: object) -> int:
        return os.open("/proc/self/maps", os.O_RDONLY)


def test_file_that_is_not_text_is_said_to_be_that(place: Place) -> None:
    (place.root / "a.bin").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FileProblem, match="not a text file"):
        place.folder.read("a.bin")


def test_text_that_cannot_be_encoded_is_not_saved(place: Place) -> None:
    with pytest.raises(FileProblem, match="cannot be saved as UTF-8"):
        place.folder.save("a.txt", "\ud800")
    assert os.listdir(place.root) == []


def test_missing_file_is_named(place: Place) -> None:
    with pytest.raises(FileProblem, match=r"no file called 'notes/a\.txt'"):
        place.folder.read("notes/a.txt")


@pytest.mark.parametrize("tree", [DescriptorTree, ResolvedTree])
def test_root_is_made_when_it_is_first_needed_and_may_be_a_link(
    tmp_path: Path, tree: Callable[[Path], DescriptorTree | ResolvedTree]
) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real" / "root")
    absent = FileFolder(tmp_path / "deep" / "root", tree=tree(tmp_path / "deep" / "root"))
    with pytest.raises(FileProblem, match="no file called"):
        absent.read("a.txt")
    absent.save("a.txt", "text")
    assert (tmp_path / "deep" / "root" / "a.txt").read_text() == "text"

    (tmp_path / "real" / "root").mkdir(parents=True)
    linked = FileFolder(link, tree=tree(link))
    linked.save("notes/a.txt", "text")
    assert linked.read("notes/a.txt") == "text"


@pytest.mark.parametrize("tree", [DescriptorTree, ResolvedTree])
def test_root_that_is_no_folder_is_said_without_its_path(
    tmp_path: Path, tree: Callable[[Path], DescriptorTree | ResolvedTree]
) -> None:
    root = tmp_path / "plain-file"
    root.write_text("")
    folder = FileFolder(root, tree=tree(root))
    for attempt in (lambda: folder.read("a.txt"), lambda: folder.save("a.txt", "text")):
        with pytest.raises(FileProblem, match="folder for files cannot be used") as caught:
            attempt()
        assert str(tmp_path) not in str(caught.value)
