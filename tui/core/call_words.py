"""A call as one line of words."""

import json
from collections.abc import Mapping, Sequence
from typing import cast

from tui.core.events import Json
from tui.core.text import reveal

_LONGEST_ARGUMENTS = 80
"""Characters of the arguments that are shown."""


def call_words(name: str, arguments: Mapping[str, Json], raw_arguments: str = "") -> str:
    """The tool, and its arguments as far as they fit; `raw_arguments` where they are no JSON object."""
    words = raw_arguments or ", ".join(f"{key}={_compact(value)}" for key, value in arguments.items())
    words = reveal(" ".join(words.split()))
    shown = words if len(words) <= _LONGEST_ARGUMENTS else words[: _LONGEST_ARGUMENTS - 1] + "…"
    return f"{reveal(name)}({shown})"


def _compact(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, default=_as_plain)


def _as_plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(cast("Mapping[str, Json]", value))
    return list(cast("Sequence[Json]", value))
