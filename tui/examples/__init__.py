"""Messages to try: what a new user can pick from the empty chat and the examples picker."""

import re
from pathlib import Path

from tui.core.example import Example

RECORDINGS = Path(__file__).parent / "recordings"
"""The folder of the recorded examples: JSON Lines, one event a line, the same form as the history's."""


def _example(title: str, messages: tuple[str, ...], about: str) -> Example:
    """An example; its recording has its title in small letters as name."""
    name = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")
    return Example(title, messages, about, RECORDINGS / f"{name}.jsonl")


EXAMPLES: tuple[Example, ...] = (
    _example(
        "Math Calculation",
        ("Calculate 15 * 8 and save the result to a file called calculation.txt",),
        "two tools, one after the other",
    ),
    _example(
        "System Information",
        ("What's the current system information and save it to system_info.txt?",),
        "look at this computer, keep what was found",
    ),
    _example(
        "Multiple Operations",
        ("Calculate 25 * 4, then multiply that result by 3, and save the final result to math_result.txt",),
        "three rounds, each on the result before",
    ),
    _example(
        "File Operations",
        ("Create a file called welcome.txt with the message 'Hello from Azure OpenAI and MCP!'",),
        "write a file",
    ),
    _example("Greeting", ("Hello! Can you greet me and tell me what time it is?",), "the shortest round trip"),
    _example("Arithmetic", ("Calculate 15 * 8 for me",), "one tool"),
    _example("Weather", ("What's the weather like in San Francisco?",), "one tool, made-up data"),
    _example(
        "Write a file",
        ("Save a message 'Hello from Azure OpenAI + MCP!' to a file called 'demo.txt'",),
        "write a file",
    ),
    _example(
        "Write and read back",
        (
            "Save a message 'Hello from Azure OpenAI + MCP!' to a file called 'demo.txt'",
            "Now read that file back to me",
        ),
        "a follow-up that leans on the history",
    ),
    _example("This computer", ("Can you get system information about this computer?",), "one tool, structured data"),
    _example(
        "Learning session",
        (
            "Hello, what can you do?",
            "What's 25 * 8?",
            "Save that result to math.txt",
            "What's in math.txt?",
            "Calculate 50 / 2, tell me the weather in NYC, and save both results to summary.txt",
        ),
        "five messages in a row: tools, files, follow-ups, parallel calls",
    ),
)
"""The four titled examples first, then the single ones, then the session."""
