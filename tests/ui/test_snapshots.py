"""What the screens look like in several terminals; `make snapshots` accepts a change once a person has looked at it."""

from collections.abc import Callable

import pytest

from tests.ui.scenes import Scene, scene_app, scenes

PICTURES = [
    pytest.param(scene, size, id=f"{scene.name}-{size[0]}x{size[1]}") for scene in scenes() for size in scene.sizes
]


@pytest.mark.parametrize(("scene", "size"), PICTURES)
def test_snapshot(snap_compare: Callable[..., bool], scene: Scene, size: tuple[int, int]) -> None:
    app, arrange = scene_app(scene)
    assert snap_compare(app, terminal_size=size, run_before=arrange)


def test_snapshot_in_light(snap_compare: Callable[..., bool]) -> None:
    assert_light(snap_compare, "long")


def test_snapshot_of_a_search_in_light(snap_compare: Callable[..., bool]) -> None:
    assert_light(snap_compare, "search")


def assert_light(snap_compare: Callable[..., bool], name: str) -> None:
    scene = next(scene for scene in scenes() if scene.name == name)
    app, arrange = scene_app(scene, "callscope-light")
    assert snap_compare(app, terminal_size=(120, 36), run_before=arrange)
