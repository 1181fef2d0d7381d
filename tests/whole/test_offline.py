"""Every example and the learning session on the offline planner, with the real bundled server."""

import json
import platform
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.whole.application import Application
from tui.examples import EXAMPLES


@dataclass(frozen=True)
class Expected:
    """What one example must lead to. Texts with `…` in them are patterns: anything may stand there."""

    title: str
    answer: str
    calls: tuple[str, ...]
    files: dict[str, str] = field(default_factory=dict[str, str])


GREETING = "Hello from Azure OpenAI + MCP!"
SAVED_DEMO = f'✓ save_text_file filename demo.txt content "{GREETING}" Successfully saved content to demo.txt'
MULTIPLIED = "✓ calculate operation multiply a 15 b 8 Result: 15.0 multiply 8.0 = 120.0"

EXPECTED = (
    Expected(
        "Math Calculation",
        "15 × 8 = 120. I saved 120.0 to calculation.txt.",
        (
            MULTIPLIED,
            '✓ save_text_file filename calculation.txt content "120.0" Successfully saved content to calculation.txt',
        ),
        {"calculation.txt": "120.0"},
    ),
    Expected(
        "System Information",
        f"Python version {platform.python_version()} CPU count … I saved it to system_info.txt.",
        (
            '✓ get_system_info { "os": …',
            "✓ save_text_file filename system_info.txt content … Successfully saved content to system_info.txt",
        ),
        {"system_info.txt": f'{{…"python_version": "{platform.python_version()}"…}}'},
    ),
    Expected(
        "Multiple Operations",
        "25 × 4 = 100. 100 × 3 = 300. I saved 300.0 to math_result.txt.",
        (
            "✓ calculate operation multiply a 25 b 4 Result: 25.0 multiply 4.0 = 100.0",
            "✓ calculate operation multiply a 100 b 3 Result: 100.0 multiply 3.0 = 300.0",
            '✓ save_text_file filename math_result.txt content "300.0" Successfully saved content to math_result.txt',
        ),
        {"math_result.txt": "300.0"},
    ),
    Expected(
        "File Operations",
        "saved Hello from Azure OpenAI and MCP! to welcome.txt.",
        (
            '✓ save_text_file filename welcome.txt content "Hello from Azure OpenAI and MCP!" '
            "Successfully saved content to welcome.txt",
        ),
        {"welcome.txt": "Hello from Azure OpenAI and MCP!"},
    ),
    Expected("Greeting", "Hello …! Current time: 20…-…:…", ("✓ greet Hello …! Current time: …",)),
    Expected("Arithmetic", "15 × 8 = 120.", (MULTIPLIED,)),
    Expected(
        "Weather",
        "Weather in San Francisco: …°F, … (mock data)",
        ('✓ get_weather city "San Francisco" Weather in San Francisco: …°F, … This is mock data…',),
    ),
    Expected("Write a file", f"saved {GREETING} to demo.txt.", (SAVED_DEMO,), {"demo.txt": GREETING}),
    Expected(
        "Write and read back",
        f"saved {GREETING} to demo.txt. … demo.txt contains: {GREETING}",
        (SAVED_DEMO, f"✓ read_text_file filename demo.txt Content of demo.txt: {GREETING}"),
        {"demo.txt": GREETING},
    ),
    Expected(
        "This computer",
        f"Python version {platform.python_version()} CPU count …",
        ('✓ get_system_info { "os": …',),
    ),
    Expected(
        "Learning session",
        "I saved 200.0 to math.txt. … math.txt contains: 200.0 … "
        "50 ÷ 2 = 25. Weather in NYC: …°F, … (mock data). I saved the results to summary.txt.",
        (
            "✓ calculate operation multiply a 25 b 8 Result: 25.0 multiply 8.0 = 200.0",
            '✓ save_text_file filename math.txt content "200.0" Successfully saved content to math.txt',
            "✓ read_text_file filename math.txt Content of math.txt: 200.0",
            "✓ calculate operation divide a 50 b 2 Result: 50.0 divide 2.0 = 25.0",
            "✓ get_weather city NYC Weather in NYC: …°F, … This is mock data…",
            '✓ save_text_file filename summary.txt content "50 / 2 = 25.0\\nWeather in NYC: …°F, … (mock data)" '
            "Successfully saved content to summary.txt",
        ),
        {"math.txt": "200.0", "summary.txt": "50 / 2 = 25.0\nWeather in NYC: …°F, … (mock data)"},
    ),
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    with Application(tmp_path_factory.mktemp("home")) as application:
        application.wait_until_ready()
        yield application


@pytest.fixture
def chat(running: Application) -> Application:
    """The running application with an empty chat and no files."""
    for file in (running.data / "files").iterdir():
        file.unlink()
    running.begin_anew()
    return running


def test_every_example_is_expected_to_lead_to_something() -> None:
    assert [expected.title for expected in EXPECTED] == [example.title for example in EXAMPLES]


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda expected: expected.title)
def test_example_answers_shows_its_calls_and_writes_its_files(chat: Application, expected: Expected) -> None:
    example = next(example for example in EXAMPLES if example.title == expected.title)
    answer = pattern(expected.answer)

    chat.pick(example, EXAMPLES)
    screen = chat.wait_for_answer(lambda screen: answer.search(transcript_of(screen)) is not None)

    calls = calls_of(screen)
    assert len(calls) == len(expected.calls)
    for call, expected_call in zip(calls, expected.calls, strict=True):
        assert pattern(expected_call).fullmatch(call), call
    assert {file.name for file in (chat.data / "files").iterdir()} == set(expected.files)
    for name, content in expected.files.items():
        assert pattern(content).fullmatch(chat.file(name)), chat.file(name)


def test_system_information_file_is_the_tool_s_own_json(chat: Application) -> None:
    chat.ask("Can you get system information and save it to info.json?", "info.json.")
    information = json.loads(chat.file("info.json"))
    assert information["python_version"] == platform.python_version()
    assert set(information) >= {"os", "os_version", "architecture", "processor", "cpu_count", "memory_gb"}


def test_learning_session_in_a_small_terminal(tmp_path: Path) -> None:
    session = EXAMPLES[-1]
    with Application(tmp_path, columns=80, rows=24) as application:
        application.wait_until_ready()
        application.pick(session, EXAMPLES)
        application.wait_for_answer("to summary.txt.", "3 rounds")
        assert application.file("math.txt") == "200.0"
        assert pattern("50 / 2 = 25.0\nWeather in NYC: …°F, … (mock data)").fullmatch(application.file("summary.txt"))
        application.press("ctrl+l")
        application.wait_for(lambda screen: "CALLS" not in screen and "Calculate 50 / 2" in screen)


def pattern(text: str) -> re.Pattern[str]:
    """Finds this text, with anything where it has `…`."""
    return re.compile(".*?".join(map(re.escape, text.split("…"))), re.DOTALL)


def transcript_of(screen: str) -> str:
    """The transcript, at the left of a wide screen, on one line and without its scrollbar."""
    rows = (line.split(" │", 1)[0].rstrip("▁▂▃▄▅▆▇█") for line in screen.splitlines())
    return " ".join(" ".join(rows).split())


def calls_of(screen: str) -> list[str]:
    """The cards in the log of calls, at the right of a wide screen: sign, tool, arguments and result on one line."""
    cards: list[str] = []
    for line in screen.splitlines():
        _, bar, card = line.rpartition("│ ")
        if head := re.match(r"([✓✗]) (\w+)  bundled", card if bar else ""):
            cards.append(f"{head[1]} {head[2]}")
        elif bar and cards and card.startswith("  "):
            cards[-1] = " ".join([cards[-1], *card.split()])
    return cards
