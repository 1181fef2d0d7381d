"""Record the example conversations again, with the real program: the offline planner and the bundled server.

Each example becomes `tui/examples/recordings/NAME.jsonl`, one event a line. What its tools answer differently every
time, or on every computer, is masked at its end, so that `callscope check` passes everywhere.
"""

import asyncio
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from tui.core.events import ChecksMasked, Event, ToolStarted
from tui.core.example import Example
from tui.core.ports import LimitChoice
from tui.examples import EXAMPLES
from tui.settings import Sources, load_settings
from tui.store.recording import write_recording
from tui.workspace import Workspace

VOLATILE: Mapping[str, str] = MappingProxyType(
    {
        "get_weather": r"-?\d+°F, (?:sunny|cloudy|rainy|partly cloudy|snowy)",
        "get_system_info": r'(?<=": )(?:"[^"]*"|\d+(?:\.\d+)?)(?=,?\n)',
    }
)
"""What differs in the results of each tool: made-up weather, and the values of this computer.

The time in a greeting is masked in every check.
"""


async def record(example: Example) -> list[Event]:
    """The events of this example's conversation, just now."""
    with tempfile.TemporaryDirectory() as data:
        settings = load_settings(Sources({}, {}, {}), data=data, offline=True)
        async with Workspace(settings) as workspace:
            session = await workspace.open_session()
            session.attach(lambda _event: None, _stop)
            await session.host.settle()
            for message in example.messages:
                await session.send(message)
            return [*session.events, *_masks(session.events)]


def _masks(events: Sequence[Event]) -> list[Event]:
    called = {event.name for event in events if isinstance(event, ToolStarted)}
    patterns = tuple(pattern for name, pattern in VOLATILE.items() if name in called)
    return [ChecksMasked(at=events[-1].at, patterns=patterns)] if patterns else []


async def _stop(_rounds: int) -> LimitChoice:
    return "stop"


def recording_path(example: Example) -> Path:
    """Where the example's recording is kept."""
    if example.recording is None:
        raise ValueError(f"the example {example.title} names no file for its recording")
    return example.recording


def main() -> None:
    """Record all examples."""
    for example in EXAMPLES:
        path = recording_path(example)
        write_recording(path, asyncio.run(record(example)))
        path.chmod(0o644)
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
