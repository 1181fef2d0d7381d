"""Whether a worker still has something to do."""

from typing import Any

from textual.worker import Worker


def is_working(worker: Worker[Any] | None) -> bool:
    """Whether the worker runs or waits to run.

    One that was cancelled before its first step stays "running" in its own eyes for ever, but its manager drops it.
    """
    return worker is not None and not worker.is_finished and worker in worker.node.workers
