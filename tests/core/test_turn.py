"""The turn: rounds, parallel calls, every call answered once, limits, cancellation."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.fakes import FakeHost, ScriptedModel, Step, ask, say, tool, waiting_tool
from tui.core.errors import ContextTooLongError, ModelError
from tui.core.events import (
    AnswerReport,
    CallAnnounced,
    Event,
    HistoryTrimmed,
    ModelAnswered,
    ModelAsked,
    ReasoningDelta,
    RequestAdapted,
    RequestDelayed,
    RequestFailed,
    StreamResumed,
    StreamStalled,
    TextDelta,
    ToolFinished,
    ToolStarted,
    TurnEnded,
    UserSaid,
    is_durable,
)
from tui.core.ports import (
    AdaptedPart,
    AnswerEnd,
    AssistantMessage,
    LimitChoice,
    ProgressPart,
    RateWaitPart,
    ReasoningPart,
    RetryPart,
    TextPart,
    ToolMessage,
    UserMessage,
)
from tui.core.silence import Patience
from tui.core.surroundings import Limits, Surroundings
from tui.core.transcript import to_messages
from tui.core.turn import run_turn

WAIT_SECONDS = 5


class Log:
    """Takes a turn's events like a session does."""

    def __init__(self) -> None:
        self.all: list[Event] = []
        self.durable: list[Event] = []

    def emit(self, event: Event) -> None:
        self.all.append(event)
        if is_durable(event):
            self.durable.append(event)

    def of(self, kind: type[Event]) -> Sequence[Event]:
        return [event for event in self.all if isinstance(event, kind)]

    def end(self) -> TurnEnded:
        ends = [event for event in self.all if isinstance(event, TurnEnded)]
        assert len(ends) == 1
        assert self.all[-1] is ends[0]
        return ends[0]


def surroundings(
    log: Log,
    model: ScriptedModel,
    host: FakeHost | None = None,
    limits: Limits | None = None,
    at_limit: LimitChoice = "stop",
) -> Surroundings:
    async def ask_limit(_rounds: int) -> LimitChoice:
        return at_limit

    return Surroundings(
        model=model,
        tools=host or FakeHost(),
        events=log.durable,
        emit=log.emit,
        ask_limit=ask_limit,
        limits=limits or Limits(),
        now=lambda: 0.0,
    )


def assert_every_call_is_answered_once(events: Sequence[Event]) -> None:
    started = [event.call_id for event in events if isinstance(event, ToolStarted)]
    finished = [event.call_id for event in events if isinstance(event, ToolFinished)]
    assert len(set(started)) == len(started)
    assert sorted(started) == sorted(finished)
    messages = to_messages(events)
    for index, message in enumerate(messages):
        if isinstance(message, AssistantMessage):
            replies = messages[index + 1 : index + 1 + len(message.calls)]
            assert [r.call_id for r in replies if isinstance(r, ToolMessage)] == [call.id for call in message.calls]


async def test_answer_without_calls_ends_the_turn_after_one_round() -> None:
    log = Log()
    await run_turn(1, "hi", surroundings(log, ScriptedModel(say("hello there"))))
    assert [type(event) for event in log.durable] == [UserSaid, ModelAsked, ModelAnswered, TurnEnded]
    assert "".join(e.text for e in log.all if isinstance(e, TextDelta)) == "hello there"
    assert log.end().reason == "done"


async def test_results_go_back_to_the_model_which_then_answers_in_words() -> None:
    log, host = Log(), FakeHost(calculate=tool("120"))
    model = ScriptedModel(ask(("c1", "calculate", '{"a": 15}')), say("It is 120."))
    await run_turn(1, "15 * 8?", surroundings(log, model, host))
    assert host.calls == [("calculate", {"a": 15})]
    second_request = model.asked[1][0]
    assert second_request[-1] == ToolMessage("c1", "calculate", "120")
    assert log.end().reason == "done"
    assert_every_call_is_answered_once(log.durable)


async def test_call_is_announced_before_its_arguments_are_complete() -> None:
    log = Log()
    model = ScriptedModel(ask(("c1", "calculate", "{}")), say("ok"))
    await run_turn(1, "go", surroundings(log, model, FakeHost(calculate=tool())))
    kinds = [type(event) for event in log.all]
    assert kinds.index(CallAnnounced) < kinds.index(ModelAnswered) < kinds.index(ToolStarted)


async def test_calls_of_one_answer_run_at_once() -> None:
    log = Log()
    release = asyncio.Event()
    started = [asyncio.Event(), asyncio.Event()]
    host = FakeHost(one=waiting_tool(started[0], release), two=waiting_tool(started[1], release))
    model = ScriptedModel(ask(("a", "one", "{}"), ("b", "two", "{}")), say("both"))
    turn = asyncio.create_task(run_turn(1, "go", surroundings(log, model, host)))
    async with asyncio.timeout(WAIT_SECONDS):
        await asyncio.gather(*(event.wait() for event in started))
        release.set()
        await turn
    assert [e.status for e in log.durable if isinstance(e, ToolFinished)] == ["ok", "ok"]


async def test_one_failing_call_does_not_stop_the_other_and_the_model_reads_why() -> None:
    log, host = Log(), FakeHost(good=tool("yes"))
    model = ScriptedModel(ask(("a", "bad", "{}"), ("b", "good", "{}")), say("half"))
    await run_turn(1, "go", surroundings(log, model, host))
    statuses = {e.name: e.status for e in log.durable if isinstance(e, ToolFinished)}
    assert statuses == {"bad": "refused", "good": "ok"}
    replies = [m for m in model.asked[1][0] if isinstance(m, ToolMessage)]
    assert replies[0].is_error
    assert "good" in replies[0].text
    assert log.end().reason == "done"


@pytest.mark.parametrize(
    "text",
    [
        '{"na',
        "[]",
        '"x"',
        "12",
        "null",
        '{"a": NaN}',
        '{"a": Infinity}',
        '{"a": -1e999}',
        '{"a": 1, "a": 2}',
        "{" * 50_000,
    ],
)
async def test_unreadable_arguments_are_not_sent_and_the_model_is_told(text: str) -> None:
    log, host = Log(), FakeHost(calculate=tool())
    model = ScriptedModel(ask(("c", "calculate", text)), say("sorry"))
    await run_turn(1, "go", surroundings(log, model, host))
    assert host.calls == []
    (started,) = [e for e in log.durable if isinstance(e, ToolStarted)]
    (finished,) = [e for e in log.durable if isinstance(e, ToolFinished)]
    assert started.raw_arguments == text
    assert finished.status == "refused"
    assert finished.text
    assert_every_call_is_answered_once(log.durable)


async def test_empty_arguments_mean_none() -> None:
    log, host = Log(), FakeHost(info=tool())
    await run_turn(1, "go", surroundings(log, ScriptedModel(ask(("c", "info", "")), say("ok")), host))
    assert host.calls == [("info", {})]


async def test_ids_that_the_endpoint_uses_again_stay_apart() -> None:
    log, host = Log(), FakeHost(one=tool())
    model = ScriptedModel(ask(("0", "one", "{}"), ("0", "one", "{}")), ask(("0", "one", "{}")), say("ok"))
    await run_turn(1, "go", surroundings(log, model, host))
    assert len(host.calls) == 3
    assert_every_call_is_answered_once(log.durable)


async def test_round_limit_stops_when_the_person_says_so() -> None:
    log = Log()
    model = ScriptedModel(*[ask((f"c{i}", "one", "{}")) for i in range(5)])
    await run_turn(1, "go", surroundings(log, model, FakeHost(one=tool()), Limits(rounds=3)))
    assert log.end().reason == "limit"
    assert len(model.asked) == 3
    assert_every_call_is_answered_once(log.durable)


async def test_wrapping_up_at_the_limit_asks_for_words_only() -> None:
    log = Log()
    model = ScriptedModel(ask(("c1", "one", "{}")), ask(("c2", "one", "{}")), say("That is what I have."))
    await run_turn(1, "go", surroundings(log, model, FakeHost(one=tool()), Limits(rounds=2), "wrap_up"))
    assert [may_call for _, _, may_call in model.asked] == [True, True, False]
    assert log.end().reason == "done"


async def test_continuing_at_the_limit_gives_as_many_rounds_again() -> None:
    log = Log()
    model = ScriptedModel(*[ask((f"c{i}", "one", "{}")) for i in range(3)], say("done"))
    await run_turn(1, "go", surroundings(log, model, FakeHost(one=tool()), Limits(rounds=2), "continue"))
    assert len(model.asked) == 4
    assert log.end().reason == "done"


async def test_cancelling_while_tools_run_closes_every_call() -> None:
    log = Log()
    started, never = asyncio.Event(), asyncio.Event()
    host = FakeHost(slow=waiting_tool(started, never), quick=tool("q"))
    model = ScriptedModel(ask(("a", "slow", "{}"), ("b", "quick", "{}")))
    turn = asyncio.create_task(run_turn(1, "go", surroundings(log, model, host)))
    async with asyncio.timeout(WAIT_SECONDS):
        await started.wait()
        turn.cancel()
        with pytest.raises(asyncio.CancelledError):
            await turn
    assert {e.name: e.status for e in log.durable if isinstance(e, ToolFinished)}["slow"] == "cancelled"
    assert log.end().reason == "cancelled"
    assert_every_call_is_answered_once(log.durable)


async def test_cancelling_before_any_call_has_begun_leaves_a_valid_history() -> None:
    log = Log()
    model = ScriptedModel(ask(("a", "slow", "{}"), ("b", "slow", "{}")))
    turn: asyncio.Task[None] | None = None

    def emit_and_cancel(event: Event) -> None:
        log.emit(event)
        if isinstance(event, ToolStarted) and turn:
            turn.cancel()

    base = surroundings(log, model, FakeHost(slow=tool()))
    turn = asyncio.create_task(
        run_turn(1, "go", Surroundings(base.model, base.tools, base.events, emit_and_cancel, base.ask_limit))
    )
    with pytest.raises(asyncio.CancelledError):
        await turn
    assert log.end().reason == "cancelled"
    assert_every_call_is_answered_once(log.durable)


async def test_cancelling_the_stream_keeps_the_partial_text_and_closes_the_stream() -> None:
    log = Log()
    answer: list[Step] = [TextPart("half a "), asyncio.Event()]
    model = ScriptedModel(answer, say("again"))
    turn = asyncio.create_task(run_turn(1, "go", surroundings(log, model)))
    async with asyncio.timeout(WAIT_SECONDS):
        await model.streaming.wait()
        turn.cancel()
        with pytest.raises(asyncio.CancelledError):
            await turn
    (answered,) = [e for e in log.durable if isinstance(e, ModelAnswered)]
    assert (answered.text, answered.finish_reason) == ("half a ", "cancelled")
    assert model.streams_closed == 1
    await run_turn(2, "and now?", surroundings(log_again := Log(), ScriptedModel(say("fine"))))
    assert log_again.end().reason == "done"


async def test_refusal_of_the_model_ends_the_turn_in_words() -> None:
    log = Log()
    failure = ModelError("The key is wrong.", "Check AZURE_OPENAI_API_KEY.", detail="request 7")
    await run_turn(1, "go", surroundings(log, ScriptedModel([failure])))
    end = log.end()
    assert (end.reason, end.message, end.hint, end.detail) == (
        "failed",
        "The key is wrong.",
        "Check AZURE_OPENAI_API_KEY.",
        "request 7",
    )
    assert log.of(ModelAnswered) == []


async def test_stream_that_breaks_keeps_its_text_marked_as_cut_off() -> None:
    log = Log()
    await run_turn(1, "go", surroundings(log, ScriptedModel([TextPart("once upon"), ModelError("The line broke.")])))
    (answered,) = [e for e in log.durable if isinstance(e, ModelAnswered)]
    assert (answered.text, answered.finish_reason) == ("once upon", "cut_off")
    assert log.end().reason == "failed"


async def test_stream_that_ends_without_a_reason_counts_as_cut_off() -> None:
    log = Log()
    await run_turn(1, "go", surroundings(log, ScriptedModel([TextPart("once upon")])))
    assert log.end().reason == "failed"
    assert "before the answer was complete" in log.end().message
    assert log.end().hint == "What came is kept. Send the message again to retry."


async def test_answer_cut_off_before_its_first_word_names_the_request() -> None:
    log = Log()
    end = AnswerEnd((), "cut_off", "m", None, AnswerReport(request_id="4f1c-9a52"))
    await run_turn(1, "go", surroundings(log, ScriptedModel([end])))
    assert (log.end().hint, log.end().detail) == ("Send the message again to retry.", "request id 4f1c-9a52")


async def test_mistake_of_the_program_still_ends_the_turn() -> None:
    log, host = Log(), FakeHost()
    with pytest.raises(IndexError):
        await run_turn(1, "go", surroundings(log, ScriptedModel(), host))
    assert log.end().reason == "failed"
    assert "IndexError" in log.end().message


async def test_long_history_is_trimmed_to_the_limit_and_said_once() -> None:
    log = Log()
    limits = Limits(messages=4)
    for number in range(1, 6):
        await run_turn(number, f"message {number}", surroundings(log, ScriptedModel(say("ok")), limits=limits))
    model = ScriptedModel(ask(("c", "one", "{}")), say("end"))
    await run_turn(6, "message 6", surroundings(log, model, FakeHost(one=tool()), limits))
    first_request = model.asked[0][0]
    assert len(first_request) <= 4
    assert isinstance(first_request[0], UserMessage)
    trimmed = [e for e in log.durable if isinstance(e, HistoryTrimmed)]
    assert len({(e.turn, e.dropped_turns) for e in trimmed}) == len(trimmed)
    assert trimmed[-1].turn == 6


async def test_waits_retries_and_changes_of_the_request_are_told_as_they_come() -> None:
    log = Log()
    model = ScriptedModel(
        [
            RateWaitPart(2.5, 60),
            RetryPart(1, 3.0, "Azure is busy.", "Wait.", "HTTP 503"),
            AdaptedPart("Left out stream_options."),
            *say("done"),
        ]
    )
    await run_turn(1, "hi", surroundings(log, model))
    told = [e for e in log.all if isinstance(e, RequestDelayed | RequestFailed | RequestAdapted)]
    assert told == [
        RequestDelayed(at=0.0, turn=1, round=1, wait_seconds=2.5, requests_per_minute=60),
        RequestFailed(
            at=0.0,
            turn=1,
            round=1,
            attempt=1,
            wait_seconds=3.0,
            message="Azure is busy.",
            hint="Wait.",
            detail="HTTP 503",
        ),
        RequestAdapted(at=0.0, turn=1, round=1, message="Left out stream_options."),
    ]
    assert log.end().reason == "done"


async def test_thoughts_are_shown_as_they_come_and_kept_with_the_answer() -> None:
    log = Log()
    model = ScriptedModel([ReasoningPart("let me "), ProgressPart(), ReasoningPart("see"), *say("42")])
    await run_turn(1, "hi", surroundings(log, model))
    assert [e.text for e in log.all if isinstance(e, ReasoningDelta)] == ["let me ", "see"]
    (answered,) = (e for e in log.durable if isinstance(e, ModelAnswered))
    assert (answered.reasoning, answered.text) == ("let me see", "42")


async def test_silence_is_told_and_what_comes_after_it_ends_it() -> None:
    log, release = Log(), asyncio.Event()
    model = ScriptedModel([TextPart("a"), release, *say("b")])
    stalled = asyncio.Event()

    def emit(event: Event) -> None:
        log.emit(event)
        if isinstance(event, StreamStalled):
            stalled.set()

    patient = replace(surroundings(log, model, limits=Limits(patience=Patience(0.01, 30))), emit=emit)
    turn = asyncio.create_task(run_turn(1, "hi", patient))
    async with asyncio.timeout(WAIT_SECONDS):
        await stalled.wait()
        release.set()
        await turn
    kinds = [type(e) for e in log.all if isinstance(e, StreamStalled | StreamResumed | TextDelta)]
    assert kinds == [TextDelta, StreamStalled, StreamResumed, TextDelta]
    assert log.end().reason == "done"


async def test_silence_that_lasts_ends_the_turn_in_words_and_keeps_the_text() -> None:
    log = Log()
    model = ScriptedModel([TextPart("half an ans"), asyncio.Event()])
    async with asyncio.timeout(WAIT_SECONDS):
        await run_turn(1, "hi", surroundings(log, model, limits=Limits(patience=Patience(0.01, 0.02))))
    assert log.end().reason == "failed"
    assert "sent nothing for" in log.end().message
    (answered,) = (e for e in log.durable if isinstance(e, ModelAnswered))
    assert (answered.text, answered.finish_reason) == ("half an ans", "cut_off")
    assert model.streams_closed == 1


async def test_wait_that_was_announced_is_no_silence() -> None:
    log, release = Log(), asyncio.Event()
    model = ScriptedModel([RetryPart(1, 30.0, "Busy."), release, *say("b")])
    turn = asyncio.create_task(
        run_turn(1, "hi", surroundings(log, model, limits=Limits(patience=Patience(0.01, 0.02))))
    )
    looks = asyncio.Event()
    asyncio.get_running_loop().call_later(0.1, looks.set)
    async with asyncio.timeout(WAIT_SECONDS):
        await looks.wait()
        release.set()
        await turn
    assert log.end().reason == "done"
    assert not log.of(StreamStalled)


async def test_conversation_too_long_for_the_model_goes_without_its_older_half_and_says_so() -> None:
    log = Log()
    too_long = ContextTooLongError("Too long.")
    model = ScriptedModel(say("1"), say("2"), say("3"), [too_long], say("4"), say("5"))
    for number in range(1, 6):
        await run_turn(number, f"message {number}", surroundings(log, model))
    assert [e.reason for e in log.durable if isinstance(e, TurnEnded)] == ["done"] * 5
    sent = [[m.text for m in messages if isinstance(m, UserMessage)] for messages, _, _ in model.asked]
    assert sent[3] == [f"message {number}" for number in range(1, 5)]
    assert sent[4] == ["message 3", "message 4"]
    assert sent[5] == ["message 4", "message 5"], "it stays short: asking with all of it again would fail again"
    trimmed = [e for e in log.durable if isinstance(e, HistoryTrimmed)]
    assert [e.reason for e in trimmed] == ["context", "context"]


async def test_message_that_alone_is_too_long_fails_in_words() -> None:
    log = Log()
    model = ScriptedModel([ContextTooLongError("The conversation is too long.", "Start a new one.")])
    await run_turn(1, "hi", surroundings(log, model))
    assert (log.end().reason, log.end().message) == ("failed", "The conversation is too long.")
    assert len(model.asked) == 1


async def test_items_of_an_answer_go_back_word_for_word_with_their_origin() -> None:
    log = Log()
    items = ({"type": "reasoning", "encrypted_content": "x"},)
    model = ScriptedModel(
        [TextPart("one"), AnswerEnd((), "stop", "m", None, output_items=items, origin="host/deployment")], say("two")
    )
    await run_turn(1, "hi", surroundings(log, model))
    await run_turn(2, "and?", surroundings(log, model))
    (sent,) = (m for m in model.asked[1][0] if isinstance(m, AssistantMessage))
    assert (sent.output_items, sent.origin) == (items, "host/deployment")
