"""What the servers offer, in words for a person and as JSON for programs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from tui.core.ports import Host, ServerStatus, ToolSpec
from tui.core.text import reveal, sanitize
from tui.ui.figures import count
from tui.ui.tools.schema_fields import Field, fields_of


def as_text(host: Host) -> str:
    """Each server with its tools and resources."""
    return "".join(f"{line}\n" for server in host.servers() for line in _server(server, host))


def as_json(host: Host) -> str:
    """One JSON document: the tools, with their schemas as the servers sent them, and the resources."""
    document = {
        "tools": [
            {
                "name": spec.name,
                "server": spec.server,
                "title": spec.title,
                "description": spec.description,
                "parameters": spec.parameters,
                "annotations": asdict(spec.annotations),
            }
            for spec in host.specs()
        ],
        "resources": [
            {
                "uri": resource.uri,
                "server": resource.server,
                "name": resource.name,
                "description": resource.description,
                "mime_type": resource.mime_type,
            }
            for resource in host.resources()
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _server(server: ServerStatus, host: Host) -> Iterator[str]:
    tools = [spec for spec in host.specs() if spec.server == server.name]
    version = f" ({reveal(server.version)})" if server.version else ""
    yield f"{reveal(server.name)}{version} · {count(len(tools), 'tool')}"
    for spec in tools:
        yield ""
        yield from _tool(spec)
    resources = [resource for resource in host.resources() if resource.server == server.name]
    if resources:
        yield ""
        yield "  resources"
        for resource in resources:
            yield f"    {reveal(resource.uri)}  {_one_line(resource.description or resource.name)}"


def _tool(spec: ToolSpec) -> Iterator[str]:
    hints = "  (only reads)" if spec.annotations.read_only else ""
    yield f"  {reveal(spec.name)}{hints}"
    for line in sanitize(spec.description).strip().split("\n"):
        yield f"    {line.strip()}".rstrip()
    yield from _parameters(fields_of(spec.parameters))


def _parameters(fields: Sequence[Field]) -> Iterator[str]:
    names = [reveal(field.name) for field in fields]
    width = max(map(len, names), default=0)
    for name, field in zip(names, fields, strict=True):
        facts = [field.type_words, _choices(field), field.limits, _one_line(field.description)]
        default = f"default {_one_line(field.initial)}" if field.initial and not field.whole else ""
        facts.append("" if field.required else default or "optional")
        yield f"      {name:{width}}  {' · '.join(fact for fact in map(reveal, facts) if fact)}"


def _choices(field: Field) -> str:
    return "one of " + ", ".join(choice.label for choice in field.choices) if field.choices else ""


def _one_line(text: str) -> str:
    return reveal(" ".join(text.split()))
