"""Workers: whether one still has something to do, and who hears how it ended."""

from typing import Any, cast

from textual.dom import DOMNode
from textual.worker import Worker


def is_working(worker: Worker[Any] | None) -> bool:
    """Whether the worker runs or waits to run.

    One that was cancelled before its first step stays "running" in its own eyes for ever, but its manager drops it.
    """
    return worker is not None and not worker.is_finished and worker in worker.node.workers


def tell_screen(node: DOMNode, event: Worker.StateChanged) -> None:
    """Have the screen, which says what broke, hear of it too: Textual tells only the widget that owns the worker."""
    node.screen.post_message(Worker.StateChanged(cast(Worker[object], event.worker), event.state))
