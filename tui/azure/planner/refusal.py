"""A request that the service would refuse, and the least that reads one of unknown make-up."""

import json
from collections.abc import Mapping
from typing import cast

from tui.core.events import Json


class RequestRefused(Exception):
    """The service would answer 400; `body` is the JSON it would answer with."""

    def __init__(self, message: str, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.body: Mapping[str, Json] = {
            "error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}
        }


def request_in(body: bytes) -> Mapping[str, Json]:
    """The JSON object of a request's body; an empty one where the JSON is no object.

    Raises:
        RequestRefused: it is no JSON.
    """
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        raise RequestRefused("We could not parse the JSON body of your request.") from None
    return object_in(value)


def object_in(value: object) -> Mapping[str, Json]:
    """The value if it is an object, otherwise an empty one."""
    return cast(Mapping[str, Json], value) if isinstance(value, dict) else {}


def text_in(value: object) -> str:
    """The value if it is text, otherwise an empty one."""
    return value if isinstance(value, str) else ""


def arguments_in(value: object) -> Mapping[str, Json]:
    """A call's arguments from their JSON text; empty where it is no object."""
    try:
        return object_in(json.loads(text_in(value) or "{}"))
    except (ValueError, RecursionError):
        return {}
