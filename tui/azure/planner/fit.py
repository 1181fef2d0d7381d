"""Which of the connected tools serves a step, and with which arguments. Nothing is known of them but the request."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tui.azure.planner import schema
from tui.azure.planner.expression import SYMBOLS
from tui.azure.planner.steps import Kind
from tui.azure.planner.tools import Tool
from tui.core.events import Json

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Profile:
    """How tools of a kind are called: words of their names, each a set that must be there as a whole."""

    names: tuple[frozenset[str], ...]
    properties: Mapping[str, tuple[str, ...]]
    """For each slot of a step, names that properties have for it, in normal form."""


def _names(*alternatives: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(alternative.split()) for alternative in alternatives)


_FILE = ("filename", "file", "path", "filepath", "name", "filenames", "paths", "uri")
_PROFILES: Mapping[Kind, Profile] = {
    "calculate": Profile(
        _names("calculate", "calculator", "calc", "compute", "arithmetic", "math", "evaluate"),
        {
            "operation": ("operation", "operator", "op", "function"),
            "a": ("a", "x", "left", "first", "lhs", "num1", "number1", "firstnumber", "operand1", "n1"),
            "b": ("b", "y", "right", "second", "rhs", "num2", "number2", "secondnumber", "operand2", "n2"),
        },
    ),
    "weather": Profile(
        _names("weather", "forecast", "temperature"),
        {"city": ("city", "location", "place", "town", "cityname", "query", "q", "address")},
    ),
    "system": Profile(
        _names("system info", "system information", "sysinfo", "host info", "machine info", "platform info", "uname"),
        {},
    ),
    "greet": Profile(_names("greet", "greeting", "hello"), {"name": ("name", "person", "who", "user", "username")}),
    "time": Profile(_names("time", "clock", "datetime", "date", "now"), {}),
    "save": Profile(
        _names("save", "write", "create", "store"),
        {"file": _FILE, "content": ("content", "contents", "text", "data", "body", "filetext", "value")},
    ),
    "read": Profile(_names("read", "open", "load", "cat", "view"), {"file": _FILE}),
}
_EXPRESSION = frozenset({"expression", "expr", "formula", "equation"})


@dataclass(frozen=True, slots=True)
class Fit:
    """A tool and arguments that are valid for it."""

    tool: str
    arguments: Mapping[str, Json]


def find_fit(kind: Kind, slots: Mapping[str, Json], tools: Sequence[Tool]) -> Fit | None:
    """The connected tool that does this, with the slots as its arguments; None when there is none."""
    for tool in candidates(kind, tools):
        for arguments in _arguments(kind, slots, tool):
            if schema.is_valid(tool.parameters, arguments):
                return Fit(tool.name, arguments)
    return None


def candidates(kind: Kind, tools: Sequence[Tool]) -> list[Tool]:
    """The tools that look as if they did this, the likeliest first."""
    scored = [(_score(kind, tool), tool) for tool in tools]
    return [tool for score, tool in sorted(scored, key=lambda pair: -pair[0]) if score]


def kind_of(tool_name: str) -> Kind | None:
    """What a tool is for, judged by its name alone."""
    words = _words(tool_name)
    return next((kind for kind, profile in _PROFILES.items() if _matches(profile, words)), None)


def file_in(arguments: Mapping[str, Json]) -> str:
    """The file that a call was about; empty when it was about none."""
    named = (value for name, value in arguments.items() if _normal(name) in _FILE and _normal(name) != "name")
    return next((value for value in named if isinstance(value, str)), "")


def find_tool(name: str, tools: Sequence[Tool]) -> Tool | None:
    """The tool that a person means by a name: exactly, or but for case, dashes and a server's prefix."""
    if same := [t for t in tools if t.name == name] or [t for t in tools if _normal(t.name) == _normal(name)]:
        return same[0]
    ends = [tool for tool in tools if tool.name.endswith((f"_{name}", f"-{name}"))]
    return ends[0] if len(ends) == 1 else None


def named_arguments(tool: Tool, given: Mapping[str, Json]) -> Mapping[str, Json] | None:
    """What a person gave by name, as valid arguments of the tool; None when it cannot be."""
    known = {_normal(name): name for name in schema.properties(tool.parameters)}
    arguments: dict[str, Json] = {}
    for key, value in given.items():
        name = key if key in schema.properties(tool.parameters) else known.get(_normal(key), key)
        try:
            arguments[name] = schema.fitted(schema.properties(tool.parameters).get(name, {}), value)
        except schema.UnfitError:
            return None
    return arguments if schema.is_valid(tool.parameters, arguments) else None


def sole_property(tool: Tool) -> str:
    """The one property that a bare value must be meant for; empty when there is a choice."""
    names = schema.required(tool.parameters) or list(schema.properties(tool.parameters))
    return names[0] if len(names) == 1 else ""


def _score(kind: Kind, tool: Tool) -> int:
    profile = _PROFILES.get(kind)
    if profile is None:
        return 0
    words = _words(tool.name)
    if kind == "calculate" and any(word in words for name in SYMBOLS for word in schema.synonyms(name)):
        return 2
    if _matches(profile, words):
        return 4 if "file" in words or kind not in ("save", "read") else 3
    return 1 if _matches(profile, _words(tool.description)) else 0


def _matches(profile: Profile, words: frozenset[str]) -> bool:
    return any(name <= words for name in profile.names)


def _arguments(kind: Kind, slots: Mapping[str, Json], tool: Tool) -> Iterator[dict[str, Json]]:
    """Arguments to try, the likeliest first."""
    named = schema.properties(tool.parameters)
    yield from _assigned(kind, slots, named)
    if kind == "calculate":
        operation = str(slots["operation"])
        if _words(tool.name) & {*schema.synonyms(operation)}:
            yield from _assigned(kind, {"a": slots["a"], "b": slots["b"]}, named)
        if name := next((name for name in named if _normal(name) in _EXPRESSION), ""):
            yield {name: f"{slots['a']} {SYMBOLS.get(operation, operation)} {slots['b']}"}


def _assigned(
    kind: Kind, slots: Mapping[str, Json], named: Mapping[str, Mapping[str, Json]]
) -> Iterator[dict[str, Json]]:
    """The slots under the property names of a tool, if there is a place for each."""
    arguments: dict[str, Json] = {}
    for slot, value in slots.items():
        wanted = _PROFILES[kind].properties.get(slot, ())
        names = sorted((n for n in named if _normal(n) in wanted), key=lambda n: wanted.index(_normal(n)))
        if not names:
            return
        try:
            arguments[names[0]] = schema.fitted(named[names[0]], value)
        except schema.UnfitError:
            return
    yield arguments


def _words(name: str) -> frozenset[str]:
    return frozenset(_WORD.findall(_CAMEL.sub(" ", name).lower()))


def _normal(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).lower()
