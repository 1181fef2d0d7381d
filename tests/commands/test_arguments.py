"""Arguments from the command line: converted as the schema says, and what is wrong is named before anything is sent."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tui.commands.headless.arguments import arguments_from, arguments_of
from tui.core.errors import SettingsError
from tui.core.ports import ToolSpec

PROPERTIES: Mapping[str, Any] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "whole": {"type": "integer"},
    "flag": {"type": "boolean", "default": False},
    "list": {"type": "array", "items": {"type": "string"}},
    "object": {"type": "object"},
    "kind": {"enum": ["add", "subtract"]},
    "maybe": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
    "either": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
    "anything": {},
}


def spec(*required: str, **properties: Any) -> ToolSpec:
    schema = {"type": "object", "properties": properties or PROPERTIES, "required": list(required)}
    return ToolSpec("act", "srv", "Acts.", schema)


@pytest.mark.parametrize(
    ("pair", "value"),
    [
        ("text=15", "15"),
        ("text=", ""),
        ("text=a=b", "a=b"),
        ("number=1.5", 1.5),
        ("number=2", 2),
        ("whole=-3", -3),
        ("flag=true", True),
        ("flag=false", False),
        ('list=["a"]', ["a"]),
        ('object={"a": null}', {"a": None}),
        ("kind=add", "add"),
        ("maybe=null", None),
        ("maybe=7", 7),
        ("either=words", "words"),
        ("either=5", 5),
        ("anything=words", "words"),
        ("anything=[1]", [1]),
    ],
)
def test_a_value_becomes_what_the_schema_says(pair: str, value: object) -> None:
    (made,) = arguments_from([pair], spec()).values()
    assert (made, type(made)) == (value, type(value))


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        (["number=1,5"], "number: Must be a number"),
        (["whole=1.5"], "whole: Must be a whole number"),
        (["flag=yes"], "flag: Must be true or false"),
        (["list=a,b"], "list: Not valid JSON"),
        (["kind=divide"], "kind: Must be one of: add, subtract"),
        (["nope=1"], "It has no argument “nope”; it has"),
        (["text"], "“text” is not of the form key=value"),
        (["text=a", "text=b"], "text is given more than once"),
        (["whole=x", "nope=1"], "It has no argument “nope”"),
        (["te\x1b[31mxt=1"], "“te<U+001B>[31mxt”"),
    ],
)
def test_what_is_wrong_is_named(pairs: Sequence[str], words: str) -> None:
    with pytest.raises(SettingsError) as refused:
        arguments_from(pairs, spec())
    assert words in refused.value.message


def test_what_is_missing_is_named() -> None:
    with pytest.raises(SettingsError, match="whole must be given"):
        arguments_from(["text=a"], spec("text", "whole"))
    assert arguments_from([], spec()) == {}


def test_a_schema_without_a_list_of_arguments_takes_them_as_json() -> None:
    free = ToolSpec("act", "srv", "Acts.", {"type": "object", "additionalProperties": True})
    with pytest.raises(SettingsError, match="cannot be given one by one") as refused:
        arguments_from(["a=1"], free)
    assert "--arguments" in refused.value.hint
    assert arguments_from([], free) == {}


def test_arguments_as_json_are_read_strictly() -> None:
    assert arguments_of('{"a": [1, null]}') == {"a": [1, None]}
    for text in ("[]", "{", '{"a": 1, "a": 2}', '{"a": NaN}'):
        with pytest.raises(SettingsError):
            arguments_of(text)
