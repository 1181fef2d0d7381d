"""What the screens look like, at three sizes. `make snapshots` accepts a change after a person has looked at it."""

from collections.abc import Callable

import pytest

from tests.ui.scenes import Scene, scene_app, scenes

SIZES = [(80, 24), (120, 36), (200, 50)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("scene", scenes(), ids=lambda scene: scene.name)
def test_snapshot(snap_compare: Callable[..., bool], scene: Scene, size: tuple[int, int]) -> None:
    app, arrange = scene_app(scene)
    assert snap_compare(app, terminal_size=size, run_before=arrange)


def test_snapshot_in_light(snap_compare: Callable[..., bool]) -> None:
    scene = next(scene for scene in scenes() if scene.name == "long")
    app, arrange = scene_app(scene, "callscope-light")
    assert snap_compare(app, terminal_size=(120, 36), run_before=arrange)
