"""Dice, as an example of tools in a package of their own.

The docstring of a tool, and the descriptions of its parameters, are what a model reads. What it cannot do it says with
a ToolError; any other exception is logged, and the model is told of a fault inside the server.
"""

import random
from typing import Annotated

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from server.tools.tool import tool

MOST_DICE = 100


class Dice:
    """The server makes one of these when it starts; tools can share what it holds."""

    def __init__(self) -> None:
        self._random = random.SystemRandom()

    @tool(title="Roll dice", read_only=True)
    def roll_dice(
        self,
        count: Annotated[int, Field(description="How many dice.")] = 1,
        sides: Annotated[int, Field(ge=2, description="How many sides each has.")] = 6,
    ) -> str:
        """Roll some dice and tell what each shows."""
        if not 1 <= count <= MOST_DICE:
            raise ToolError(f"Roll 1 to {MOST_DICE} dice at a time.")
        return " ".join(str(self._random.randint(1, sides)) for _ in range(count))
