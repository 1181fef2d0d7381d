"""The resources that the server offers: what it can do, and examples of use."""

from typing import Any

from mcp.server.mcpserver import MCPServer

CAPABILITIES_URI = "info://server-capabilities"
EXAMPLES_URI = "info://usage-examples"

EXAMPLES = """\
# Usage examples

Things to say to the model, and the tools that it will use:

- "Hello! Can you greet me and tell me what time it is?" - greet
- "Calculate 15 * 8 for me" - calculate
- "What's the weather like in San Francisco?" - get_weather
- "Can you get system information about this computer?" - get_system_info
- "Calculate 15 * 8 and save the result to a file called calculation.txt" - calculate, then save_text_file
- "Now read that file back to me" - read_text_file

On the wire, over `/sse`:

    {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
     "params": {"name": "calculate", "arguments": {"operation": "multiply", "a": 15, "b": 8}}}

    {"jsonrpc": "2.0", "id": 1,
     "result": {"content": [{"type": "text", "text": "Result: 15.0 multiply 8.0 = 120.0"}]}}
"""


def register(server: MCPServer[Any]) -> None:
    """Add the resources to the server."""

    async def server_capabilities() -> str:
        return await describe(server)

    def usage_examples() -> str:
        return EXAMPLES

    server.resource(
        CAPABILITIES_URI,
        name="server-capabilities",
        title="What the server can do",
        description="The tools, resources and prompts of this server.",
        mime_type="text/markdown",
    )(server_capabilities)
    server.resource(
        EXAMPLES_URI,
        name="usage-examples",
        title="Usage examples",
        description="Messages to try and the tools they lead to.",
        mime_type="text/markdown",
    )(usage_examples)


async def describe(server: MCPServer[Any]) -> str:
    """What the server offers, as Markdown, made from what is registered."""
    tools = [f"- `{tool.name}`: {_first_line(tool.description)}" for tool in await server.list_tools()]
    resources = [
        f"- `{resource.uri}`: {_first_line(resource.description)}" for resource in await server.list_resources()
    ]
    prompts = [f"- `{prompt.name}`: {_first_line(prompt.description)}" for prompt in await server.list_prompts()]
    sections = {"Tools": tools, "Resources": resources, "Prompts": prompts}
    body = "\n\n".join(f"## {title}\n\n" + "\n".join(lines) for title, lines in sections.items())
    transports = "Transports: `/sse` (Server-Sent Events), `/mcp` (streamable HTTP)"
    return f"# {server.name} {server.version}\n\n{transports}\n\n{body}\n"


def _first_line(text: str | None) -> str:
    return (text or "").partition("\n")[0]
