"""The arguments of a call as the model wrote them: text that should be a JSON object, read strictly."""

import json
import math
from collections.abc import Mapping
from typing import NoReturn, cast

from tui.core.events import Json

MAX_CHARACTERS = 1_000_000


def parse_arguments(text: str) -> Mapping[str, Json]:
    """The arguments as an object; empty text means no arguments.

    Raises:
        ValueError: not a JSON object, or ambiguous (a key twice, NaN, 1e999); the words are meant for the model.
    """
    if not text.strip():
        return {}
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"The arguments are {len(text):,} characters long; at most {MAX_CHARACTERS:,} are accepted.")
    try:
        value: object = json.loads(
            text, object_pairs_hook=_unique_keys, parse_constant=_refuse_constant, parse_float=_finite
        )
    except json.JSONDecodeError as error:
        raise ValueError(
            f"The arguments are not valid JSON ({error.msg} at character {error.pos}). Send a JSON object."
        ) from error
    except RecursionError as error:
        raise ValueError("The arguments are nested too deeply. Send a flatter JSON object.") from error
    if not isinstance(value, dict):
        raise ValueError('The arguments are not a JSON object. Send an object such as {"name": "value"}.')
    return cast(Mapping[str, Json], value)


def _unique_keys(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    unique = dict(pairs)
    if len(unique) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'The argument "{twice}" is given more than once. Send each once.')
    return unique


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not valid JSON. Send a finite number.")


def _finite(text: str) -> float:
    """JSON has no limit for numbers; what is too large for a float would become Infinity."""
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"The number {text[:40]} is too large. Send a smaller one.")
    return number
