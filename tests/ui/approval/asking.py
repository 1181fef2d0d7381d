"""A foreign server's tools, a clock that the test turns, and the question as a person sees it."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from tests.fakes import FakeHost, Step, ToolFunction, tool
from tests.ui.driving import FIXED_CLOCKS, Driven, driving
from tui.core.events import Approval, Event, Json, ToolFinished, ToolStarted
from tui.core.ports import FileChange, ServerStatus, ToolAnnotations, ToolSpec
from tui.ui.approval.dialog import ApprovalDialog
from tui.ui.lines.block_view import BlockView

E = TypeVar("E", bound=Event)

ADDRESS = "http://127.0.0.1:9000/sse"


class Stopwatch:
    """A steady clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class ForeignHost(FakeHost):
    """A server that is not part of Callscope; it says nothing about its tools but their names."""

    def __init__(self, **tools: ToolFunction) -> None:
        super().__init__(**(tools or {"delete": tool("gone"), "write": tool("written")}))
        self.statuses = [ServerStatus("files", "ready", url=ADDRESS)]
        self.hints = ToolAnnotations()
        self.versions: dict[str, str] = {}
        self.changes: dict[str, FileChange] = {}

    def specs(self) -> Sequence[ToolSpec]:
        return [self._spec(name, self.versions.get(name, "first")) for name in self.tools]

    def _spec(self, name: str, version: str) -> ToolSpec:
        return ToolSpec(
            name,
            "files",
            f"The {name} tool.",
            {"type": "object"},
            annotations=self.hints,
            definition=f'{{"name": "{name}", "description": "the {version} version"}}',
            fingerprint=f"{name} {version}",
        )

    async def file_change(self, name: str, arguments: Mapping[str, Json]) -> FileChange | None:
        return self.changes.get(name)

    def redefine(self, name: str) -> None:
        """The server now says something else of this tool, and tells everybody."""
        self.versions[name] = "second"
        self.set_status(self.statuses[0])


@dataclass
class Asked:
    """The application with a person in front of a question."""

    app: Driven
    host: ForeignHost
    watch: Stopwatch

    @property
    def dialog(self) -> ApprovalDialog | None:
        """The question, where one is on top."""
        screen = self.app.app.screen
        return screen if isinstance(screen, ApprovalDialog) else None

    @property
    def question(self) -> str:
        """What the question says, as far as it is in sight."""
        assert self.dialog
        view = self.dialog.query_one(BlockView)
        return "\n".join(view.render_line(y).text.rstrip() for y in range(view.size.height))

    async def wait(self) -> ApprovalDialog:
        """Wait until a question is painted; nothing that is typed counts yet."""
        await self.app.until(lambda: self.dialog is not None and self.dialog.guard.is_painted, "a question")
        assert self.dialog
        return self.dialog

    async def read(self) -> ApprovalDialog:
        """Wait until there is a question, and until answers count."""
        dialog = await self.wait()
        self.watch.seconds += 1
        dialog.look_at_clock()
        await self.app.pilot.pause()
        return dialog

    async def answer(self, *keys: str) -> None:
        """Read the question, and press these keys."""
        await self.read()
        await self.app.pilot.press(*keys)

    def started(self) -> list[ToolStarted]:
        return self._of(ToolStarted)

    def approvals(self) -> list[Approval]:
        return [event.approval for event in self.started()]

    def statuses(self) -> list[str]:
        return [event.status for event in self._of(ToolFinished)]

    def _of(self, kind: type[E]) -> list[E]:
        return [event for event in self.app.session.events if isinstance(event, kind)]


@asynccontextmanager
async def asking(
    *answers: Sequence[Step], host: ForeignHost | None = None, size: tuple[int, int] = (120, 36)
) -> AsyncGenerator[Asked]:
    """The application on a foreign server; the model's first answer is asked for."""
    host, watch = host or ForeignHost(), Stopwatch()
    async with driving(*answers, host=host, size=size, clocks=replace(FIXED_CLOCKS, steady=watch)) as app:
        await app.send("go")
        yield Asked(app, host, watch)
