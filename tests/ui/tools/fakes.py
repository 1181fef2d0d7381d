"""A host in memory that offers what the bundled server offers, and an application that shows the Tools tab alone."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from textual.app import App, ComposeResult
from textual.events import Paste
from textual.pilot import Pilot

from tui.core.errors import ServerError
from tui.core.events import Json
from tui.core.ports import (
    FileChange,
    LogEntry,
    PromptArgument,
    PromptSpec,
    ResourceSpec,
    ServerStatus,
    ToolAnnotations,
    ToolOutcome,
    ToolSpec,
)
from tui.ui.theme import RULE
from tui.ui.tools.messages import PromptChosen, ToolAskedAbout
from tui.ui.tools.pane import HowSent, ToolsPane

READ_ONLY = ToolAnnotations(read_only=True, open_world=False)


def parameters(required: Sequence[str] = (), /, **properties: Json) -> Mapping[str, Json]:
    """An object's schema as pydantic writes it."""
    return {"type": "object", "properties": properties, "required": list(required)}


def text(description: str, **more: Json) -> Json:
    return {"type": "string", "description": description, **more}


def number(description: str) -> Json:
    return {"type": "number", "description": description}


OPERATIONS = ["add", "subtract", "multiply", "divide"]

TOOLS = (
    ToolSpec(
        "greet",
        "bundled",
        "Greet somebody and say what time it is.",
        parameters(name=text("Who to greet", default="world")),
        "Greeting",
        READ_ONLY,
    ),
    ToolSpec(
        "calculate",
        "bundled",
        "Do basic arithmetic with two numbers.\n\nDividing by zero is an error.",
        parameters(
            ("operation", "a", "b"),
            operation=text("What to do with the two numbers", enum=OPERATIONS),
            a=number("The first number"),
            b=number("The second number; for divide it must not be zero"),
        ),
        "Calculator",
        ToolAnnotations(read_only=True, idempotent=True, open_world=False),
    ),
    ToolSpec(
        "get_system_info",
        "bundled",
        "Report the operating system, processor, memory and Python version of the server.",
        parameters(),
        "System information",
        READ_ONLY,
    ),
    ToolSpec(
        "save_text_file",
        "bundled",
        "Save text to a file in the server's folder.",
        parameters(
            ("filename", "content"),
            filename=text("Name of the file, without a folder", maxLength=255),
            content=text("The text to save"),
            overwrite={"type": "boolean", "default": True, "description": "Replace a file that is there already"},
        ),
        "Save a text file",
        ToolAnnotations(read_only=False, destructive=True, idempotent=True, open_world=False),
    ),
    ToolSpec(
        "read_text_file",
        "bundled",
        "Read a text file from the server's folder.",
        parameters(("filename",), filename=text("Name of the file, without a folder")),
        "Read a text file",
        READ_ONLY,
    ),
    ToolSpec(
        "get_weather",
        "bundled",
        "Tell the weather of a city. The values are made up.",
        parameters(city=text("The city", default="Seattle")),
        "Weather (mock)",
    ),
)
RESOURCES = (
    ResourceSpec(
        "bundled", "info://server-capabilities", "Server capabilities", "What this server can do", "text/plain"
    ),
    ResourceSpec("bundled", "info://usage-examples", "Usage examples", "Messages to try", "text/plain"),
)
PROMPTS = (
    PromptSpec("bundled", "calculation_prompt", "Ask user what they want to calculate", "Calculation"),
    PromptSpec(
        "bundled",
        "file_operations_prompt",
        "Ask user for file operations",
        "File operations",
        (PromptArgument("filename", "Which file it is about"), PromptArgument("action", "What to do", True)),
    ),
)
BUNDLED = ServerStatus(
    "bundled",
    "ready",
    "http://127.0.0.1:8000/sse",
    bundled=True,
    version="Azure OpenAI MCP Server 1.0.0",
    log_path="/home/sam/.local/state/callscope/bundled.log",
)
REMOTE = ServerStatus(
    "analytics",
    "down",
    "https://mcp.example.com/sse",
    "The server at mcp.example.com refused the connection.",
    "Check MCP_SERVER_URL, or press R to try again.",
)


class FakeHost:
    """A host whose lists a test can change; `changed()` tells the subscribers."""

    def __init__(
        self,
        servers: Sequence[ServerStatus] = (BUNDLED,),
        tools: Sequence[ToolSpec] = TOOLS,
        resources: Sequence[ResourceSpec] = RESOURCES,
        prompts: Sequence[PromptSpec] = PROMPTS,
    ) -> None:
        self.server_list = list(servers)
        self.tool_list = list(tools)
        self.resource_list = list(resources)
        self.prompt_list = list(prompts)
        self.texts: dict[str, str] = {"info://server-capabilities": "Six tools, two resources, two prompts."}
        self.restarted: list[str] = []
        self.subscribers: list[Callable[[], None]] = []
        self.filled: list[Mapping[str, str]] = []
        self.call_limit = 30.0
        self.entries: list[LogEntry] = []
        self.lines: list[str] = []

    def servers(self) -> Sequence[ServerStatus]:
        return tuple(self.server_list)

    def specs(self) -> Sequence[ToolSpec]:
        return tuple(self.tool_list)

    def resources(self) -> Sequence[ResourceSpec]:
        return tuple(self.resource_list)

    def prompts(self) -> Sequence[PromptSpec]:
        return tuple(self.prompt_list)

    async def settle(self) -> None:
        return

    async def call(self, name: str, arguments: Mapping[str, Json]) -> ToolOutcome:
        return ToolOutcome("ok", name)

    async def read_resource(self, server: str, uri: str) -> str:
        if uri not in self.texts:
            raise ServerError("The server has no such resource.", "Reload the list with R on the server.")
        return self.texts[uri]

    async def get_prompt(self, server: str, name: str, arguments: Mapping[str, str]) -> str:
        self.filled.append(arguments)
        return f"{name}: What would you like to do?"

    def log(self, server: str) -> Sequence[LogEntry]:
        return tuple(self.entries)

    async def output(self, server: str) -> Sequence[str]:
        return tuple(self.lines)

    async def start_bundled(self) -> None:
        raise ServerError("The bundled server is among the servers already.")

    async def file_change(self, name: str, arguments: Mapping[str, Json]) -> FileChange | None:
        return None

    async def restart(self, server: str) -> None:
        self.restarted.append(server)

    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        self.subscribers.append(changed)
        return lambda: self.subscribers.remove(changed)

    def changed(self) -> None:
        """Tell whoever listens."""
        for subscriber in list(self.subscribers):
            subscriber()


class FakeRunner:
    """Answers calls with one outcome and notes them; `hold()` keeps them running until `release()`."""

    def __init__(self, outcome: ToolOutcome | None = None) -> None:
        self.outcome = outcome or ToolOutcome("ok", "Result: 15.0 multiply 8.0 = 120.0")
        self.calls: list[tuple[str, Mapping[str, Json]]] = []
        self.cancelled = 0
        self._gate = asyncio.Event()
        self._gate.set()

    def hold(self) -> None:
        self._gate.clear()

    def release(self) -> None:
        self._gate.set()

    async def __call__(self, name: str, arguments: Mapping[str, Json]) -> ToolOutcome:
        self.calls.append((name, arguments))
        try:
            await self._gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return self.outcome


class ToolsApp(App[None]):
    """The Tools tab and nothing else; keeps what it was asked."""

    def __init__(
        self, host: FakeHost | None = None, runner: FakeRunner | None = None, sent: HowSent = lambda: ()
    ) -> None:
        super().__init__()
        self._sent = sent
        self.host = host or FakeHost()
        self.runner = runner or FakeRunner()
        self.asked: list[str] = []
        self.chosen: list[str] = []

    def compose(self) -> ComposeResult:
        yield ToolsPane(self.host, self.runner, self._sent)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return {"rule": RULE}

    def on_mount(self) -> None:
        self.query_one(ToolsPane).focus_list()

    def on_tool_asked_about(self, event: ToolAskedAbout) -> None:
        self.asked.append(event.text)

    def on_prompt_chosen(self, event: PromptChosen) -> None:
        self.chosen.append(event.text)

    def screen_text(self) -> str:
        """What a person sees, line by line."""
        strips = self.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage] # the only way to it
        return "\n".join(strip.text.rstrip() for strip in strips)


async def paste(pilot: Pilot[None], text: str) -> None:
    """Paste into whatever has the focus; much faster than a key for each character."""
    pilot.app.post_message(Paste(text))
    await pilot.pause()


async def eventually(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Let the application work until the condition holds and the screen is laid out; a bounded number of rounds."""
    for _ in range(200):
        if condition():
            await pilot.pause()
            return
        await pilot.pause()
    raise AssertionError("the condition never held")
