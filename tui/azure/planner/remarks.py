"""What the planner says of itself: what it is, what it can do with the tools at hand, what it did not understand."""

import re
from collections.abc import Mapping, Sequence

from tui.azure.planner import schema
from tui.azure.planner.fit import candidates, find_tool, kind_of
from tui.azure.planner.steps import Kind, Remark, RemarkKind
from tui.azure.planner.tools import Tool
from tui.core.events import Json

_EXAMPLES: Mapping[Kind, str] = {
    "greet": "Greet Ada",
    "calculate": "What is (2 + 3) * 4?",
    "weather": "What’s the weather in Paris?",
    "system": "Show the system information",
    "save": "Save that result to notes.txt",
    "read": "What’s in notes.txt?",
}
_IDENTITY = (
    "I am an offline planner, not a language model: I recognise a few kinds of requests and run real tools for them."
)
_CONNECT = "For free conversation, connect your Azure OpenAI: type `/connect`."
_NO_TOOLS = "No tools are connected right now, so there is nothing that I can run."
_SENTENCES: Mapping[RemarkKind, str] = {
    "thanks": "You are welcome.",
    "unclear": "I did not understand “{}”, being an offline planner, not a language model.",
    "which_content": "What should I write to “{}”?",
    "nothing_earlier": "There is no earlier result in this conversation that I could use.",
    "bad_expression": (
        "I cannot take “{}” apart: I pass on sums with +, −, ×, ÷ and parentheses, one call for each operation."
    ),
    "cannot_append": "I can only read whole files and write whole files, so I left that one alone.",
}
_SHOWN = 80
_LISTED_TOOLS = 12


def say(remark: Remark, tools: Sequence[Tool], *, is_alone: bool) -> str:
    """The remark in words, in Markdown; beside other things to say, shorter."""
    match remark.kind:
        case "hello":
            return f"Hello! {_IDENTITY}\n\n{_abilities(tools)}"
        case "help":
            return f"{_IDENTITY}\n\n{_abilities(tools)}\n\n{_CONNECT}"
        case "tools":
            return _tool_list(tools)
        case "ask_person":
            named = [tool for tool in tools if tool.name in remark.about]
            return f"What would you like me to do? {_abilities(named or tools)}"
        case "unclear" if is_alone:
            return f"I did not understand “{_excerpt(remark.about)}”. {_IDENTITY}\n\n{_abilities(tools)}\n\n{_CONNECT}"
        case "which_file":
            return f"Which file should I {remark.about}{' it to' if remark.about == 'save' else ''}?"
        case "unknown_tool":
            return f"There is no tool “{_excerpt(remark.about)}”. {_tool_names(tools)}"
        case "bad_arguments":
            return _usage(remark.about, tools)
        case _:
            return _SENTENCES[remark.kind].format(_excerpt(remark.about))


def no_tool(deed: str, tools: Sequence[Tool]) -> str:
    """That none of the connected tools can do something."""
    if not tools:
        return _NO_TOOLS
    return f"None of the connected tools can {deed}. {_tool_names(tools)}"


def _abilities(tools: Sequence[Tool]) -> str:
    """Something to try for each kind of tool there is, and the names of the others."""
    if not tools:
        return _NO_TOOLS
    lines = [
        f"- “{example}” (`{found[0].name}`)"
        for kind, example in _EXAMPLES.items()
        if (found := candidates(kind, tools))
    ]
    others = [tool.name for tool in tools if kind_of(tool.name) is None]
    if others:
        names = ", ".join(f"`{name}`" for name in others[:_LISTED_TOOLS])
        more = f" and {len(others) - _LISTED_TOOLS} more" if len(others) > _LISTED_TOOLS else ""
        lines.append(f"- “Use {others[0]} with name=value, …”, also for {names}{more}")
    return "\n".join(["With the connected tools you can try:", "", *lines])


def _tool_list(tools: Sequence[Tool]) -> str:
    if not tools:
        return _NO_TOOLS
    lines = [f"- `{tool.name}` {_first_sentence(tool.description)}".rstrip() for tool in tools]
    one = "One tool is" if len(tools) == 1 else f"{len(tools)} tools are"
    return "\n".join([f"{one} connected:", "", *lines])


def _first_sentence(description: str) -> str:
    return re.split(r"(?<=[.!?])\s|\n", description.strip(), maxsplit=1)[0]


def _tool_names(tools: Sequence[Tool]) -> str:
    if not tools:
        return _NO_TOOLS
    names = ", ".join(f"`{tool.name}`" for tool in tools[:_LISTED_TOOLS])
    more = f" and {len(tools) - _LISTED_TOOLS} more" if len(tools) > _LISTED_TOOLS else ""
    return f"Connected are: {names}{more}."


def _usage(name: str, tools: Sequence[Tool]) -> str:
    """What a tool needs, when it was asked for without it."""
    tool = find_tool(name, tools)
    if tool is None:
        return f"There is no tool “{_excerpt(name)}”."
    needed = schema.required(tool.parameters)
    parts = [
        f"`{property_name}` ({_kind_in_words(property_schema)}{'' if property_name in needed else ', optional'})"
        for property_name, property_schema in schema.properties(tool.parameters).items()
    ]
    takes = ", ".join(parts) if parts else "no arguments"
    return f"I did not call `{tool.name}`, since the arguments do not fit. It takes {takes}: “use {tool.name} with …”."


def _kind_in_words(property_schema: Mapping[str, Json]) -> str:
    choices = schema.choices_of(property_schema)
    if choices:
        return "one of " + ", ".join(str(choice) for choice in choices[:10])
    return " or ".join(sorted(schema.types_of(property_schema))) or "anything"


def _excerpt(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
