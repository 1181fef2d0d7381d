"""A greeting with the time."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from pydantic import Field

from server.tools.tool import tool


class GreetingTools:
    """Greets; `now` is the clock it reads, in the time zone of this computer."""

    def __init__(self, now: Callable[[], datetime] = datetime.now) -> None:
        self._now = now

    @tool(title="Greet", read_only=True)
    def greet(self, name: Annotated[str, Field(description="Whom to greet.")] = "world") -> str:
        """Greet someone by name and tell the current local date and time. Also the way to find out what time it is."""
        return f"Hello {name}! Current time: {self._now():%Y-%m-%d %H:%M:%S}"
