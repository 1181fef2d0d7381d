"""`make bench`: all figures of one run, each beside what it has to reach."""

import sys
from dataclasses import dataclass

from tests.bench import chunk_overhead, history, screen, startup, tool_round_trip


@dataclass(frozen=True)
class Figure:
    """One measured value. `at_most` None: only for information."""

    what: str
    value: float
    unit: str
    at_most: float | None = None

    @property
    def holds(self) -> bool:
        return self.at_most is None or self.value <= self.at_most

    def __str__(self) -> str:
        target = "" if self.at_most is None else f"  at most {self.at_most:g}  {'ok' if self.holds else 'MISSED'}"
        return f"  {self.what:<58}{self.value:>9.2f} {self.unit:<3}{target}"


HISTORY = (
    ("start", "start", None),
    ("the list", "list", 100),
    ("search, the first letter", "search_first_letter", 100),
    ("search, a word of every conversation", "search_frequent", 100),
    ("search, a word of one conversation in 20", "search_typical", 100),
    ("search, a rare word", "search_rare", 100),
    ("search, two words of every conversation", "search_two_frequent", 100),
    ("search, a word, a tool, and a failed call", "search_tool_failed", 100),
    ("open a conversation", "open", 50),
    ("statistics over everything", "statistics", 200),
    ("an event until it is on the disk, median", "append", None),
    ("an event until it is on the disk, 99th percentile", "append_p99", None),
)


def figures() -> dict[str, list[Figure]]:
    """All figures, by subject."""
    paint = startup.measure()
    streaming = screen.measure_streaming()
    opening = screen.measure_opening()
    trip = tool_round_trip.measure()
    kept = history.measure()
    chunks = chunk_overhead.measure()
    return {
        "First paint": [
            Figure("bare Textual application", paint["bare"], "ms"),
            Figure("Callscope", paint["callscope"], "ms"),
            Figure("ratio", paint["ratio"], "", 1.4),
        ],
        "While an answer of 200 KB streams": [
            Figure("key echo, median", streaming["echo_median"], "ms", 25),
            Figure("key echo, longest", streaming["echo_max"], "ms"),
            Figure("longest stall of the event loop", streaming["stall_max"], "ms", 50),
            Figure("the whole answer", streaming["stream_seconds"], "s"),
        ],
        "A conversation of 10,000 messages": [
            Figure("from key to its end on the screen, median", opening["first_paint"], "ms", 150),
            Figure("key echo afterwards, median", opening["echo_median"], "ms"),
        ],
        "A history of 10,000 conversations with 200,000 events": [
            Figure(what, kept[name], "ms", at_most) for what, name, at_most in HISTORY
        ],
        "A tool's round trip over SSE": [
            Figure(name.replace("_", " "), value, "" if "ratio" in name else "ms", 1.5 if "ratio" in name else None)
            for name, value in trip.items()
        ],
        "A streamed chunk, against the client library's bare loop": [
            Figure(name, value, "" if "ratio" in name else "µs", 1.5 if "ratio" in name else None)
            for name, value in chunks.items()
        ],
    }


def main() -> int:
    """Print the figures; returns 1 when a target is missed."""
    missed = 0
    for subject, lines in figures().items():
        sys.stdout.write(f"{subject}\n")
        for figure in lines:
            sys.stdout.write(f"{figure}\n")
            missed += not figure.holds
    sys.stdout.write("All targets are reached.\n" if not missed else f"{missed} missed.\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
