"""The optional tool that calls HTTP APIs."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from server.api_client import SIZE_LIMIT, ApiAnswer, ApiClient, ApiProblem
from server.tools.tool import tool

HEADERS = (
    *("accept", "accept-language", "content-type", "idempotency-key", "prefer", "x-request-id"),
    *("if-match", "if-none-match", "if-modified-since", "if-unmodified-since"),
)
"""What a model may set. Credentials come from the server's configuration; Host and the framing from the client."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_VALUE_LIMIT = 1_000
_URL_LIMIT = 4_000
_FIRST_ERROR_STATUS = 400


def external_api_tools(client: ApiClient) -> list[Callable[..., Any]]:
    """`call_external_api`, which tells the model what it may call."""
    origins = ", ".join(host.origin for host in client.settings.hosts)
    methods = ", ".join(client.settings.methods)
    is_safe = _SAFE_METHODS.issuperset(client.settings.methods)

    @tool(
        title="Call an external API",
        read_only=is_safe,
        destructive=not is_safe,
        idempotent=is_safe,
        open_world=True,
        description=(
            f"Call an HTTP API. Hosts: {origins}. Methods: {methods}. Credentials are added where they are needed; "
            "never put any into a call. The answer is at most 1 MB and must come within 10 seconds."
        ),
    )
    async def call_external_api(
        url: Annotated[str, Field(description="The whole URL, with its query.", max_length=_URL_LIMIT)],
        method: Annotated[str, Field(description=f"One of: {methods}.")] = "GET",
        headers: Annotated[dict[str, str], Field(description=f"Only these: {', '.join(HEADERS)}.")] = {},  # noqa: B006
        body: Annotated[str, Field(description="The text to send; say what it is with the header content-type.")] = "",
    ) -> str:
        if len(body.encode(errors="replace")) > SIZE_LIMIT:
            raise ToolError(f"The body is too large: {SIZE_LIMIT:,} bytes is the limit.")
        try:
            answer = await client.call(url, method.upper(), _checked(headers), body)
        except ApiProblem as problem:
            raise ToolError(str(problem)) from problem
        if answer.status >= _FIRST_ERROR_STATUS:
            raise ToolError(_as_text(answer))
        return _as_text(answer)

    return [call_external_api]


def _checked(headers: Mapping[str, str]) -> Mapping[str, str]:
    for name, value in headers.items():
        if name.lower() not in HEADERS:
            raise ToolError(f"The header {name[:40]!r} may not be set. These may: {', '.join(HEADERS)}.")
        if not (value.isascii() and value.isprintable()) or len(value) > _VALUE_LIMIT:
            raise ToolError(f"The header {name} must be one line of at most {_VALUE_LIMIT:,} ASCII characters.")
    return headers


def _as_text(answer: ApiAnswer) -> str:
    head = " ".join(part for part in ("HTTP", str(answer.status), answer.reason) if part)
    media_type = f"\ncontent-type: {answer.media_type}" if answer.media_type else ""
    note = f"\n[Cut off after {SIZE_LIMIT:,} bytes.]" if answer.cut else ""
    return f"{head}{media_type}{note}\n\n{answer.text}"
