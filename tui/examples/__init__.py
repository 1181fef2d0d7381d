"""Messages to try: what a new user can pick from the empty chat and the examples picker."""

from pathlib import Path

from tui.core.example import Example

RECORDINGS = Path(__file__).parent / "recordings"
"""The folder of the recorded examples: JSON Lines, one event a line, the same form as the history's."""

EXAMPLES: tuple[Example, ...] = (
    Example(
        "Math Calculation",
        ("Calculate 15 * 8 and save the result to a file called calculation.txt",),
        "two tools, one after the other",
    ),
    Example(
        "System Information",
        ("What's the current system information and save it to system_info.txt?",),
        "look at this computer, keep what was found",
    ),
    Example(
        "Multiple Operations",
        ("Calculate 25 * 4, then multiply that result by 3, and save the final result to math_result.txt",),
        "three rounds, each on the result before",
    ),
    Example(
        "File Operations",
        ("Create a file called welcome.txt with the message 'Hello from Azure OpenAI and MCP!'",),
        "write a file",
    ),
    Example("Greeting", ("Hello! Can you greet me and tell me what time it is?",), "the shortest round trip"),
    Example("Arithmetic", ("Calculate 15 * 8 for me",), "one tool"),
    Example("Weather", ("What's the weather like in San Francisco?",), "one tool, made-up data"),
    Example(
        "Write a file",
        ("Save a message 'Hello from Azure OpenAI + MCP!' to a file called 'demo.txt'",),
        "write a file",
    ),
    Example(
        "Write and read back",
        (
            "Save a message 'Hello from Azure OpenAI + MCP!' to a file called 'demo.txt'",
            "Now read that file back to me",
        ),
        "a follow-up that leans on the history",
    ),
    Example("This computer", ("Can you get system information about this computer?",), "one tool, structured data"),
    Example(
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
