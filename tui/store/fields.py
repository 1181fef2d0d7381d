"""The fields of a stored JSON object, read with the types that are asked for, or refused in words."""

from collections.abc import Callable, Mapping
from typing import NoReturn, TypeAlias, TypeVar

from tui.core.errors import StoreError
from tui.core.events import Json
from tui.core.text import sanitize

JsonObject: TypeAlias = Mapping[str, Json]

T = TypeVar("T")
Choice = TypeVar("Choice", bound=str)

LATEST_TIME = 253_402_300_799.0 - 86_400.0
"""The last day that `datetime` can name in every time zone, in seconds since the epoch."""


class Fields:
    """The fields of one JSON object, read with the type that is asked for, or refused in words."""

    def __init__(self, document: JsonObject) -> None:
        self._document = document

    def json(self, key: str) -> Json:
        """Any value, exactly as it is."""
        if key not in self._document:
            raise StoreError(f"This event lacks its field “{key}”.")
        return self._document[key]

    def verbatim(self, key: str) -> str:
        """A text exactly as it is."""
        value = self.json(key)
        return value if isinstance(value, str) else _refuse(key, "a text")

    def text(self, key: str) -> str:
        """A text that is harmless for a terminal."""
        return sanitize(self.verbatim(key))

    def integer(self, key: str) -> int:
        """A whole number."""
        value = self.json(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else _refuse(key, "a whole number")

    def number(self, key: str) -> float:
        """A number that can be a time: zero or more, and finite."""
        value = self.json(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LATEST_TIME:
            return _refuse(key, "a time")
        return float(value)

    def choice(self, key: str, choices: tuple[Choice, ...]) -> Choice:
        """One of the given words."""
        value = self.json(key)
        found = next((choice for choice in choices if choice == value), None)
        return _refuse(key, "one of " + ", ".join(choices)) if found is None else found

    def object(self, key: str) -> JsonObject:
        """A JSON object."""
        value = self.json(key)
        return value if isinstance(value, Mapping) else _refuse(key, "an object")

    def optional(self, key: str, read: Callable[[str], T]) -> T | None:
        """Null, or what `read` reads."""
        return None if self.json(key) is None else read(key)

    def given(self, key: str, read: Callable[[str], T], otherwise: T) -> T:
        """What `read` reads; `otherwise` where the field came into the format later than this event."""
        return read(key) if key in self._document else otherwise

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self.json(key)
        return value if isinstance(value, bool) else _refuse(key, "true or false")

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, each exactly as it is."""
        value = self.json(key)
        if not isinstance(value, list):
            return _refuse(key, "a list")
        return tuple(item if isinstance(item, str) else _refuse(key, "texts") for item in value)

    def objects(self, key: str) -> tuple[JsonObject, ...]:
        """A list of objects, each exactly as it is."""
        value = self.json(key)
        if not isinstance(value, list):
            return _refuse(key, "a list")
        return tuple(item if isinstance(item, Mapping) else _refuse(key, "objects") for item in value)

    def children(self, key: str) -> "list[Fields]":
        """A list of objects."""
        value = self.json(key)
        if not isinstance(value, list):
            return _refuse(key, "a list")
        return [Fields(item) if isinstance(item, Mapping) else _refuse(key, "objects") for item in value]

    def child(self, key: str) -> "Fields":
        """An object, to be read in turn."""
        return Fields(self.object(key))


def _refuse(key: str, wanted: str) -> NoReturn:
    raise StoreError(f"The field “{key}” of this event is not {wanted}.")
