"""Every example through a session, the real bundled server and the real client, on each way to ask a deployment."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.azure_endpoint import AzureEndpoint, Model
from tests.fakes import MemoryArchive
from tui.azure.model import AzureChatModel
from tui.azure.target import Target
from tui.core.events import AnswerReport, ModelAnswered, ToolFinished, ToolStarted, TurnEnded
from tui.core.example import Example
from tui.core.models import Models
from tui.core.session import Session
from tui.examples import EXAMPLES
from tui.hosting.build import build_toolbox

WAYS = {
    "classic, chat": ("", Model(responses=False)),
    "classic, responses": ("", Model("gpt-5-codex", reasoning=True, chat=False)),
    "v1, chat": ("/openai/v1", Model(responses=False)),
    "v1, responses": ("/openai/v1", Model("gpt-5.4", reasoning=True, chat_tools=False)),
    "compatible, chat": ("/v1", Model("llama3.1")),
}

CALLS: Mapping[str, list[list[str]]] = {
    "Math Calculation": [["calculate", "save_text_file"]],
    "System Information": [["get_system_info", "save_text_file"]],
    "Multiple Operations": [["calculate", "calculate", "save_text_file"]],
    "File Operations": [["save_text_file"]],
    "Greeting": [["greet"]],
    "Arithmetic": [["calculate"]],
    "Weather": [["get_weather"]],
    "Write a file": [["save_text_file"]],
    "Write and read back": [["save_text_file"], ["read_text_file"]],
    "This computer": [["get_system_info"]],
    "Learning session": [
        [],
        ["calculate"],
        ["save_text_file"],
        ["read_text_file"],
        ["calculate", "get_weather", "save_text_file"],
    ],
}
FILES = {
    "calculation.txt": "120.0",
    "math_result.txt": "300.0",
    "welcome.txt": "Hello from Azure OpenAI and MCP!",
    "demo.txt": "Hello from Azure OpenAI + MCP!",
    "math.txt": "200.0",
}


@dataclass
class Asking:
    """A session on a deployment, and where its tools write."""

    session: Session
    endpoint: AzureEndpoint
    files: Path

    async def go_through(self, example: Example) -> list[list[str]]:
        """Send an example's messages, with nothing saved before; the tools that were called for each."""
        self.session.new()
        for file in self.files.iterdir():
            file.unlink()
        for message in example.messages:
            await self.session.send(message)
        events = self.session.events
        assert [event.reason for event in events if isinstance(event, TurnEnded)] == ["done"] * len(example.messages)
        assert {event.status for event in events if isinstance(event, ToolFinished)} <= {"ok"}
        calls = [event for event in events if isinstance(event, ToolStarted)]
        return [[call.name for call in calls if call.turn == turn] for turn in range(1, len(example.messages) + 1)]

    def saved(self) -> dict[str, str]:
        """The files that there are now."""
        return {file.name: file.read_text(encoding="utf-8") for file in self.files.iterdir()}

    def last_report(self) -> AnswerReport:
        """What the endpoint told about the last answer."""
        return [event for event in self.session.events if isinstance(event, ModelAnswered)][-1].report


@asynccontextmanager
async def asking(way: str, folder: Path) -> AsyncGenerator[Asking]:
    path, model = WAYS[way]
    files = folder / "files"
    files.mkdir()
    toolbox = build_toolbox(None, files_folder=files, log_folder=folder)
    async with AzureEndpoint(deployments={"a-deployment": model}) as endpoint, toolbox.running():
        target = Target(
            endpoint=f"{endpoint.url}{path}",
            deployment="a-deployment",
            api_key=endpoint.api_key,
            compatible=path == "/v1",
        )
        chat_model = AzureChatModel(target, requests_per_minute=0)
        session = Session(models=Models.only(chat_model), host=toolbox, archive=MemoryArchive())
        await toolbox.settle()
        try:
            yield Asking(session, endpoint, files)
        finally:
            await chat_model.aclose()


@pytest.mark.parametrize("way", WAYS)
async def test_every_example_works_on_every_way_to_ask(way: str, tmp_path: Path) -> None:
    async with asking(way, tmp_path) as each:
        saved: dict[str, str] = {}
        for example in EXAMPLES:
            assert await each.go_through(example) == CALLS[example.title], example.title
            saved |= each.saved()
        assert each.last_report().api == ("responses" if "responses" in way else "chat")
        assert {name: saved[name] for name in FILES} == FILES
        assert saved["summary.txt"].startswith("50 / 2 = 25.0\nWeather in NYC: ")
        assert '"os"' in saved["system_info.txt"]
        # Whatever the deployment refuses is refused once: later requests know it.
        refused = len(each.endpoint.requests) - sum(len(rounds) for rounds in answered(each))
        assert refused <= 3


def answered(each: Asking) -> list[list[ModelAnswered]]:
    """The answers of every conversation that was held."""
    archive = each.session.archive
    assert isinstance(archive, MemoryArchive)
    return [
        [event for event in events if isinstance(event, ModelAnswered)] for events in archive.conversations.values()
    ]
