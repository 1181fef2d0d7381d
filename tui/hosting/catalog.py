"""What one server offers: its lists, read page by page and converted."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from mcp import Client, MCPError
from mcp_types import METHOD_NOT_FOUND, EmptyResult, PaginatedResult, PingRequest, Prompt, Resource, Tool
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from tui.core.events import Json
from tui.core.ports import PromptSpec, ResourceSpec, ToolSpec
from tui.hosting import convert
from tui.hosting.arguments import Check, schema_check

ITEM_LIMIT = 1000
"""Entries of each list that are kept."""

PAGE_LIMIT = 100

LARGE_CHARACTERS = 16 * 1024
"""Of a definition and arguments together; from there on a check may hold up the screen."""

Page = TypeVar("Page", bound=PaginatedResult)
Item = TypeVar("Item")


@dataclass(frozen=True)
class ListedTool:
    """A tool under its server's own name, with its schema exactly as the server gave it, to check arguments against."""

    wire_name: str
    schema: Mapping[str, Any]
    spec: ToolSpec

    @cached_property
    def check(self) -> Check:
        """The check of arguments; made on first use, as it takes a millisecond and a server may list a thousand."""
        return schema_check(self.schema)

    async def faults(self, arguments: Mapping[str, Json]) -> str:
        """What is wrong with arguments, in words; found in a thread where it may take long."""
        definition = self.spec.definition
        refers = '"$ref"' in definition or '"$dynamicRef"' in definition  # in circles, perhaps
        if refers or len(definition) + len(str(arguments)) > LARGE_CHARACTERS:
            return await asyncio.to_thread(lambda: self.check(arguments))
        return self.check(arguments)


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything a server offers. `notice` says what was left out, if anything."""

    tools: tuple[ListedTool, ...] = ()
    resources: tuple[ResourceSpec, ...] = ()
    prompts: tuple[PromptSpec, ...] = ()
    notice: str = ""

    def wire_uri(self, uri: str) -> str:
        """The server's own form of a resource's URI; one that is not listed is taken as it is."""
        if any(resource.wire_uri == uri for resource in self.resources):
            return uri
        return next((resource.wire_uri for resource in self.resources if resource.uri == uri), uri)

    def wire_prompt(self, name: str) -> tuple[str, Mapping[str, str]]:
        """The server's own name of a prompt, and of its blanks by their shown names."""
        named = [prompt for prompt in self.prompts if prompt.wire_name == name]
        named += [prompt for prompt in self.prompts if prompt.name == name]
        if not named:
            return name, {}
        return named[0].wire_name, {blank.name: blank.wire_name for blank in named[0].arguments}


async def read_catalog(client: Client, server: str) -> Catalog:
    """Ask the server for its tools, and for the resources and prompts that it declares.

    Raises:
        MCPError: the server refused, or the connection ended.
    """
    offers = client.server_capabilities
    tools = await _collect(lambda at: client.list_tools(cursor=at, cache_mode="refresh"), lambda page: page.tools)
    resources: list[Resource] = []
    if offers.resources:
        resources = await _collect(
            lambda at: client.list_resources(cursor=at, cache_mode="refresh"), lambda page: page.resources
        )
    prompts: list[Prompt] = []
    if offers.prompts:
        prompts = await _collect(
            lambda at: client.list_prompts(cursor=at, cache_mode="refresh"), lambda page: page.prompts
        )
    # In a thread: a schema of half a megabyte would hold up the screen.
    return await asyncio.to_thread(_converted, server, tools, resources, prompts)


def _converted(server: str, tools: list[Tool], resources: list[Resource], prompts: list[Prompt]) -> Catalog:
    sizes = {"tools": len(tools), "resources": len(resources), "prompts": len(prompts)}
    cut = " and ".join(name for name, size in sizes.items() if size > ITEM_LIMIT)
    return Catalog(
        tools=tuple(
            ListedTool(tool.name, tool.input_schema, convert.tool_spec(tool, server)) for tool in tools[:ITEM_LIMIT]
        ),
        resources=tuple(convert.resource_spec(resource, server) for resource in resources[:ITEM_LIMIT]),
        prompts=tuple(convert.prompt_spec(prompt, server) for prompt in prompts[:ITEM_LIMIT]),
        notice=f"Only the first {ITEM_LIMIT:,} {cut} are shown." if cut else "",
    )


async def check_alive(client: Client) -> None:
    """Have the server answer something: a ping, or where the protocol has none (2026-07-28) its list of tools.

    Raises:
        MCPError: the connection ended. An error that the server answers with is an answer.
    """
    if client.protocol_version in MODERN_PROTOCOL_VERSIONS:
        await client.list_tools(cache_mode="bypass")
        return
    try:
        await client.session.send_request(PingRequest(), EmptyResult)
    except MCPError as error:
        if error.code != METHOD_NOT_FOUND:
            raise


async def _collect(
    fetch: Callable[[str | None], Awaitable[Page]], items_of: Callable[[Page], list[Item]]
) -> list[Item]:
    """All items of a paged list, up to just over the limit; none if the server does not know the list."""
    items: list[Item] = []
    cursor: str | None = None
    for _ in range(PAGE_LIMIT):
        try:
            page = await fetch(cursor)
        except MCPError as error:
            if error.code == METHOD_NOT_FOUND:
                break
            raise
        items += items_of(page)
        cursor = page.next_cursor
        if cursor is None or len(items) > ITEM_LIMIT:
            break
    return items
