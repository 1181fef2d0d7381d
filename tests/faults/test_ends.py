"""The application is ended fifty times in every way, at random moments: the terminal is restored, nothing is left."""

import random
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from tests.faults.size import only_in_full
from tests.whole.application import Application
from tests.whole.test_ends import ENDS, assert_ended_well

Record = Callable[[str, object], None]

ROUNDS = 50
MESSAGES = ("What's 7 * 6?", "What's the weather in Oslo?", "Save the message 'x' to a file called {}.txt")
SEED = 7


@only_in_full
def test_however_it_ends_nothing_is_left(tmp_path: Path, record_property: Record) -> None:
    chance = random.Random(SEED)
    ways = [*ENDS] * (ROUNDS // len(ENDS) + 1)
    for number, way in enumerate(ways[:ROUNDS]):
        ending, status = ENDS[way]
        with Application(tmp_path) as application:
            application.wait_until_ready()
            children = application.children()
            port = listening_port(application)
            for _ in range(chance.randrange(3)):
                application.press(chance.choice(MESSAGES).format(number), "enter")
            seen = len(application.raw) + chance.randrange(4_000)
            if chance.random() < 0.5:
                application.press("What's 8 * 6?", "enter")
                application.wait_until(lambda seen=seen, app=application: len(app.raw) > seen or "48" in app.text)
            ending(application)
            assert_ended_well(application, children, port, status)
    record_property(
        "figure", f"{ROUNDS} rounds of {len(ENDS)} ways: terminal restored, 0 children after 2 s, ports free"
    )


def listening_port(application: Application) -> int:
    """The port of the bundled server."""
    port = urlsplit(application.server_url()).port
    assert port
    assert psutil.pid_exists(application.process.pid)
    return port
