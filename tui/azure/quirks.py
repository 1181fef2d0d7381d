"""What was learnt about how a deployment wants to be asked, kept over the end of the program."""

import json
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tui.azure.fields import count, items, mapping, text
from tui.core.events import Api

_VALID_SECONDS = 7 * 24 * 3600
"""A deployment can get another model or a newer version, so what was learnt is tried anew after a week."""
_DEPLOYMENTS_LIMIT = 200
_BYTES_LIMIT = 1_000_000
_NAMES_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Quirks:
    """A deployment's habits. `api` is the one that works where it is not the usual one; `dropped` are parameters that
    it refuses; `images` whether it takes them; `model` is the one that answered last.
    """

    model: str = ""
    api: Api = ""
    dropped: tuple[str, ...] = ()
    images: bool = True


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a deployment is asked: its quirks, and what holds for this run only.

    `set_aside` are its reasons why it refused tools, by `tool_schemas.definition_of`: a tool that its server mends is
    sent again. `refused_items` are the ids of items that it does not take back.
    """

    quirks: Quirks = field(default_factory=Quirks)
    set_aside: Mapping[str, str] = field(default_factory=dict[str, str])
    refused_items: frozenset[str] = frozenset()


class QuirksFile:
    """The quirks of all deployments in one file, readable by its owner alone; None as path keeps nothing.

    A damaged file counts as empty and is replaced. What cannot be written is learnt anew next time.
    """

    def __init__(self, path: Path | None, now: Callable[[], float] = time.time) -> None:
        self._path = path
        self._now = now

    def load(self, deployment: str) -> Quirks:
        """What is known of a deployment, by `Destination.habits`."""
        record = mapping(self._records().get(deployment))
        if not 0 <= self._now() - count(record.get("learnt_at")) < _VALID_SECONDS:
            return Quirks()
        api = text(record.get("api"))
        dropped = tuple(name for name in items(record.get("dropped")) if isinstance(name, str))
        return Quirks(
            model=text(record.get("model")),
            api=api if api in ("chat", "responses") else "",
            dropped=dropped[:_NAMES_LIMIT],
            images=record.get("images") is not False,
        )

    def save(self, deployment: str, quirks: Quirks) -> None:
        """Keep what is known of a deployment."""
        if self._path is None:
            return
        records = {name: record for name, record in self._records().items() if name != deployment}
        records[deployment] = {**asdict(quirks), "learnt_at": int(self._now())}
        newest = dict(list(records.items())[-_DEPLOYMENTS_LIMIT:])
        try:
            _replace(self._path, json.dumps({"version": 1, "deployments": newest}, indent=1))
        except OSError:
            return  # a disk that is full or read-only costs one more request next time, nothing else

    def _records(self) -> Mapping[str, object]:
        if self._path is None:
            return {}
        try:
            with self._path.open("rb") as file:
                known: object = json.loads(file.read(_BYTES_LIMIT))
        except (OSError, ValueError, RecursionError):
            return {}
        return mapping(mapping(known).get("deployments"))


def _replace(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(prefix=path.name, dir=path.parent)  # 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
