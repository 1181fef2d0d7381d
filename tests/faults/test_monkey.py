"""A monkey at the keyboard of the real application: thousands of random keys, clicks, pastes and sizes.

It sends a message after every thousand keys.
"""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from tests.core.test_mending import assert_whole
from tests.faults.size import only_in_full
from tests.terminal import KEYS
from tests.whole.application import Application, contents, gone
from tui.core.mending import close_open_ends
from tui.store.history import History

Record = Callable[[str, object], None]

KEY_COUNT = 20_000
SEED = 20_261_120
BURST = 40
DONE = "offline-planner ·"
KEYS_PER_ANSWER = 1_000
PATIENCE = 4.0
"""Seconds until leaving is tried again: a question may come up when everything else was left."""
ESCAPE, SELECT_ALL = "\x1b[27u", "\x1b[18~"
"""An escape that need not stay alone to be one (kitty's keyboard protocol), and F7 in a text area."""

LONGEST_BACKLOG = 120.0
"""Seconds that the keys which were sent ahead may take."""

LEAVES = "qcz"
"""Ctrl with these leaves the application, or hands the terminal back to the shell."""

MESSAGES = ("What's 7 * 6?", "greet Ada", "What's the weather in Oslo?", "Save the message 'x' to a file called x.txt")
COMMANDS = ("/tools", "/history", "/new", "/model", "/stats", "/rename", "/export", "/replay", "/theme", "/mode ask")
PASTES = ("漢字 \u202e", "x" * 300, "[/x]", "\x1b\x11")
ODD = (
    "\x1b[Z",
    "\x1b[5~",
    "\x1b[6~",
    "\x1b[3~",
    "\x1b[C",
    "\x1b[D",
    "\x1b[1;5C",
    "\x1b[20~",
    "\x1b[19~",
    "\x1b[I",
    "\x1b[O",
)


def presses(chance: random.Random, columns: int, rows: int) -> str:
    """What one press of the monkey sends."""
    kind = chance.random()
    if kind < 0.35:
        return chr(chance.randint(32, 126))
    if kind < 0.70:
        return chance.choice([*KEYS.values(), *ODD])
    if kind < 0.85:
        return chr(ord(chance.choice([c for c in "abdefghijklmnoprstuvwxy" if c not in LEAVES])) & 0x1F)
    if kind < 0.90:
        return f"\x1b{chr(chance.randint(97, 122))}"
    if kind < 0.97:
        place = f"{chance.choice((0, 0, 0, 64, 65, 35))};{chance.randint(1, columns)};{chance.randint(1, rows)}"
        return f"\x1b[<{place}M\x1b[<{place}m"
    if kind < 0.98:
        return f"\x1b[200~{chance.choice(PASTES)}\x1b[201~"
    return f"{chance.choice((*MESSAGES, *COMMANDS))}\r"


def play(application: Application, chance: random.Random, count: int) -> int:
    """Press up to so many keys, until the application is left; returns how many."""
    size = (120, 40)
    for pressed in range(0, count, BURST):
        if application.has_ended:
            return pressed
        if chance.random() < 0.02:
            size = chance.choice(((120, 40), (80, 24), (40, 10), (200, 50), (20, 5)))
            application.resize(*size)
        try:
            application.send("".join(presses(chance, *size) for _ in range(BURST)))
        except OSError:  # it was left in the middle
            return pressed
    return count


@only_in_full
def test_no_key_makes_it_fail(tmp_path: Path, record_property: Record) -> None:
    chance = random.Random(SEED)
    start = perf_counter()
    left, runs, answers = KEY_COUNT, 0, 0
    while left > 0:
        with Application(tmp_path, "--continue" if runs else "--offline", badge="") as application:
            application.wait_for("ready · 6 tools")
            children = application.children()
            runs += 1
            while left > 0 and not application.has_ended:
                left -= max(BURST, play(application, chance, min(left, KEYS_PER_ANSWER)))
                if not application.has_ended:
                    answers += 1
                    assert_works(application, answers)
            if not application.has_ended:
                application.press("ctrl+q")
            assert application.wait_for_exit(60) == 0
            assert gone(children)
            assert application.unrestored() == []
    assert list(tmp_path.rglob("crash-*")) == []
    assert b"Traceback" not in contents(tmp_path / ".local" / "share" / "callscope" / "logs")
    conversations = asyncio.run(assert_all_whole(tmp_path / ".local" / "share" / "callscope"))
    record_property(
        "figure",
        f"{KEY_COUNT:,} keys in {perf_counter() - start:.0f} s, {runs} runs, {answers} times the next message worked,"
        f" {conversations} conversations whole, 0 exceptions, 0 processes left",
    )


def assert_works(application: Application, number: int) -> None:
    """Leave whatever is open, and whatever opens meanwhile, and send a message that was never sent before."""
    application.resize(120, 40)
    message = f"What's {number} * 6?"
    deadline = perf_counter() + LONGEST_BACKLOG
    while True:
        application.send(ESCAPE * 8)
        application.press("f2", "ctrl+n")
        application.send(SELECT_ALL)
        application.press("backspace")
        application.paste(message)
        application.press("enter")
        try:
            # Whether the tool may run depends on what the monkey set.
            application.wait_for(lambda screen: message in screen and DONE in screen.split(message)[-1], PATIENCE)
        except AssertionError:
            if application.has_ended:
                crashes = [crash.read_text(encoding="utf-8") for crash in application.data.rglob("crash-*")]
                raise AssertionError("\n".join(crashes) or "it ended by itself") from None
            if perf_counter() > deadline:
                raise
        else:
            return


async def assert_all_whole(folder: Path) -> int:
    """Read every conversation; each one's log keeps the rules of events."""
    history = await History.open(folder)
    summaries = await history.summaries()
    for summary in summaries:
        assert_whole(close_open_ends(await history.load(summary.id)))
    await history.aclose()
    return len(summaries)
