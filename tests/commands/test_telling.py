"""What a run tells: the answers alone on stdout, a line for each call on stderr, nothing that harms a terminal."""

import io
from collections.abc import Iterable

import pytest

from tests.fakes import FakeHost, MemoryArchive, ScriptedModel, Step, ask, say, tool
from tui.commands.headless.output import Output
from tui.commands.headless.telling import AnswerText, EventLines, Narration
from tui.core.events import (
    Approval,
    Event,
    RequestFailed,
    StreamStalled,
    TextDelta,
    ToolFinished,
    ToolStarted,
    ToolStatus,
    TurnEnded,
)
from tui.core.models import Models
from tui.core.ports import LimitChoice, ToolOutcome
from tui.core.session import Session
from tui.core.unattended import ExitStatus
from tui.store.codec import decode


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Told:
    """What was written, by stream."""

    def __init__(self, *, terminal: bool = False, **environment: str) -> None:
        kind = Terminal if terminal else io.StringIO
        self.out, self.err = kind(), kind()
        self.output = Output(self.out, self.err, environment)

    def narrate(self, events: Iterable[Event]) -> str:
        narration = Narration(self.output, repeats_messages=True)
        for event in events:
            narration.show(event)
        return self.err.getvalue()


async def at_limit(_rounds: int) -> LimitChoice:
    return "stop"


async def talk(*answers: list[Step]) -> list[Event]:
    """All events of a turn with these answers."""
    shown: list[Event] = []
    model = ScriptedModel(*answers)
    session = Session(models=Models.only(model), host=FakeHost(greet=tool("Hello")), archive=MemoryArchive())
    session.attach(shown.append, at_limit)
    await session.send("Greet me")
    await session.shown()
    return shown


def started(**arguments: str) -> ToolStarted:
    return ToolStarted(at=0, turn=1, call_id="c", name="act", server="srv", arguments=arguments)


def finished(outcome: ToolOutcome) -> ToolFinished:
    return ToolFinished(at=0, turn=1, call_id="c", name="act", status=outcome.status, text=outcome.text, seconds=0.012)


async def test_stdout_has_the_answers_alone_each_ends_its_line_and_an_empty_one_is_between() -> None:
    told = Told()
    answers = AnswerText(told.output)
    for event in [*await talk(ask(("c", "greet", "{}")), say("Hello there")), *await talk(say("Bye"))]:
        answers.show(event)
    assert told.out.getvalue() == "Hello there\n\nBye\n"
    assert told.err.getvalue() == ""


async def test_events_as_lines_are_those_that_are_kept_without_secrets() -> None:
    told = Told()
    lines = EventLines(told.output, lambda text: text.replace("Hello", "[removed]"))
    events = await talk(ask(("c", "greet", "{}")), say("Hello there"))
    for event in events:
        lines.show(event)
    written = told.out.getvalue()
    assert "Hello" not in written
    assert [type(decode(line)).__name__ for line in written.splitlines()] == [
        *("UserSaid", "ModelAsked", "ModelAnswered", "ToolStarted", "ToolFinished", "ModelAsked", "ModelAnswered"),
        "TurnEnded",
    ]


async def test_stderr_has_the_message_a_line_for_the_call_and_what_the_turn_took() -> None:
    lines = Told().narrate(await talk(ask(("c", "greet", "{}")), say("Hello there"))).splitlines()
    assert lines[0] == "› Greet me"
    assert lines[1].startswith("✓ greet()  ")
    assert lines[2].endswith(" · 2 rounds · 1 call · 27 tokens")
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("ok", '✓ act(text="a")  12 ms'),
        ("error", '✗ act(text="a")  failed: It is broken  12 ms'),
        ("refused", '✗ act(text="a")  not sent: It is broken  12 ms'),
        ("denied", '⊘ act(text="a")  not allowed'),
        ("timeout", '! act(text="a")  timed out: It is broken  12 ms'),
        ("lost", '! act(text="a")  connection lost: It is broken  12 ms'),
        ("cancelled", '⊘ act(text="a")  stopped  12 ms'),
    ],
)
def test_each_end_of_a_call_has_its_sign_and_its_words(status: ToolStatus, words: str) -> None:
    outcome = ToolOutcome(status, "It is\nbroken")
    assert Told().narrate([started(text="a"), finished(outcome)]) == f"{words}\n"


def test_a_call_that_ran_but_is_told_says_why() -> None:
    call = ToolStarted(
        at=0,
        turn=1,
        call_id="c",
        name="act",
        server="srv",
        arguments={},
        approval=Approval(why="It is new.", told=True),
    )
    assert Told().narrate([call, finished(ToolOutcome("ok", ""))]) == "✓ act()  12 ms  It is new.\n"


def test_long_arguments_are_cut_with_a_sign_and_hidden_characters_are_seen() -> None:
    line = Told().narrate([started(text="\u202e" + "a" * 500), finished(ToolOutcome("ok", ""))])
    assert "<U+202E>" in line
    assert "…)" in line
    assert len(line) < 120


def test_troubles_are_said_as_they_come() -> None:
    failed = RequestFailed(at=0, turn=1, round=1, attempt=1, wait_seconds=1.2, message="The service is busy.")
    stalled = StreamStalled(at=0, turn=1, round=1, silent_seconds=20, limit_seconds=60)
    ended = TurnEnded(at=0, turn=1, reason="failed", seconds=1, message="It is gone.", hint="Try later.")
    assert Told().narrate([failed, stalled, ended]).splitlines() == [
        "! The service is busy. Trying again in 2 s.",
        "! Nothing has come for 20 s; it is given up after 60 s.",
        "✗ It is gone. Try later.",
        "1.0 s · 0 rounds · 0 calls",
    ]


def test_colours_are_for_terminals_that_are_to_have_them() -> None:
    events = [started(), finished(ToolOutcome("ok", ""))]
    assert "\x1b[32m✓\x1b[0m act()" in Told(terminal=True).narrate(events)
    for plain in (Told(), Told(terminal=True, NO_COLOR="1"), Told(terminal=True, TERM="dumb")):
        assert "\x1b" not in plain.narrate(events)


def test_no_sequence_reaches_either_stream_not_even_one_that_comes_in_pieces() -> None:
    told = Told()
    answers = AnswerText(told.output)
    for piece in "a\x1b]0;title\x07b\x1b[31mc\u202ed":
        answers.show(TextDelta(at=0, turn=1, round=1, text=piece))
    told.output.warn("a\x1b[2Jb")
    assert told.out.getvalue() == "abcd"
    assert told.err.getvalue() == "! ab\n"


def test_words_do_not_run_into_an_answer_on_the_same_terminal() -> None:
    told = Told(terminal=True)
    told.output.write("half a line")
    told.output.warn("Trouble.")
    assert told.err.getvalue().startswith("\n")


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (BrokenPipeError(32, "Broken pipe"), ExitStatus.OUTPUT_CLOSED, ""),
        (OSError(28, "No space left on device"), ExitStatus.FAILED, "! The output cannot be written: No space left"),
    ],
)
def test_an_output_that_cannot_be_written_any_more_ends_the_run_once(
    error: OSError, status: ExitStatus, words: str
) -> None:
    class Broken(io.StringIO):
        def flush(self) -> None:
            raise error

    err = io.StringIO()
    output = Output(Broken(), err, {})
    ends: list[ExitStatus] = []
    output.when_closed = ends.append
    output.write("a")
    output.write("b")
    assert ends == [status]
    assert err.getvalue().startswith(words)
    assert bool(err.getvalue()) == bool(words)
