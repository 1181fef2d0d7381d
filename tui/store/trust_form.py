"""What is trusted as one JSON document, and the changes that are made to it.

The document is `{"v": 1, "seen": [...], "allowed": [...]}`, with the fields of `SeenTool` and of `Allowance`, in ASCII.
Names and definitions stay exactly as the servers sent them: they are compared, and shown through `reveal`.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import TypeAlias

from tui.core.errors import StoreError
from tui.core.events import Json
from tui.core.ports import Allowance, SeenTool
from tui.store.fields import Fields

VERSION = 1

MOST_TOOLS = 5_000
MOST_CHARACTERS = 4_000_000
"""Of all definitions together; beyond either, those that were seen first are forgotten, and met again as new."""

Key: TypeAlias = tuple[str, str]
"""What the server is known by, and the tool's own name."""


class TrustRecord:
    """The definitions that were seen, those first remembered first, and what is allowed for good."""

    def __init__(self) -> None:
        self.seen: dict[Key, SeenTool] = {}
        self.allowed: dict[Key, Allowance] = {}
        self._characters = 0

    def notice(self, tool: SeenTool) -> None:
        """The tool is new; where it is known meanwhile it stays as it is known, so that a difference is seen."""
        if (tool.server, tool.tool) not in self.seen:
            self.remember(tool)

    def remember(self, tool: SeenTool) -> None:
        """This is the tool's definition from now on."""
        self._forget((tool.server, tool.tool))
        self.seen[tool.server, tool.tool] = tool
        self._characters += len(tool.definition)
        while len(self.seen) > MOST_TOOLS or self._characters > MOST_CHARACTERS:
            self._forget(next(iter(self.seen)))

    def allow(self, allowance: Allowance) -> None:
        """This is allowed from now on, in place of what was allowed of the same tool before."""
        self.revoke(allowance)
        self.allowed[allowance.server, allowance.tool] = allowance

    def revoke(self, allowance: Allowance) -> None:
        """The tool is allowed no longer, whatever another run allowed of it meanwhile."""
        self.allowed.pop((allowance.server, allowance.tool), None)

    def _forget(self, key: Key) -> None:
        if tool := self.seen.pop(key, None):
            self._characters -= len(tool.definition)


Change: TypeAlias = Callable[[TrustRecord], None]
"""Made to what this run knows at once, and again to what the file holds by the time it is written."""


def encode_trust(record: TrustRecord) -> bytes:
    """The document."""
    document = {
        "v": VERSION,
        "seen": [asdict(tool) for tool in record.seen.values()],
        "allowed": [asdict(allowance) for allowance in record.allowed.values()],
    }
    return json.dumps(document, indent=1).encode("ascii")


def decode_trust(content: bytes) -> TrustRecord:
    """The record of a document.

    Raises:
        NewerTrustError: a newer Callscope wrote it.
        StoreError: it is damaged.
    """
    try:
        document: Json = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise StoreError("The file is no JSON.", detail=str(error)) from error
    if not isinstance(document, dict):
        raise StoreError("The file is no JSON object.")
    entry = Fields(document)
    if entry.integer("v") > VERSION:
        raise NewerTrustError("The file was written by a newer Callscope.", "Update Callscope.")
    record = TrustRecord()
    for child in entry.children("seen"):
        record.remember(_seen(child))
    for child in entry.children("allowed"):
        record.allow(_allowance(child))
    return record


class NewerTrustError(StoreError):
    """The file is of a form that this version does not know; it stays as it is."""


def _seen(entry: Fields) -> SeenTool:
    return SeenTool(
        entry.verbatim("server"),
        entry.verbatim("tool"),
        entry.verbatim("fingerprint"),
        entry.verbatim("definition"),
        entry.number("at"),
    )


def _allowance(entry: Fields) -> Allowance:
    return Allowance(
        entry.verbatim("server"), entry.verbatim("tool"), entry.verbatim("fingerprint"), entry.number("at")
    )
