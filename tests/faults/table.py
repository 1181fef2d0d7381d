"""What became of each test of a run, and the table made of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from tests.faults.catalogue import Row


@dataclass
class Outcome:
    """All cases of one test function: how many passed, failed or were skipped, and what they measured."""

    passed: int = 0
    failed: int = 0
    skipped: list[str] = field(default_factory=list[str])
    figures: list[str] = field(default_factory=list[str])
    seconds: float = 0.0


class Watcher:
    """A plugin of pytest that keeps every test's outcome, and what it recorded as `figure`."""

    def __init__(self) -> None:
        self.outcomes: defaultdict[str, Outcome] = defaultdict(Outcome)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in how one phase of one case ended; only the call itself can pass."""
        outcome = self.outcomes[report.nodeid.partition("[")[0]]
        outcome.seconds += report.duration
        outcome.failed += report.failed
        if report.skipped:
            outcome.skipped.append(_reason(report))
        if report.when == "call":
            outcome.passed += report.passed
            outcome.figures += [str(value) for name, value in report.user_properties if name == "figure"]


def _reason(report: pytest.TestReport) -> str:
    place = report.longrepr
    return place[2].removeprefix("Skipped: ") if isinstance(place, tuple) else "skipped"


def table(rows: Sequence[Row], watcher: Watcher) -> tuple[str, bool]:
    """The table, and whether every row held: each of its tests ran or told why not, some did, and none failed."""
    lines = [f"{'id':4} {'held':5} tried"]
    everything_held = True
    for row in rows:
        outcomes = [watcher.outcomes[test] for test in row.tests]
        ran = all(not o.failed and (o.passed or o.skipped) for o in outcomes)
        held = ran and any(o.passed for o in outcomes)
        everything_held &= held
        cases, seconds = sum(o.passed + o.failed for o in outcomes), sum(o.seconds for o in outcomes)
        lines.append(f"{row.id:4} {'yes' if held else 'NO':5} {row.tried} ({cases} cases, {seconds:.1f} s)")
        for test, outcome in zip(row.tests, outcomes, strict=True):
            lines += [f"{'':10} {figure}" for figure in outcome.figures]
            lines += [f"{'':10} skipped: {reason}" for reason in dict.fromkeys(outcome.skipped)]
            if outcome.failed or not (outcome.passed or outcome.skipped):
                lines.append(f"{'':10} {outcome.failed} failed, {outcome.passed} passed: {test}")
    return "\n".join(lines), everything_held
