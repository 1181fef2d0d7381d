"""What the person has allowed for good, and the definitions that were seen, in one private file of the data folder."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from tui.core.errors import StoreError
from tui.core.ports import Allowance, SeenTool
from tui.store.files import locked, set_aside, write_new
from tui.store.reasons import explain
from tui.store.trust_form import Change, NewerTrustError, TrustRecord, decode_trust, encode_trust

FILE_NAME = "trust.json"
MOST_BYTES = 64_000_000
"""A larger file is none of ours; it is not read."""

NOT_KEPT = "What you allow for good is not being kept: "


class TrustFile:
    """The `Trust` of a running application. Several processes may use the same file: each adds what it changed.

    Made by `open`, in the event loop that it then belongs to. What cannot be written now is written with the next
    change, or at the end.
    """

    def __init__(self, path: Path, record: TrustRecord, notice: str, problem: str) -> None:
        self._path = path
        self._record = record
        self._notice = notice
        self._problem = problem
        self._unsaved: list[Change] = []
        self._writing: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, folder: Path) -> "TrustFile":
        """The trust kept in this folder, which is made when it is missing.

        Always succeeds: a damaged file is set aside, and where nothing can be kept memory has to do; `problem` says so.
        """
        path = folder / FILE_NAME
        try:
            record, notice = await asyncio.to_thread(_read_locked, path)
        except (OSError, NewerTrustError) as error:
            return cls(path, TrustRecord(), "", _problem(error))
        return cls(path, record, notice, "")

    @property
    def problem(self) -> str:
        """Why it is not being kept; else what happened to the file; empty when all is well."""
        return self._problem or self._notice

    def seen(self, server: str, tool: str) -> SeenTool | None:
        """The tool as it was seen before."""
        return self._record.seen.get((server, tool))

    def remember(self, tools: Sequence[SeenTool]) -> None:
        """Keep these definitions, in place of those before; returns at once."""
        for tool in tools:
            is_new = self.seen(tool.server, tool.tool) is None
            self._change(lambda record, tool=tool, is_new=is_new: (record.notice if is_new else record.remember)(tool))

    def allowances(self) -> Sequence[Allowance]:
        """Everything that is allowed for good, oldest first."""
        return tuple(self._record.allowed.values())

    def allow(self, allowance: Allowance) -> None:
        """Allow this from now on; returns at once."""
        self._change(lambda record: record.allow(allowance))

    def revoke(self, allowance: Allowance) -> None:
        """Allow this no longer; returns at once."""
        self._change(lambda record: record.revoke(allowance))

    async def flush(self) -> None:
        """Wait until all that was changed so far is written, or has failed to be."""
        if self._writing:
            await self._writing

    async def aclose(self) -> None:
        """Write what is left."""
        await self.flush()
        if self._unsaved:
            await self._write()

    def _change(self, change: Change) -> None:
        change(self._record)
        self._unsaved.append(change)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.get_running_loop().create_task(self._write(), name="write trust")

    async def _write(self) -> None:
        while changes := tuple(self._unsaved):
            try:
                merged, notice = await asyncio.to_thread(_merge, self._path, changes)
            except (OSError, NewerTrustError) as error:
                self._problem = _problem(error)
                return
            del self._unsaved[: len(changes)]
            for change in self._unsaved:
                change(merged)
            self._record, self._problem, self._notice = merged, "", notice or self._notice


def _problem(error: OSError | NewerTrustError) -> str:
    return NOT_KEPT + (explain(error) if isinstance(error, OSError) else error.message[0].lower() + error.message[1:])


def _merge(path: Path, changes: Sequence[Change]) -> tuple[TrustRecord, str]:
    """Make the changes to what the file holds now; returns what it holds then."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(path.parent):
        record, notice = _read(path)
        for change in changes:
            change(record)
        write_new(path, encode_trust(record), replace=True)
    return record, notice


def _read_locked(path: Path) -> tuple[TrustRecord, str]:
    if not path.exists():
        return TrustRecord(), ""
    with locked(path.parent):
        return _read(path)


def _read(path: Path) -> tuple[TrustRecord, str]:
    """What the file holds, and what there is to say about it; a damaged one is set aside."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > MOST_BYTES:
                raise StoreError("The file is too large.")
            return decode_trust(file.read()), ""
    except FileNotFoundError:
        return TrustRecord(), ""
    except NewerTrustError:
        raise
    except StoreError:
        kept = set_aside(path)
        return (
            TrustRecord(),
            f"The file with what you allowed was damaged. It is kept as {kept.name}; you are asked anew.",
        )
