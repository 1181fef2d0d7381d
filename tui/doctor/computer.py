"""The computer: Python, the packages, the clock."""

import platform
import sys
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from tui.core.doctor import fault, well
from tui.core.ports import Diagnosis

AREA = "Computer"
LEAST_PYTHON = (3, 11)
EARLIEST = 1_767_225_600.0
"""The beginning of 2026, in seconds since the epoch: this program is not older, so a clock before it is wrong."""

PACKAGES = ("callscope", "textual", "openai", "mcp", "httpx2", "jsonschema", "pydantic")
OPTIONAL = {"azure-identity": "signing in with Entra ID", "keyring": "keeping keys in the system's keyring"}


def examine_computer(now: float) -> Iterator[Diagnosis]:
    """Versions and the clock; `now` is in seconds since the epoch."""
    python = f"Python {platform.python_version()} on {platform.system()} {platform.release()} ({platform.machine()})"
    yield well(AREA, f"{python}.") if sys.version_info >= LEAST_PYTHON else fault(AREA, f"{python} is too old.")
    yield _packages()
    for package, use in OPTIONAL.items():
        if _version(package) is None:
            yield well(AREA, f"{package} is not installed; it is for {use}.")
    yield _clock(now)


def _packages() -> Diagnosis:
    versions = {package: _version(package) for package in PACKAGES}
    told = ", ".join(f"{package} {number or 'missing'}" for package, number in versions.items())
    if all(versions.values()):
        return well(AREA, f"{told}.")
    return fault(AREA, f"{told}.", "Install Callscope anew: pip install --force-reinstall callscope.")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _clock(now: float) -> Diagnosis:
    shown = time.strftime("%Y-%m-%d %H:%M:%S %z", time.localtime(now))
    if now < EARLIEST:
        return fault(AREA, f"The clock says {shown}.", "Set it: no secure connection works with a wrong clock.")
    return well(AREA, f"The clock says {shown}.")
