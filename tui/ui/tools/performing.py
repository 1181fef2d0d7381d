"""What running an item means: a tool is called, a resource read, a prompt filled in and sent to the chat."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from tui.core.events import Json
from tui.core.ports import Host, PromptSpec, ResourceSpec, ServerStatus, ToolOutcome, ToolSpec
from tui.ui.tools.catalog import Item, Offer
from tui.ui.tools.run_panel import Perform, RunPanel
from tui.ui.tools.schema_shape import Schema

RunTool: TypeAlias = Callable[[str, Mapping[str, Json]], Awaitable[ToolOutcome]]
"""Calls a tool by name, and logs the call."""

UsePrompt: TypeAlias = Callable[[str], None]
"""Takes a prompt's text to the chat."""


def panel_for(item: Item, host: Host, run_tool: RunTool, use_prompt: UsePrompt) -> RunPanel:
    """The form of an item that is not a server, with what it does when submitted."""
    perform = _performing(item.offer, host, run_tool, use_prompt)
    return RunPanel(schema_of(item.offer), perform)


def schema_of(offer: Offer) -> Schema:
    """What a form for it asks; the blanks of a prompt are always text."""
    match offer:
        case ToolSpec():
            return offer.parameters
        case PromptSpec():
            blanks = {blank.name: {"type": "string", "description": blank.description} for blank in offer.arguments}
            required = [blank.name for blank in offer.arguments if blank.required]
            return {"type": "object", "properties": blanks, "required": required}
        case ResourceSpec() | ServerStatus():
            return {}


def _performing(offer: Offer, host: Host, run_tool: RunTool, use_prompt: UsePrompt) -> Perform:
    async def perform(arguments: Mapping[str, Json]) -> ToolOutcome:
        match offer:
            case ToolSpec():
                return await run_tool(offer.name, arguments)
            case ResourceSpec():
                return ToolOutcome("ok", await host.read_resource(offer.server, offer.wire_uri or offer.uri))
            case PromptSpec():
                texts = {name: str(value) for name, value in arguments.items()}
                text = await host.get_prompt(offer.server, offer.wire_name or offer.name, texts)
                use_prompt(text)
                return ToolOutcome("ok", text)
            case ServerStatus():
                raise TypeError("a server is not run")

    return perform
