"""A Responses request, read and checked as the service checks it, and seen as a conversation.

The items are those of `POST /openai/v1/responses`; the refusals have the service's own wordings.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from tests.azure_endpoint.refusals import invalid_value, refused
from tui.azure.planner.refusal import arguments_in
from tui.azure.planner.request import Conversation, Result, Turn
from tui.azure.planner.tools import read_tools

_PARAMETERS = """model input instructions tools tool_choice stream stream_options store include reasoning text user
parallel_tool_calls temperature top_p max_output_tokens max_tool_calls metadata previous_response_id prompt truncation
prompt_cache_key safety_identifier service_tier top_logprobs background conversation"""
_INCLUDABLE = ("reasoning.encrypted_content", "message.output_text.logprobs", "message.input_image.image_url")
_ROLES = ("assistant", "system", "developer", "user")
_KEYS: Mapping[str, frozenset[str]] = {
    "message": frozenset(("type", "role", "content", "id", "status", "phase")),
    "function_call": frozenset(("type", "call_id", "name", "arguments", "id", "status")),
    "function_call_output": frozenset(("type", "call_id", "output", "id", "status")),
    "reasoning": frozenset(("type", "id", "summary", "encrypted_content", "content", "status")),
}
_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "function_call": ("call_id", "name", "arguments"),
    "function_call_output": ("call_id", "output"),
}


@dataclass
class Issued:
    """What earlier answers held: reasoning items by their ids, and which of them led to which call's item."""

    reasoning: dict[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    led_to: dict[str, str] = field(default_factory=dict[str, str])


def read_responses(request: Mapping[str, Any], issued: Issued) -> Conversation:
    """The conversation in a request.

    Raises:
        RefusedError, RequestRefused: the service would refuse it.
    """
    _check_parameters(request)
    items = _items(request["input"])
    _check_reasoning(items, issued)
    tools = read_tools(request, wrapper="")
    for number, (tool, sent) in enumerate(zip(tools, request.get("tools", ()), strict=True)):
        if sent.get("strict", True) and tool.parameters.get("additionalProperties") is not False:
            raise refused(
                f"Invalid schema for function '{tool.name}': In context=(), 'additionalProperties' is required to be "
                "supplied and to be false.",
                f"tools[{number}].parameters",
                "invalid_function_parameters",
            )
    return Conversation(
        turns=_turns(items),
        tools=tools,
        may_call=request.get("tool_choice") != "none",
        digest_source=json.dumps(items),
    )


def _check_parameters(request: Mapping[str, Any]) -> None:
    for name in request:
        if name not in _PARAMETERS.split():
            raise refused(f"Unknown parameter: '{name}'.", name, "unknown_parameter")
    if "input" not in request:
        raise refused("Missing required parameter: 'input'.", "input", "missing_required_parameter")
    if request.get("stream") is not True:
        raise refused("This endpoint only streams: set 'stream' to true.", "stream")
    for number, name in enumerate(request.get("include") or ()):
        if name not in _INCLUDABLE:
            raise invalid_value(name, _INCLUDABLE, f"include[{number}]")


def _items(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, str):
        return [{"role": "user", "content": value}]
    if not isinstance(value, list) or not value:
        raise refused("Invalid type for 'input': expected a string or a list of items.", "input", "invalid_type")
    items = cast("list[dict[str, Any]]", value)
    for number, item in enumerate(items):
        _check_item(item, f"input[{number}]")
    return items


def _check_item(item: Mapping[str, Any], where: str) -> None:
    kind = item.get("type", "message")
    if kind not in _KEYS:
        raise invalid_value(kind, _KEYS, where)
    for key in item:
        if key not in _KEYS[kind]:
            raise refused(f"Unknown parameter: '{where}.{key}'.", f"{where}.{key}", "unknown_parameter")
    if kind == "message":
        if item.get("role") not in _ROLES:
            raise invalid_value(item.get("role"), _ROLES, f"{where}.role")
        _check_parts(item.get("content"), item["role"] == "assistant", f"{where}.content")
    for key in _REQUIRED.get(kind, ()):
        if key not in item:
            message = f"Missing required parameter: '{where}.{key}'."
            raise refused(message, f"{where}.{key}", "missing_required_parameter")


def _check_parts(content: Any, is_assistant: bool, where: str) -> None:
    supported = ("output_text", "refusal") if is_assistant else ("input_text", "input_image", "input_file")
    parts = cast("list[Mapping[str, Any]]", content) if isinstance(content, list) else []
    for number, part in enumerate(parts):
        if part.get("type") not in supported:
            raise invalid_value(part.get("type"), supported, f"{where}[{number}].type")


def _check_reasoning(items: Sequence[Mapping[str, Any]], issued: Issued) -> None:
    """Reasoning must come back as it went out, before the item that it led to."""
    for number, item in enumerate(items):
        if item.get("type") != "reasoning":
            continue
        if item.get("encrypted_content") is None:
            raise refused(
                f"Item with id '{item.get('id')}' not found. Items are not persisted when `store` is set to false. Try "
                "again with `store` set to true, or remove this item from your input.",
                "input",
                status=404,
            )
        if item != issued.reasoning.get(item["id"]):
            raise refused(
                "The encrypted content could not be verified. Reason: Encrypted content could not be decrypted or "
                "parsed.",
                code="invalid_encrypted_content",
            )
        following: Mapping[str, Any] = items[number + 1] if number + 1 < len(items) else {}
        if following.get("type") not in ("function_call", "reasoning") and following.get("role") != "assistant":
            raise refused(
                f"Item '{item['id']}' of type 'reasoning' was provided without its required following item.", "input"
            )
    _check_led_to(items, issued)


def _check_led_to(items: Sequence[Mapping[str, Any]], issued: Issued) -> None:
    """An item that came after reasoning, sent back by its id, needs that reasoning before it."""
    present = {item.get("id") for item in items}
    for item in items:
        reasoning = issued.led_to.get(item.get("id", ""), "")
        if item.get("type") == "function_call" and reasoning and reasoning not in present:
            raise refused(
                f"Item '{item['id']}' of type 'function_call' was provided without its required 'reasoning' item: "
                f"'{reasoning}'.",
                "input",
            )


def _turns(items: Sequence[Mapping[str, Any]]) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    open_calls: dict[str, Result] = {}
    for item in items:
        match item.get("type", "message"):
            case "message" if item["role"] == "user":
                turns.append(Turn(_text(item.get("content"))))
            case "function_call":
                call_id = item["call_id"]
                open_calls[call_id] = Result(call_id, item["name"], arguments_in(item["arguments"]), "")
            case "function_call_output":
                call = open_calls.pop(item["call_id"], None)
                if call is None:
                    message = f"No tool call found for function call output with call_id {item['call_id']}."
                    raise refused(message, "input")
                turn = turns.pop() if turns else Turn("")
                turns.append(replace(turn, results=(*turn.results, replace(call, text=_text(item["output"])))))
            case _:
                pass
    if open_calls:
        raise refused(f"No tool output found for function call {next(iter(open_calls))}.", "input")
    return tuple(turns) or (Turn(""),)


def _text(content: Any) -> str:
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in cast("list[dict[str, Any]]", content))
    return content if isinstance(content, str) else ""
