"""`deployments.toml`: the deployments that were connected from within, without their keys.

Each is a table `[[deployment]]`. What a person writes into the file besides, comments included, stays.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from tui.core.errors import SettingsError
from tui.settings.private_file import read_private, write_private

if TYPE_CHECKING:
    from tui.core.ports import SignIn

IN_KEYRING = "keyring"
"""Stands in `key` for a key that the system's keyring keeps."""

_FIELDS = ("name", "endpoint", "deployment", "api_version", "sign_in", "key")
_TABLE = re.compile(r"^(?=[ \t]*\[\[[ \t]*deployment[ \t]*\]\])", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class SavedDeployment:
    """A deployment as the file has it. `key` is the variable that holds the key, or `IN_KEYRING`, or empty."""

    name: str
    endpoint: str
    deployment: str
    api_version: str = ""
    sign_in: "SignIn" = "key"
    key: str = ""


def read_saved(path: Path) -> tuple[SavedDeployment, ...]:
    """The deployments in the file; none where there is no file.

    Raises:
        SettingsError: the file cannot be read, or is not what it should be.
    """
    return _parse(read_private(path), path)


def save(path: Path, deployment: SavedDeployment) -> None:
    """Put this deployment into the file, in place of the one of its name.

    Raises:
        SettingsError: the file is damaged, or cannot be written.
    """
    text = read_private(path)
    before = _parse(text, path)
    head, *tables = _TABLE.split(text)
    if len(tables) != len(before):
        raise _damaged(path, "its deployments are not written as tables [[deployment]]")
    kept = [table for table, old in zip(tables, before, strict=True) if old.name != deployment.name]
    pieces = [head, *kept, _table(deployment)]
    after = "".join(piece if piece.endswith("\n") else f"{piece}\n" for piece in pieces if piece)
    expected = (*(old for old in before if old.name != deployment.name), deployment)
    # A text of several lines may look like a table, and another table may stand behind one.
    if _parse(after, path) != expected or _others(after, path) != _others(text, path):
        raise _damaged(path, "it cannot be changed without harm")
    write_private(path, after)


def _table(deployment: SavedDeployment) -> str:
    # A JSON string without control characters is a TOML basic string [toml.io, v1.0.0, String].
    values = {name: getattr(deployment, name) for name in _FIELDS}
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items() if value]
    return "\n".join(["[[deployment]]", *lines, ""])


def _parse(text: str, path: Path) -> tuple[SavedDeployment, ...]:
    tables = _document(text, path).get("deployment", [])
    if not isinstance(tables, list):
        raise _damaged(path, "its deployments are not written as tables [[deployment]]")
    return tuple(_deployment(table, path) for table in cast("list[object]", tables))


def _others(text: str, path: Path) -> dict[str, object]:
    return {name: value for name, value in _document(text, path).items() if name != "deployment"}


def _document(text: str, path: Path) -> dict[str, object]:
    if not text:
        return {}
    import tomllib  # most starts have no such file

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _damaged(path, str(error)) from error


def _deployment(table: object, path: Path) -> SavedDeployment:
    if not isinstance(table, dict):
        raise _damaged(path, "its deployments are not written as tables [[deployment]]")
    values = cast("dict[str, object]", table)
    texts = {name: values.get(name, "") for name in _FIELDS}
    for name, value in texts.items():
        if not isinstance(value, str) or not value.isprintable():
            raise _damaged(path, f"{name} is not a text on one line")
    words = cast("dict[str, str]", texts)
    for name in ("name", "endpoint", "deployment"):
        if not words[name].strip():
            raise _damaged(path, f"a deployment has no {name}")
    sign_in = words["sign_in"] or "key"
    if sign_in not in ("key", "entra"):
        raise _damaged(path, f"sign_in is {sign_in!r} and not key or entra")
    return SavedDeployment(
        words["name"], words["endpoint"], words["deployment"], words["api_version"], sign_in, words["key"]
    )


def _damaged(path: Path, reason: str) -> SettingsError:
    return SettingsError(f"{path} cannot be used: {reason}.", "Mend the file, or remove it and connect again.")
