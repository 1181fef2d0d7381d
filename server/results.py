"""What a model reads when a call failed, or when a result is too long to send."""

from collections.abc import Mapping, Sequence
from typing import Any

import pydantic_core
from mcp_types import CallToolResult, TextContent
from pydantic import ValidationError

# Size of a text as a JSON string. Clients give up on an event of more than 1 MiB (mcp.client.sse, max_event_size).
TEXT_LIMIT = 256 * 1024
_SHOWN_CHARACTERS = 40


def failure(words: str) -> CallToolResult:
    """A result that tells the model, in words, why the call did not work."""
    return bounded(CallToolResult(content=[TextContent(type="text", text=words)], is_error=True))


def bounded(result: CallToolResult) -> CallToolResult:
    """The result with each of its texts shortened to what every client can receive, and without too much data."""
    content = [_bounded_text(block) if isinstance(block, TextContent) else block for block in result.content]
    data = result.structured_content
    if data is not None and (size := len(pydantic_core.to_json(data))) > TEXT_LIMIT:
        content.append(TextContent(type="text", text=f"[The structured content is left out: {size:,} bytes of JSON.]"))
        data = None
    return result.model_copy(update={"content": content, "structured_content": data})


def _bounded_text(block: TextContent) -> TextContent:
    head = shorten(block.text)
    if head == block.text:
        return block
    note = f"[Shortened: the first {len(head):,} of {len(block.text):,} characters.]"
    return block.model_copy(update={"text": f"{head}\n\n{note}"})


def shorten(text: str, limit: int = TEXT_LIMIT) -> str:
    """The beginning of a text whose JSON form has at most `limit` bytes, or the whole text."""
    while (size := len(pydantic_core.to_json(text))) > limit:
        text = text[: len(text) * limit // size]
    return text


def explain_arguments(tool: str, error: ValidationError) -> str:
    """Which arguments do not fit and what would, in one sentence, without repeating long values."""
    return f"{tool} was not run: {'; '.join(_explain(detail) for detail in error.errors(include_url=False))}."


def _explain(detail: Mapping[str, Any]) -> str:
    location: Sequence[int | str] = detail["loc"]
    argument = ".".join(str(step) for step in location) or "the arguments"
    if detail["type"] == "missing":
        return f"{argument} is missing"
    requirement = str(detail["msg"]).removeprefix("Input should be ").split(", unable to parse")[0]
    return f"{argument} must be {requirement}{_shown(detail['input'])}"


def _shown(value: object) -> str:
    if isinstance(value, str):
        return f", not {value[:_SHOWN_CHARACTERS]!r}{' ...' if len(value) > _SHOWN_CHARACTERS else ''}"
    return ", not null" if value is None else ""
