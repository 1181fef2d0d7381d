"""What only the person can decide."""

from collections.abc import Awaitable, Callable
from typing import Literal, TypeAlias

LimitChoice: TypeAlias = Literal["continue", "wrap_up", "stop"]
"""At the round limit: go on for as many rounds again, have the model answer with what it has, or end the turn."""

AskLimit: TypeAlias = Callable[[int], Awaitable[LimitChoice]]
"""Asks the person what to do after this many rounds."""
