"""Render screenshots/*.svg: the application's screens, from recorded conversations."""

import asyncio
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.ui.scenes import Scene, scene_app, scenes

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Picture:
    """One file: which scene, how large in cells, in which palette."""

    file: str
    scene: str
    size: tuple[int, int]
    theme: str = "callscope-dark"


PICTURES = (
    Picture("welcome", "empty", (120, 36)),
    Picture("chat", "chat", (120, 36)),
    Picture("running", "running", (120, 36)),
    Picture("call", "call", (120, 36)),
    Picture("tools", "run_tool", (120, 36)),
    Picture("history", "history", (120, 36)),
    Picture("replay", "replay", (120, 36)),
    Picture("light", "long", (120, 36), "callscope-light"),
    Picture("small", "chat", (80, 24)),
)


async def render(picture: Picture, scene: Scene) -> str:
    """The picture as SVG."""
    app, arrange = scene_app(scene, picture.theme)
    async with app.run_test(size=picture.size) as pilot:
        await arrange(pilot)
        return app.export_screenshot(title="Callscope")


def main() -> None:
    """Render all pictures."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    by_name = {scene.name: scene for scene in scenes()}
    for picture in PICTURES:
        path = FOLDER / f"{picture.file}.svg"
        path.write_text(asyncio.run(render(picture, by_name[picture.scene])), encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(FOLDER.parent)}\n")


if __name__ == "__main__":
    main()
