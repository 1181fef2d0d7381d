from contextlib import aclosing

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.azure.conversing import ask
from tests.azure.wire import DONE, STOP, FakeTime, Recorded, Scripted, model_on, refusal, words
from tui.azure.rate_window import RateWindow
from tui.core.errors import ModelError
from tui.core.ports import Message, RateWaitPart, UserMessage

HELLO: list[Message] = [UserMessage("hello")]
FINE = Recorded([*words("fine"), STOP, DONE])


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@given(st.integers(1, 8), st.lists(st.floats(0, 90, allow_nan=False), max_size=60))
@example(1, [47.0, 89.96494356100169, 0.0, 60.0])
def test_no_minute_ever_has_more_requests_than_allowed(per_minute: int, pauses: list[float]) -> None:
    clock = Clock()
    window = RateWindow(per_minute, clock)
    sent: list[float] = []
    for pause in pauses:
        clock.now += pause
        while delay := window.delay():
            clock.now += delay
        window.take()
        sent.append(clock.now)
    for start in sent:
        assert sum(start <= at <= start + 60 for at in sent) <= per_minute


@given(st.integers(1, 8), st.lists(st.floats(0, 30, allow_nan=False), max_size=40))
def test_nobody_waits_while_there_is_room(per_minute: int, pauses: list[float]) -> None:
    clock = Clock()
    window = RateWindow(per_minute, clock)
    sent: list[float] = []
    for pause in pauses:
        clock.now += pause
        free = window.delay() == 0
        assert free or sum(at > clock.now - 60.01 for at in sent) >= per_minute
        assert not free or sum(at > clock.now - 59.99 for at in sent) < per_minute
        if free:
            window.take()
            sent.append(clock.now)


def test_no_limit_is_no_limit_whatever_the_service_says() -> None:
    window = RateWindow(0, Clock())
    window.learn({"x-ratelimit-limit-requests": "1"})
    for _ in range(1000):
        assert window.delay() == 0
        window.take()


def test_a_lower_limit_of_the_service_counts() -> None:
    clock = Clock()
    window = RateWindow(60, clock)
    window.learn({"x-ratelimit-limit-requests": "2"})
    window.take()
    clock.now += 1
    assert window.delay() == 0
    window.take()
    assert window.delay() == pytest.approx(59, abs=0.01)
    assert window.per_minute == 2


@pytest.mark.parametrize(("limit", "gap"), [(6, 1.0), (60, 1.0), (61, 0.0), (6000, 0.0)])
def test_a_second_lies_between_two_requests_where_the_service_takes_no_more_than_one(limit: int, gap: float) -> None:
    clock = Clock()
    window = RateWindow(60, clock)
    window.learn({"x-ratelimit-limit-requests": str(limit)})
    assert window.delay() == 0
    window.take()
    assert window.delay() == gap
    clock.now += gap
    assert window.delay() == 0


def test_a_higher_limit_of_the_service_does_not() -> None:
    window = RateWindow(60, Clock())
    window.learn({"x-ratelimit-limit-requests": "6000"})
    assert window.per_minute == 60


@pytest.mark.parametrize(
    ("reset", "seconds"), [("7", 7), ("1s", 1), ("250ms", 0.25), ("0m30s", 30), ("6m0s", 60), ("", 0), ("soon", 0)]
)
def test_an_empty_quota_is_waited_for_until_it_is_refilled(reset: str, seconds: float) -> None:
    window = RateWindow(60, Clock())
    window.learn({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": reset})
    assert window.delay() == pytest.approx(seconds)


async def test_the_wait_is_told_before_it_begins() -> None:
    time, transport = FakeTime(), Scripted(FINE)
    model = model_on(transport, timing=time.timing, requests_per_minute=2)
    for _ in range(2):
        await ask(model, HELLO)
    async with aclosing(model.stream(HELLO, [])) as parts:
        first = await anext(parts)
        assert isinstance(first, RateWaitPart)
        assert first.wait_seconds == pytest.approx(60, abs=0.01)
        assert first.requests_per_minute == 2
        assert (len(transport.requests), time.slept) == (2, [])
        await anext(parts)
    assert len(transport.requests) == 3
    assert len(time.slept) == 1


async def test_failed_and_changed_requests_count_too() -> None:
    time = FakeTime()
    unknown = refusal(400, {"message": "Unknown parameter: 'stream_options'."})
    transport = Scripted(unknown, refusal(500, {"message": "x"}), FINE)
    model = model_on(transport, timing=time.timing, requests_per_minute=3)
    await ask(model, HELLO)
    assert time.slept == [1.0]
    await ask(model, HELLO)
    assert time.slept[1] == pytest.approx(59, abs=0.01)


async def test_a_refusal_that_names_the_reset_is_heeded() -> None:
    time = FakeTime()
    headers = {"x_ratelimit_remaining_requests": "0", "x_ratelimit_reset_requests": "20"}
    transport = Scripted(refusal(404, {"code": "DeploymentNotFound", "message": "x"}, **headers), FINE)
    model = model_on(transport, timing=time.timing)
    with pytest.raises(ModelError):
        await ask(model, HELLO)
    await ask(model, HELLO)
    assert time.slept == [20.0]
