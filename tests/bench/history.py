"""Measures the history where it is large: the list, the search as one types, opening, statistics, and storing."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.bench import large_history
from tests.store.events import said
from tui.core.ports import SearchQuery
from tui.store.history import History

RUNS = 5
APPENDS = 300

Step = Callable[[], Awaitable[object]]


def measure() -> dict[str, float]:
    """Median milliseconds of each step at 10,000 conversations with 200,000 events."""
    with tempfile.TemporaryDirectory() as folder:
        large_history.make(Path(folder))
        return asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> dict[str, float]:
    start = perf_counter()
    history = await History.open(folder)
    figures = {"start": (perf_counter() - start) * 1000}

    def search(query: SearchQuery) -> Step:
        return lambda: history.search(query)

    steps: dict[str, Step] = {
        "list": history.summaries,
        "search_first_letter": search(SearchQuery(text="r")),
        "search_frequent": search(SearchQuery(text=large_history.FREQUENT)),
        "search_typical": search(SearchQuery(text=large_history.TYPICAL)),
        "search_rare": search(SearchQuery(text=large_history.RARE)),
        "search_two_frequent": search(SearchQuery(text=f"{large_history.FREQUENT} cal")),
        "search_tool_failed": search(SearchQuery(text="to", tool="calculate", failed_only=True)),
        "open": lambda: history.load("c400"),
        "statistics": history.statistics,
    }
    for name, step in steps.items():
        await step()
        figures[name] = median([await _milliseconds(step) for _ in range(RUNS)])
    appends = sorted([await _milliseconds(lambda: history.append("new", said("Hello there"))) for _ in range(APPENDS)])
    figures |= {"append": median(appends), "append_p99": appends[int(len(appends) * 0.99)]}
    await history.aclose()
    return figures


async def _milliseconds(step: Step) -> float:
    start = perf_counter()
    await step()
    return (perf_counter() - start) * 1000
