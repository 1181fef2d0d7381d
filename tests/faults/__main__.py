"""`make faults`: run every row of the catalogue and print what was tried and whether it held."""

import os
import sys
import time

from tests.faults.catalogue import ROWS
from tests.faults.table import Watcher, table


def main() -> int:
    """The exit status: 0 when every row held, else 1."""
    os.environ["CALLSCOPE_FAULTS"] = "full"
    import pytest

    watcher = Watcher()
    tests = list(dict.fromkeys(test for row in ROWS for test in row.tests))
    start = time.monotonic()
    status = pytest.main(["--tb=short", "-p", "no:cacheprovider", *tests], plugins=[watcher])
    text, held = table(ROWS, watcher)
    sys.stdout.write(f"\n{text}\n\n{time.monotonic() - start:.0f} s\n")
    return 0 if held and status == pytest.ExitCode.OK else 1


if __name__ == "__main__":
    sys.exit(main())
