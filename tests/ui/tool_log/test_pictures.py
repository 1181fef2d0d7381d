"""Pictures: their size from their header, and whatever else comes instead of one."""

import base64
from pathlib import Path

import pytest

from tui.core.errors import AppError
from tui.core.events import Image
from tui.ui.tool_log.pictures import described, pixel_size, save

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (640).to_bytes(4, "big") + (480).to_bytes(4, "big")
GIF = b"GIF89a" + (640).to_bytes(2, "little") + (480).to_bytes(2, "little")
JPEG = (
    b"\xff\xd8"
    + b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    + b"\xff\xc4\x00\x04\x00\x00"
    + b"\xff\xff\xc2\x00\x11\x08"
    + (480).to_bytes(2, "big")
    + (640).to_bytes(2, "big")
)
_RIFF = b"RIFF\0\0\0\0WEBP"
WEBP_LOSSY = _RIFF + b"VP8 \0\0\0\0\0\0\0\x9d\x01\x2a" + (640).to_bytes(2, "little") + (480).to_bytes(2, "little")
WEBP_LOSSLESS = _RIFF + b"VP8L\0\0\0\0\x2f" + (639 | 479 << 14).to_bytes(4, "little") + b"\0" * 5
WEBP_EXTENDED = _RIFF + b"VP8X\0\0\0\0\0\0\0\0" + (639).to_bytes(3, "little") + (479).to_bytes(3, "little")
ALL = {
    "png": PNG,
    "gif": GIF,
    "jpeg": JPEG,
    "webp lossy": WEBP_LOSSY,
    "webp lossless": WEBP_LOSSLESS,
    "webp extended": WEBP_EXTENDED,
}


def image(data: bytes, mime_type: str = "image/png") -> Image:
    return Image(mime_type, base64.b64encode(data).decode())


@pytest.mark.parametrize("kind", ALL)
def test_the_size_is_read_from_the_header(kind: str) -> None:
    assert pixel_size(ALL[kind]) == (640, 480)


@pytest.mark.parametrize("kind", ALL)
def test_a_header_that_is_cut_anywhere_has_no_size_and_does_no_harm(kind: str) -> None:
    whole = ALL[kind]
    assert {pixel_size(whole[:length]) for length in range(len(whole))} <= {None, (640, 480)}
    assert pixel_size(whole[:9]) is None


@pytest.mark.parametrize("data", [b"", b"GIF88a" + b"x" * 20, b"\xff\xd8" + b"\xff\xe0\x00\x00" * 50, b"\xff" * 500])
def test_what_is_no_picture_has_no_size(data: bytes) -> None:
    assert pixel_size(data) is None


def test_a_type_is_shown_with_what_cannot_be_seen_spelled_out() -> None:
    assert described(image(PNG, "image/\u202epng")).startswith("image/<U+202E>png · 640 × 480 pixels")


@pytest.mark.parametrize("data", ["", "not base64!", "ä"])
def test_what_is_no_base64_is_refused_in_words(data: str, tmp_path: Path) -> None:
    with pytest.raises(AppError, match="no valid base64"):
        save((Image("image/png", data),), tmp_path, "x")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "🎨", "a" * 500, "con\0trol"])
def test_no_name_of_a_tool_leads_out_of_the_folder(name: str, tmp_path: Path) -> None:
    [path] = save((image(PNG),), tmp_path, name)
    assert path.parent == tmp_path
    assert path.read_bytes() == PNG
