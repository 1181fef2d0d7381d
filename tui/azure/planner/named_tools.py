"""A tool that the person names: "use search with query=cats, limit=3", "call add {"a": 1, "b": 2}"."""

import re
from collections.abc import Mapping, Sequence

from tui.azure.planner import schema
from tui.azure.planner.draft import Draft
from tui.azure.planner.fit import find_tool, named_arguments, sole_property
from tui.azure.planner.masking import FILE, OBJECT, QUOTE, Masked
from tui.azure.planner.steps import Step
from tui.azure.planner.tools import Tool
from tui.core.events import Json

_USE = re.compile(
    r"(?:use|call|run|invoke|execute|try)\s+(?:the\s+)?(?P<tool_first>tool\s+)?(?:called\s+|named\s+)?"
    rf"(?P<name>[\w-]{{1,64}}|{QUOTE})(?P<tool_last>\s+tool\b)?(?P<rest>.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_DIRECT = re.compile(rf"(?P<name>[\w-]{{1,64}})\s*(?P<rest>\(.*\)|{OBJECT})\Z", re.DOTALL)
_INTRODUCTION = re.compile(
    r"\A\s*[,:(]?\s*(?:with|using|on|for|and)?\s*(?:the\s+)?(?:arguments?\b|args\b|parameters?\b)?\s*:?\s*", re.I
)
_PAIR = re.compile(
    rf"(?P<key>[\w-]{{1,64}})\s*(?:=|:)\s*(?P<value>{QUOTE}|{FILE}|{OBJECT}|\[[^\]\n]*\]|.*?)"
    r"\s*(?=(?:,\s*(?:and\s+)?|\s+and\s+|\s+)[\w-]{1,64}\s*[=:]|,?\s*\)?\s*\Z)",
    re.DOTALL,
)


_PURPOSE = re.compile(r"\s*,?\s*to\s", re.IGNORECASE)


def purpose_of(core: str, tools: Sequence[Tool]) -> str:
    """What a named tool is to be used for, in "use the greet tool to greet Ada"; empty when nothing is said of that."""
    found = _USE.match(core)
    purpose = _PURPOSE.match(found["rest"]) if found and find_tool(found["name"], tools) else None
    return found["rest"][purpose.end() :].strip() if found and purpose else ""


def read_named_tool(draft: Draft, masked: Masked, core: str) -> bool:
    """Take the clause when it names a tool to use; whether it did."""
    found = _USE.match(core) or _DIRECT.match(core)
    if not found:
        return False
    name = masked.unquoted(found["name"])
    tool = find_tool(name, draft.conversation.tools)
    if tool is None:
        says_tool = any(found.groupdict().get(group) for group in ("tool_first", "tool_last"))
        if says_tool or "_" in name:
            draft.remark("unknown_tool", name)
        return bool(says_tool or "_" in name)
    given = _given(tool, masked, _INTRODUCTION.sub("", found["rest"], count=1).strip())
    arguments = None if given is None else named_arguments(tool, given)
    if arguments is None:
        draft.remark("bad_arguments", tool.name)
    else:
        draft.add(Step("tool", {"tool": tool.name, "arguments": dict(arguments)}))
    return True


def _given(tool: Tool, masked: Masked, rest: str) -> Mapping[str, Json] | None:
    """The arguments as given by name; None when the words cannot be understood as such."""
    if re.fullmatch(OBJECT, rest.rstrip(" )")):
        return _object(masked.as_written(rest.rstrip(" )")))
    pairs = list(_PAIR.finditer(rest))
    if pairs and not _PAIR.sub("", rest).replace("and", "").strip(" ,)"):
        properties = schema.properties(tool.parameters)
        return {pair["key"]: _value(masked, pair["value"], properties.get(pair["key"], {})) for pair in pairs}
    if not rest or _PURPOSE.match(f"{rest} "):
        return {}
    bare = masked.unquoted(rest.strip(" ()"))
    name = sole_property(tool)
    return {name: bare} if name else None


def _object(text: str) -> Mapping[str, Json] | None:
    try:
        value = schema.parse_json(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _value(masked: Masked, written: str, property_schema: Mapping[str, Json]) -> Json:
    """A value as text where text is wanted or was quoted, else as the JSON it is."""
    text = masked.unquoted(written.strip())
    if re.fullmatch(QUOTE, written.strip()) or "string" in schema.types_of(property_schema):
        return text
    try:
        return schema.parse_json(text)
    except ValueError:
        return text
