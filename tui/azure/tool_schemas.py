"""The tools as Azure OpenAI accepts them, and in words what had to be changed for that.

The limits are those of the service's own 400 answers: 128 tools, names of `^[a-zA-Z0-9_-]{1,64}$`, descriptions of
1,024 characters, parameters as in `object_schema`. One tool beyond them would fail every request.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from tui.azure.object_schema import ObjectSchema, object_schema
from tui.azure.wire_messages import encodable
from tui.core.events import Api, Json
from tui.core.ports import SentTool, ToolSpec

TOOL_LIMIT = 128
DESCRIPTION_LIMIT = 1024
"""Characters of a tool's description that Azure accepts."""

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}\Z")


def sent_tools(tools: Sequence[ToolSpec], *, api: Api, set_aside: Mapping[str, str]) -> list[SentTool]:
    """How each tool is sent in a request of this API, in the same order; equal tools give equal bytes.

    `set_aside` are reasons, by `definition_of`, of tools that the service has refused.
    """
    sent: list[SentTool] = []
    taken: set[str] = set()
    for tool in tools:
        reason = set_aside.get(definition_of(tool)) or _why_left_out(tool.name, taken)
        if reason:
            sent.append(SentTool(tool.name, None, left_out=reason))
        else:
            taken.add(tool.name)
            sent.append(_sent_tool(tool, api))
    return sent


def definition_of(tool: ToolSpec) -> str:
    """What tells this definition of a tool from every other, also from a later one of the same tool."""
    return f"{tool.name} {tool.fingerprint}"


def _why_left_out(name: str, taken: set[str]) -> str:
    if not _NAME.match(name):
        return "The service takes names of 1 to 64 letters, digits, “_” and “-” only."
    if name in taken:
        return "Another tool of this name is sent already."
    if len(taken) == TOOL_LIMIT:
        return f"The service takes {TOOL_LIMIT} tools at most, and the ones before it are as many."
    return ""


def _sent_tool(tool: ToolSpec, api: Api) -> SentTool:
    function: dict[str, Json] = {"name": tool.name}
    changes: list[str] = []
    if description := encodable(tool.description.strip()):
        if len(description) > DESCRIPTION_LIMIT:
            changes.append(f"The description was cut to {DESCRIPTION_LIMIT:,} of {len(description):,} characters.")
            description = description[: DESCRIPTION_LIMIT - 1] + "…"
        function["description"] = description
    accepted = _accepted(tool.parameters)
    function["parameters"] = accepted.schema
    sent: Json = {"type": "function", "function": function}
    if api == "responses":
        # Left to itself, the service tries to be strict there, which few servers' schemas allow.
        sent = {"type": "function", **function, "strict": False}
    return SentTool(tool.name, sent, (*changes, *accepted.changes))


def _accepted(parameters: object) -> ObjectSchema:
    """The parameters as the service wants them: worked out once, as every request sends all tools."""
    try:
        return _accepted_text(json.dumps(parameters))
    except (RecursionError, TypeError, ValueError):
        return object_schema(parameters)


@lru_cache(maxsize=2 * TOOL_LIMIT)
def _accepted_text(parameters: str) -> ObjectSchema:
    return object_schema(json.loads(parameters))
