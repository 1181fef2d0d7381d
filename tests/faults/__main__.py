"""`make faults`: run every row of the catalogue, or those that are named, and print what was tried and what held.

python -m tests.faults [A1 D6 ...]
"""

import os
import sys
import time

from tests.faults.catalogue import ROWS
from tests.faults.table import Watcher, table


def main(wanted: list[str]) -> int:
    """The exit status: 0 when every row held, 1 when one did not, 2 when there is no such row."""
    if unknown := set(wanted) - {row.id for row in ROWS}:
        sys.stderr.write(f"There is no row {', '.join(sorted(unknown))}.\n")
        return 2
    os.environ["CALLSCOPE_FAULTS"] = "full"
    import pytest

    rows = [row for row in ROWS if not wanted or row.id in wanted]
    watcher = Watcher()
    # What belongs to one module runs together: it may share an application, which takes seconds to start.
    tests = sorted(dict.fromkeys(test for row in rows for test in row.tests), key=lambda test: test.partition("::")[0])
    start = time.monotonic()
    status = pytest.main(["--tb=short", "-p", "no:cacheprovider", *tests], plugins=[watcher])
    text, held = table(rows, watcher)
    sys.stdout.write(f"\n{text}\n\n{time.monotonic() - start:.0f} s\n")
    return 0 if held and status == pytest.ExitCode.OK else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
