"""Pictures in results: what can be told from their first bytes, and how they become files."""

import base64
import binascii
import re
from pathlib import Path

from tui.core.errors import AppError
from tui.core.events import Image
from tui.core.text import reveal
from tui.ui.figures import file_size

_LOOKED_AT = 256 * 1024
"""Characters of base64 that are looked at for the size: a JPEG may begin with a preview of itself."""

_SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp"}
_MOST_NAMES = 1000


def described(image: Image) -> str:
    """`image/png · 640 × 480 pixels · 12 KB`."""
    size = pixel_size(_decoded(image.data[:_LOOKED_AT]))
    pixels = f"{size[0]:,} × {size[1]:,} pixels" if size else "size not known"
    return " · ".join([reveal(image.mime_type) or "no type", pixels, file_size(len(image.data) * 3 // 4)])


def pixel_size(data: bytes) -> tuple[int, int] | None:
    """Width and height from the header of a PNG, JPEG, GIF or WebP; None where it is not one of these, or cut.

    Layouts: PNG 11.2.2 (IHDR), GIF89a 18, ITU-T T.81 B.2.2 (SOF), RFC 9649 2.4 to 2.7.
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR" and len(data) >= 24:
        return _big(data[16:20]), _big(data[20:24])
    if data[:6] in {b"GIF87a", b"GIF89a"} and len(data) >= 10:
        return _little(data[6:8]), _little(data[8:10])
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp_size(data)
    return _jpeg_size(data) if data.startswith(b"\xff\xd8") else None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    if len(data) < 30:
        return None
    match data[12:16]:
        case b"VP8X":
            return _little(data[24:27]) + 1, _little(data[27:30]) + 1
        case b"VP8L":
            bits = _little(data[21:25])
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 ":
            return _little(data[26:28]) & 0x3FFF, _little(data[28:30]) & 0x3FFF
        case _:
            return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """From the first start-of-frame segment."""
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            return _big(data[place + 7 : place + 9]), _big(data[place + 5 : place + 7])
        # Fill bytes stand alone, and so do markers without a segment; others have a length of at least 2.
        place += 1 if marker == 0xFF else 2 if 0xD0 <= marker <= 0xD7 else 2 + max(2, _big(data[place + 2 : place + 4]))
    return None


def save(images: tuple[Image, ...], folder: Path, name: str) -> list[Path]:
    """Write pictures into a folder under names that are not taken, made from `name`; returns where they are.

    Raises:
        AppError: a picture cannot be read, or the folder cannot be written to.
    """
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:40] or "image"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [_write(image, folder, stem) for image in images]
    except OSError as error:
        raise AppError(f"{folder} cannot be written to ({error.strerror or type(error).__name__}).") from error


def _write(image: Image, folder: Path, stem: str) -> Path:
    data = _decoded(image.data)
    if not data:
        raise AppError("The picture is no valid base64, so there is nothing to save.")
    suffix = _SUFFIXES.get(image.mime_type, ".bin")
    for number in range(1, _MOST_NAMES):
        path = folder / f"{stem}-{number}{suffix}"
        try:
            with path.open("xb") as file:
                file.write(data)
        except FileExistsError:
            continue
        return path
    raise AppError(f"{folder} has {_MOST_NAMES - 1} pictures called {stem} already.")


def _decoded(text: str) -> bytes:
    """The bytes, as far as the text is base64 in whole groups; none where it is not."""
    try:
        return base64.b64decode(text[: len(text) - len(text) % 4], validate=True)
    except (binascii.Error, ValueError):
        return b""


def _big(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")
