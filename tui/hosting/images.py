"""The pictures of a tool's result: which of them the model can be shown, and a line of text where each stood."""

import base64
import binascii
from collections.abc import Iterable

from mcp_types import ContentBlock, ImageContent

from tui.core.events import Image

IMAGE_LIMIT = 4
SIZE_LIMIT = 4 * 1024 * 1024
"""Characters of base64, all pictures of a result together."""

_BEGINNINGS = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
}
"""The kinds that models take [Azure OpenAI, vision-enabled models], and how their files begin."""


def pictures(blocks: Iterable[ContentBlock]) -> tuple[tuple[Image, ...], dict[int, str]]:
    """The pictures that the model can be shown, and why others cannot be, by the number of their block."""
    images: list[Image] = []
    reasons: dict[int, str] = {}
    size = 0
    for number, block in enumerate(blocks):
        if not isinstance(block, ImageContent):
            continue
        kind, data = block.mime_type.lower(), "".join(block.data.split())
        if reason := _unusable(kind, data):
            reasons[number] = reason
        elif len(images) == IMAGE_LIMIT:
            reasons[number] = f"not shown to the model: more than {IMAGE_LIMIT} images"
        elif size + len(data) > SIZE_LIMIT:
            reasons[number] = f"not shown to the model: more than {SIZE_LIMIT // 1024 // 1024} MB in all"
        else:
            size += len(data)
            images.append(Image(kind, data))
    return tuple(images), reasons


def _unusable(kind: str, data: str) -> str:
    if kind not in _BEGINNINGS:
        return "not shown to the model: it takes PNG, JPEG, GIF and WebP"
    try:
        # One that is too large is not decoded only to be left out.
        content = base64.b64decode(data if len(data) <= SIZE_LIMIT else data[:64], validate=True)
    except (binascii.Error, ValueError):
        return "not shown to the model: its data is damaged"
    return "" if content.startswith(_BEGINNINGS[kind]) else f"not shown to the model: it is no {kind}"
