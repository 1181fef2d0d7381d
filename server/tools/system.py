"""Facts about the computer that the server runs on."""

import json
import os
import platform

from server.tools.tool import tool

MEMORY_NOTE = "not available: install psutil to see it (pip install psutil)"


@tool(title="Get system information", read_only=True, idempotent=True)
def get_system_info() -> str:
    """Get facts about the computer that this server runs on, as JSON.

    Operating system and its version, architecture, processor, Python version, number of CPUs and memory in GB.
    """
    machine = platform.machine()
    facts = {
        "os": platform.system(),
        "os_version": platform.version(),
        "architecture": machine,
        "processor": platform.processor() or machine,
        "python_version": platform.python_version(),
        "cpu_count": os.cpu_count(),
        "memory_gb": _memory_gigabytes(),
    }
    return json.dumps(facts, indent=2)


def _memory_gigabytes() -> float | str:
    # Imported here: it is optional, and the server starts sooner without it.
    try:
        import psutil
    except ImportError:
        return MEMORY_NOTE
    return round(psutil.virtual_memory().total / 1024**3, 2)
