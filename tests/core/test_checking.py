"""A recording is a test of its tools: they run for real, and what comes back is compared with what was recorded."""

import asyncio
from collections.abc import Mapping

import pytest

from tests.core.recorded import Recorder
from tests.fakes import FakeHost, tool
from tui.core.checking import CheckReport, calls_to_run, check
from tui.core.errors import AppError
from tui.core.events import ChecksMasked, Event, Json, ToolStatus
from tui.core.ports import ToolOutcome


def verdicts(report: CheckReport) -> list[tuple[str, str]]:
    return [(checked.name, checked.verdict) for checked in report.checks]


async def test_a_call_that_does_what_it_did_passes() -> None:
    host = FakeHost(add=tool("5"))
    report = await check(Recorder().said("2 + 3?").called("add", "5", {"a": 2, "b": 3}).ended().events, host)
    assert report.passed
    assert verdicts(report) == [("add", "same")]
    assert host.calls == [("add", {"a": 2, "b": 3})]


async def test_a_changed_result_fails_and_both_sides_are_told() -> None:
    report = await check(Recorder().said("2 + 3?").called("add", "5").ended().events, FakeHost(add=tool("6")))
    (failed,) = report.failed
    assert (failed.turn, failed.round, failed.name) == (1, 1, "add")
    assert "5" in failed.expected
    assert "6" in failed.actual


async def test_a_changed_status_or_structured_part_fails() -> None:
    recorder = Recorder().said("Hi")
    requests = recorder.answered("", ("one", "{}"), ("two", "{}"))
    for request in requests:
        recorder.started(request.id, request.name)
    for request in requests:
        recorder.finished(request.id, request.name, "text", structured={"b": [1], "a": 2})

    async def error(_arguments: Mapping[str, Json]) -> ToolOutcome:
        return ToolOutcome("error", "text", {"a": 2, "b": [1]})

    async def other(_arguments: Mapping[str, Json]) -> ToolOutcome:
        return ToolOutcome("ok", "text", {"a": 2, "b": [3]})

    report = await check(recorder.ended().events, FakeHost(one=error, two=other))
    assert verdicts(report) == [("one", "different"), ("two", "different")]
    assert "status: error" in report.checks[0].actual


async def test_the_model_says_what_it_said_whatever_the_tools_say_now() -> None:
    recorder = Recorder().said("Add, then save").called("add", "5").called("save", "saved 5", {"text": "5"})
    recorder.answered("Saved.")
    recorder.ended().said("Again").called("add", "7")
    host = FakeHost(add=tool("99"), save=tool("saved 5"))
    report = await check(recorder.ended().events, host)
    assert verdicts(report) == [("add", "different"), ("save", "same"), ("add", "different")]
    assert host.calls == [("add", {}), ("save", {"text": "5"}), ("add", {})]


async def test_calls_of_one_answer_run_together() -> None:
    recorder = Recorder().said("Both")
    requests = recorder.answered("", ("first", "{}"), ("second", "{}"))
    for request in requests:
        recorder.started(request.id, request.name)
    for request in requests:
        recorder.finished(request.id, request.name, "met")
    barrier = asyncio.Barrier(2)

    async def meet(_arguments: Mapping[str, Json]) -> ToolOutcome:
        await barrier.wait()
        return ToolOutcome("ok", "met")

    async with asyncio.timeout(5):
        assert (await check(recorder.ended().events, FakeHost(first=meet, second=meet))).passed


async def test_a_tool_that_is_gone_is_named() -> None:
    report = await check(Recorder().said("Hi").called("add", "5").ended().events, FakeHost())
    (failed,) = report.failed
    assert failed.verdict == "missing"
    assert "no server has a tool called add" in failed.why


@pytest.mark.parametrize("status", ["cancelled", "lost", "denied"])
async def test_calls_that_were_stopped_do_not_run_and_what_follows_does(status: ToolStatus) -> None:
    recorder = Recorder().said("Hi")
    (request,) = recorder.answered("", ("slow", "{}"))
    recorder.started(request.id, "slow")
    recorder.finished(request.id, "slow", "no result", status)
    recorder.called("add", "5")
    host = FakeHost(slow=tool(), add=tool("5"))
    events = recorder.events
    assert calls_to_run(events) == ["add"]
    report = await check(events, host)
    assert verdicts(report) == [("slow", "skipped"), ("add", "same")]
    assert host.calls == [("add", {})]
    assert report.passed


async def test_arguments_that_were_no_json_are_refused_again() -> None:
    recorder = Recorder().said("Hi")
    (request,) = recorder.answered("", ("add", '{"a'))
    recorder.started(request.id, "add", raw='{"a')
    words = "The arguments are not valid JSON (Unterminated string starting at at character 1). Send a JSON object."
    recorder.finished(request.id, "add", words, "refused")
    host = FakeHost(add=tool("5"))
    report = await check(recorder.ended().events, host)
    assert report.passed, report.checks
    assert host.calls == []


async def test_arguments_that_a_person_changed_are_those_that_run() -> None:
    recorder = Recorder().said("Hi")
    (request,) = recorder.answered("", ("save", '{"name": "/etc/passwd"}'))
    recorder.started(request.id, "save", {"name": "notes.txt"})
    recorder.finished(request.id, "save", "saved")
    host = FakeHost(save=tool("saved"))
    await check(recorder.ended().events, host)
    assert host.calls == [("save", {"name": "notes.txt"})]


async def test_calls_by_hand_run_where_they_stood() -> None:
    recorder = Recorder().by_hand("save", "saved", {"text": "a"}).said("Read it").called("read", "a").ended()
    events = recorder.by_hand("read", "a").events
    saved: list[str] = []

    async def save(arguments: Mapping[str, Json]) -> ToolOutcome:
        saved.append(str(arguments["text"]))
        return ToolOutcome("ok", "saved")

    async def read(_arguments: Mapping[str, Json]) -> ToolOutcome:
        return ToolOutcome("ok", saved[-1])

    report = await check(events, FakeHost(save=save, read=read))
    assert report.passed
    assert [checked.turn for checked in report.checks] == [0, 1, 0]


async def test_more_rounds_than_a_turn_may_have_are_all_checked() -> None:
    recorder = Recorder().said("Go on and on")
    for _ in range(25):
        recorder.called("add", "5")
    report = await check(recorder.ended().events, FakeHost(add=tool("5")))
    assert len(report.checks) == 25
    assert report.passed


async def test_progress_counts_the_calls() -> None:
    told: list[tuple[int, int]] = []
    events = Recorder().said("Hi").called("add", "5").called("add", "5").ended().events
    await check(events, FakeHost(add=tool("5")), progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]


async def test_masks_of_the_recording_and_given_ones_count() -> None:
    events: list[Event] = Recorder().said("Hi").called("get", "59°F, sunny at gate B7").ended().events
    host = FakeHost(get=tool("20°F, rainy at gate C9"))
    assert not (await check(events, host)).passed
    events.append(ChecksMasked(at=events[-1].at, patterns=(r"\d+°F, \w+",)))
    report = await check(events, host)
    assert "gate B7" in report.failed[0].expected
    assert "⟨masked⟩ at" in report.failed[0].actual
    assert (await check(events, host, [r"gate \w\d"])).passed


async def test_a_bad_mask_is_told_before_anything_runs() -> None:
    host = FakeHost(add=tool("5"))
    with pytest.raises(AppError, match=r"The mask “\(” is not a regular expression"):
        await check(Recorder().said("Hi").called("add", "5").ended().events, host, ["("])
    assert host.calls == []
