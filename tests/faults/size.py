"""How much is tried: all of it by `make faults`, a part by `make test`."""

import os

import pytest

FULL = os.environ.get("CALLSCOPE_FAULTS") == "full"

only_in_full = pytest.mark.skipif(not FULL, reason="a part of make faults")
"""For what takes many seconds, where a smaller test elsewhere is in `make test`."""
