import socket
import ssl
from contextlib import aclosing
from typing import Any

import httpx2
import pytest

from tests.azure.conversing import ask
from tests.azure.wire import DONE, STOP, FakeTime, Recorded, Scripted, call_piece, chunk, model_on, refusal, words
from tui.core.errors import ModelError
from tui.core.ports import AnswerEnd, AnswerPart, CallPart, Message, ReasoningPart, RetryPart, TextPart, UserMessage

HELLO: list[Message] = [UserMessage("hello")]
FINE = Recorded([*words("fine"), STOP, DONE])


def caused_by(wrapper: Exception, cause: Exception) -> Exception:
    wrapper.__cause__ = cause
    return wrapper


async def parts_of(transport: Scripted, time: FakeTime) -> list[AnswerPart]:
    async with aclosing(model_on(transport, timing=time.timing).stream(HELLO, [])) as parts:
        return [part async for part in parts]


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504])
async def test_a_passing_failure_is_tried_again_visibly_and_the_answer_comes(status: int) -> None:
    time = FakeTime()
    failed = refusal(status, {"code": "x", "message": "For a moment."})
    parts = await parts_of(Scripted(failed, failed, FINE), time)
    retries = [part for part in parts if isinstance(part, RetryPart)]
    assert [(part.attempt, part.wait_seconds) for part in retries] == [(1, 1.0), (2, 2.0)]
    assert all(part.message and not part.hint and f"HTTP {status}" in part.detail for part in retries)
    assert time.slept == [1.0, 2.0]
    assert TextPart("fine") in parts


@pytest.mark.parametrize("status", [408, 429, 500, 503])
async def test_three_tries_are_all(status: int) -> None:
    time, transport = FakeTime(), Scripted(refusal(status, {"code": "x", "message": "No."}))
    with pytest.raises(ModelError):
        await parts_of(transport, time)
    assert len(transport.requests) == 3
    assert time.slept == [1.0, 2.0]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 418, 422])
async def test_what_does_not_pass_is_asked_once(status: int) -> None:
    time, transport = FakeTime(), Scripted(refusal(status, {"code": "x", "message": "No."}))
    with pytest.raises(ModelError):
        await parts_of(transport, time)
    assert len(transport.requests) == 1
    assert time.slept == []


@pytest.mark.parametrize(
    ("message", "headers", "wait"),
    [
        ("x", {"retry_after": "7"}, 7.0),
        ("x", {"retry_after": "0"}, 0.0),
        ("x", {"retry_after_ms": "250", "retry_after": "9"}, 0.25),
        ("x", {"retry_after": "1.5"}, 1.5),
        ("Please retry after 12 seconds.", {}, 12.0),
        ("Please try again in 3s.", {}, 3.0),
        ("x", {"retry_after": "60"}, 60.0),
        ("x", {"retry_after": "120"}, 120.0),
        ("x", {"retry_after": "Fri, 20 Nov 2026 10:00:30 GMT", "date": "Fri, 20 Nov 2026 10:00:00 GMT"}, 30.0),
        ("x", {"retry_after": "soon"}, 1.0),
        ("x", {"retry_after": "-5"}, 1.0),
    ],
)
async def test_the_wait_is_the_one_that_the_service_asks_for(
    message: str, headers: dict[str, str], wait: float
) -> None:
    time = FakeTime()
    await parts_of(Scripted(refusal(429, {"code": "429", "message": message}, **headers), FINE), time)
    assert time.slept == [wait]


@pytest.mark.parametrize("seconds", ["121", "3600", "86400"])
async def test_a_wait_that_is_too_long_is_not_waited_for(seconds: str) -> None:
    time = FakeTime()
    transport = Scripted(refusal(429, {"code": "429", "message": "x"}, retry_after=seconds), FINE)
    with pytest.raises(ModelError):
        await parts_of(transport, time)
    assert (len(transport.requests), time.slept) == (1, [])


async def test_a_quota_that_is_used_up_does_not_come_back_by_waiting() -> None:
    transport = Scripted(refusal(429, {"code": "insufficient_quota", "message": "x"}, retry_after="1"), FINE)
    with pytest.raises(ModelError, match="used up"):
        await ask(model_on(transport), HELLO)
    assert len(transport.requests) == 1


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (caused_by(httpx2.ConnectError("x"), ConnectionRefusedError(111, "refused")), 3),
        (httpx2.ConnectTimeout("x"), 3),
        (httpx2.ReadTimeout("x"), 3),
        (httpx2.RemoteProtocolError("x"), 3),
        (caused_by(httpx2.ConnectError("x"), socket.gaierror(socket.EAI_AGAIN, "later")), 3),
        (caused_by(httpx2.ConnectError("x"), socket.gaierror(socket.EAI_NONAME, "no such name")), 1),
        (caused_by(httpx2.ConnectError("x"), ssl.SSLCertVerificationError(1, "self-signed")), 1),
        (httpx2.ProxyError("x"), 1),
    ],
)
async def test_a_broken_connection_is_tried_again_where_that_can_help(error: Exception, tries: int) -> None:
    transport = Scripted(error)
    with pytest.raises(ModelError):
        await ask(model_on(transport), HELLO)
    assert len(transport.requests) == tries


BEGINNINGS: list[tuple[bytes, type[AnswerPart]]] = [
    (words("half")[0], TextPart),
    (chunk({"reasoning_content": "Hm"}), ReasoningPart),
    (call_piece(0, "{", call_id="a", name="one"), CallPart),
]


@pytest.mark.parametrize(("first", "kind"), BEGINNINGS)
async def test_nothing_is_tried_again_once_something_was_shown(first: bytes, kind: type[AnswerPart]) -> None:
    transport = Scripted(Recorded([first, httpx2.ReadError("gone")]), FINE)
    async with aclosing(model_on(transport).stream(HELLO, [])) as parts:
        assert isinstance(await anext(parts), kind)
        with pytest.raises(ModelError, match="broke before"):
            await anext(parts)
    assert len(transport.requests) == 1


async def test_a_connection_that_breaks_before_the_first_word_is_tried_again() -> None:
    transport = Scripted(Recorded([chunk({"role": "assistant"}), httpx2.ReadError("gone")]), FINE)
    assert (await ask(model_on(transport), HELLO))[0] == "fine"
    assert len(transport.requests) == 2


async def test_every_try_has_the_same_body() -> None:
    transport = Scripted(refusal(500, {"message": "x"}), FINE)
    await ask(model_on(transport), HELLO)
    assert transport.requests[0].content == transport.requests[1].content


async def test_the_last_part_is_the_end_also_after_a_retry() -> None:
    parts = await parts_of(Scripted(refusal(500, {"message": "x"}), FINE), FakeTime())
    assert isinstance(parts[-1], AnswerEnd)
    assert parts[-1].finish_reason == "stop"


async def test_waits_are_not_all_of_the_same_length() -> None:
    time = FakeTime()
    timing: Any = time.timing
    uneven = type(timing)(clock=timing.clock, sleep=timing.sleep, jitter=lambda: 1.0)
    await ask(model_on(Scripted(refusal(500, {"message": "x"}), FINE), timing=uneven), HELLO)
    assert time.slept == [1.25]
