"""Objects of the SDK to plain data; every text is sanitized and cut to a size that the application can carry."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import cast

from mcp_types import (
    AudioContent,
    BlobResourceContents,
    CallToolResult,
    ContentBlock,
    EmbeddedResource,
    GetPromptResult,
    ImageContent,
    Prompt,
    ReadResourceResult,
    Resource,
    ResourceLink,
    TextContent,
    TextResourceContents,
    Tool,
)

from tui.core.events import Json
from tui.core.ports import PromptArgument, PromptSpec, ResourceSpec, ToolAnnotations, ToolOutcome, ToolSpec
from tui.core.text import sanitize
from tui.hosting.images import pictures

RESULT_LIMIT = 256 * 1024
"""Characters of a result's text that are kept, and of its structured content as JSON."""

DESCRIPTION_LIMIT = 8 * 1024
NAME_LIMIT = 256
DEFINITION_LIMIT = 64 * 1024
"""Characters of a tool's whole definition that are kept, to be compared with a later one by a person."""

DEPTH_LIMIT = 64
"""How deeply structured data may nest; what lies deeper is left out."""


def shorten(text: str, limit: int) -> str:
    """The text, sanitized, and cut with a sign that says so when it is longer than `limit` characters."""
    if len(text) <= limit:
        return sanitize(text)
    return f"{sanitize(text[:limit])}\n[shortened: the first {limit:,} of {len(text):,} characters]"


def short_name(text: str | None) -> str:
    """A name or title on one line."""
    return " ".join(sanitize((text or "")[:NAME_LIMIT]).split())


def plain_json(value: object, depth: int = DEPTH_LIMIT) -> Json:
    """JSON data with every string in it sanitized, keys included; what nests too deeply becomes "…"."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return sanitize(value)
    if depth == 0:
        return "…"
    if isinstance(value, Mapping):
        items = cast("Mapping[object, object]", value).items()
        return {sanitize(str(key)): plain_json(item, depth - 1) for key, item in items}
    if isinstance(value, Sequence):
        return [plain_json(item, depth - 1) for item in cast("Sequence[object]", value)]
    return sanitize(str(value))


def plain_object(value: Mapping[str, object]) -> Mapping[str, Json]:
    """A JSON object with every string in it sanitized."""
    return {sanitize(key): plain_json(item) for key, item in value.items()}


def tool_spec(tool: Tool, server: str) -> ToolSpec:
    """The tool as its server describes it, under the server's own name for it."""
    hints = tool.annotations
    definition = json.dumps(tool.model_dump(mode="json", by_alias=True, exclude_none=True), sort_keys=True, indent=1)
    return ToolSpec(
        name=short_name(tool.name),
        server=server,
        description=shorten(tool.description or "", DESCRIPTION_LIMIT),
        parameters=plain_object(tool.input_schema),
        wire_name=tool.name,
        definition=definition[:DEFINITION_LIMIT],
        fingerprint=hashlib.sha256(definition.encode(errors="surrogatepass")).hexdigest(),
        title=short_name(tool.title or (hints.title if hints else None)),
        annotations=ToolAnnotations(
            read_only=hints.read_only_hint,
            destructive=hints.destructive_hint,
            idempotent=hints.idempotent_hint,
            open_world=hints.open_world_hint,
        )
        if hints
        else ToolAnnotations(),
    )


def resource_spec(resource: Resource, server: str) -> ResourceSpec:
    """The resource as its server describes it."""
    return ResourceSpec(
        server=server,
        uri=sanitize(resource.uri),
        name=short_name(resource.title or resource.name),
        description=shorten(resource.description or "", DESCRIPTION_LIMIT),
        mime_type=short_name(resource.mime_type),
        wire_uri=str(resource.uri),
    )


def prompt_spec(prompt: Prompt, server: str) -> PromptSpec:
    """The prompt as its server describes it."""
    return PromptSpec(
        server=server,
        name=short_name(prompt.name),
        description=shorten(prompt.description or "", DESCRIPTION_LIMIT),
        title=short_name(prompt.title),
        arguments=tuple(
            PromptArgument(
                name=short_name(argument.name),
                description=shorten(argument.description or "", DESCRIPTION_LIMIT),
                required=bool(argument.required),
                wire_name=argument.name,
            )
            for argument in prompt.arguments or ()
        ),
        wire_name=prompt.name,
    )


def tool_outcome(result: CallToolResult) -> ToolOutcome:
    """The result of a call; its structured content stands in for the text only where there is no content."""
    structured = _bounded(result.structured_content)
    images, reasons = pictures(result.content)
    text = _joined(result.content, reasons)
    if not text and result.structured_content is not None:
        # Indenting is slow: of some megabytes, which are cut anyway, it would hold up the screen for a second.
        indent = None if structured is None else 2
        text = shorten(json.dumps(result.structured_content, ensure_ascii=False, indent=indent), RESULT_LIMIT)
    return ToolOutcome("error" if result.is_error else "ok", text, structured, images)


def resource_text(result: ReadResourceResult) -> str:
    """What a resource says, for reading."""
    return shorten("\n\n".join(_contents_text(contents) for contents in result.contents), RESULT_LIMIT)


def prompt_text(result: GetPromptResult) -> str:
    """A prompt filled in, for reading; who speaks is said only where not all of it is the user's."""
    roles = {message.role for message in result.messages}
    if roles <= {"user"}:
        return _joined([message.content for message in result.messages])
    parts = (f"{message.role}: {_block_text(message.content)}" for message in result.messages)
    return shorten("\n\n".join(parts), RESULT_LIMIT)


def _bounded(value: object) -> Json:
    if value is None or len(json.dumps(value)) > RESULT_LIMIT:
        return None
    return plain_json(value)


def _joined(blocks: Sequence[ContentBlock], reasons: Mapping[int, str] | None = None) -> str:
    """The blocks as text; `reasons` are why pictures are not shown to the model, by the number of their block."""
    reasons = reasons or {}
    return shorten("\n\n".join(_block_text(block, reasons.get(i, "")) for i, block in enumerate(blocks)), RESULT_LIMIT)


def _block_text(block: ContentBlock, reason: str = "") -> str:
    match block:
        case TextContent():
            return block.text
        case ImageContent():
            return _placeholder("image", block.mime_type, block.data, reason)
        case AudioContent():
            return _placeholder("audio", block.mime_type, block.data)
        case ResourceLink():
            return f"[resource {block.uri} {block.title or block.name}]"
        case EmbeddedResource():
            return _contents_text(block.resource)


def _contents_text(contents: TextResourceContents | BlobResourceContents) -> str:
    if isinstance(contents, TextResourceContents):
        return contents.text
    return _placeholder(f"resource {contents.uri}", contents.mime_type or "binary", contents.blob)


def _placeholder(what: str, mime_type: str, base64_data: str, remark: str = "") -> str:
    size = len(base64_data) * 3 // 4
    amount = f"{size} bytes" if size < 1024 else f"{size / 1024:,.0f} KB"
    return f"[{what} {mime_type}, {amount}{'; ' if remark else ''}{remark}]"
