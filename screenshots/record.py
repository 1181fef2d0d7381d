"""Record the example conversations again, with the real program: the offline planner and the bundled server.

Each example becomes `tui/examples/recordings/NAME.jsonl`, one event a line.
"""

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from tui.core.events import Event
from tui.core.example import Example
from tui.core.ports import LimitChoice
from tui.examples import EXAMPLES, RECORDINGS
from tui.settings import Sources, load_settings
from tui.store.recording import write_recording
from tui.workspace import Workspace


async def record(example: Example) -> list[Event]:
    """The events of this example's conversation, just now."""
    with tempfile.TemporaryDirectory() as data:
        settings = load_settings(Sources({}, {}, {}), data=data, offline=True)
        async with Workspace(settings) as workspace:
            session = await workspace.open_session()
            session.attach(lambda _event: None, _stop)
            for message in example.messages:
                await session.send(message)
            return list(session.events)


async def _stop(_rounds: int) -> LimitChoice:
    return "stop"


def recording_path(example: Example) -> Path:
    """Where the example's recording is kept."""
    return RECORDINGS / f"{re.sub(r'[^a-z0-9]+', '_', example.title.lower()).strip('_')}.jsonl"


def main() -> None:
    """Record all examples."""
    for example in EXAMPLES:
        path = recording_path(example)
        write_recording(path, asyncio.run(record(example)))
        path.chmod(0o644)
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
