"""The calculator."""

import math
from typing import Annotated, Literal

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from server.tools.tool import tool

Operation = Annotated[
    Literal["add", "subtract", "multiply", "divide"], Field(description="What to do with the two numbers.")
]
First = Annotated[float, Field(allow_inf_nan=False, description="The first number.")]
Second = Annotated[
    float,
    Field(allow_inf_nan=False, description="The second number: what is added, subtracted, or divided by."),
]


@tool(title="Calculate", read_only=True, idempotent=True)
def calculate(operation: Operation, a: First, b: Second) -> str:
    """Add, subtract, multiply or divide two numbers, in 64-bit floating point.

    Use one call per operation; for several steps pass the result of one call to the next.
    """
    if operation == "divide" and b == 0:
        raise ToolError(
            "Division by zero is not possible: divide by another number, or choose add, subtract or multiply."
        )
    result = _apply(operation, a, b)
    if not math.isfinite(result):
        raise ToolError(f"The result of {a} {operation} {b} is too large for a 64-bit number (about 1.8e308).")
    return f"Result: {a} {operation} {b} = {result}"


def _apply(operation: Operation, a: float, b: float) -> float:
    match operation:
        case "add":
            return a + b
        case "subtract":
            return a - b
        case "multiply":
            return a * b
        case "divide":
            return a / b
