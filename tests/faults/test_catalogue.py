"""The catalogue is whole, and a row cannot be green without its checks having run."""

import re
from pathlib import Path

import pytest

from tests.faults.catalogue import ROWS, Row
from tests.faults.table import Outcome, Watcher, table

ROOT = Path(__file__).parents[2]
IDS = (
    [f"A{number}" for number in range(1, 15)]
    + [f"B{number}" for number in range(1, 11)]
    + [f"C{number}" for number in range(1, 11)]
    + [f"D{number}" for number in range(1, 8)]
    + [*"EFGHZ"]
)


def test_every_fault_has_a_row_and_every_row_has_tests_that_exist() -> None:
    assert [row.id for row in ROWS] == IDS
    for row in ROWS:
        assert row.tests
        for test in row.tests:
            path, _, name = test.partition("::")
            assert re.search(rf"^(async )?def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), test


ROW = Row("A1", "something", ("a.py::test_a", "b.py::test_b"))


@pytest.mark.parametrize(
    ("first", "second", "held"),
    [
        (Outcome(passed=1), Outcome(passed=2), True),
        (Outcome(passed=1), Outcome(skipped=["only root may"]), True),
        (Outcome(passed=1), Outcome(), False),
        (Outcome(passed=1), Outcome(passed=1, failed=1), False),
        (Outcome(skipped=["x"]), Outcome(skipped=["x"]), False),
    ],
)
def test_row_holds_only_when_its_tests_ran_and_passed(first: Outcome, second: Outcome, held: bool) -> None:
    watcher = Watcher()
    watcher.outcomes |= dict(zip(ROW.tests, (first, second), strict=True))
    text, everything = table([ROW], watcher)
    assert everything is held
    assert ("yes" if held else "NO") in text
