"""Calls that must not run, must stop, or cannot be done."""

from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from tests.azure_endpoint import Asks, Says, Wish
from tests.core.test_turn import Log, surroundings
from tests.fakes import FakeHost, ScriptedModel, ask, say, tool
from tests.hosting.test_launcher import bundled
from tests.whole.application import Application
from tests.whole.azure_thread import AzureThread
from tui.core.events import Json, ToolFinished, ToolStarted
from tui.core.turn import run_turn

Record = Callable[[str, object], None]

NO_OBJECTS = (
    '{"na',
    "[]",
    '"x"',
    "3",
    "null",
    "true",
    '{"a": NaN}',
    '{"a": Infinity}',
    '{"a": 1, "a": 2}',
    '{"a": 1} {"b": 2}',
    "{'a': 1}",
    "\u202e{}",
)


async def test_arguments_that_are_no_object_are_never_executed(record_property: Record) -> None:
    executed, told, kept = 0, 0, 0
    forms = (*NO_OBJECTS, '{"a": "' + "x" * 2_000_000)
    for arguments in forms:
        log, host = Log(), FakeHost(greet=tool())
        await run_turn(1, "go", surroundings(log, ScriptedModel(ask(("c", "greet", arguments)), say("sorry")), host))
        executed += len(host.calls)
        told += sum(isinstance(event, ToolFinished) and event.status == "refused" for event in log.durable)
        kept += sum(isinstance(event, ToolStarted) and event.raw_arguments == arguments for event in log.durable)
    record_property(
        "figure", f"{len(forms)} forms, {executed} executions, {told} told to the model, {kept} kept as they came"
    )
    assert (executed, told, kept) == (0, len(forms), len(forms))


def test_model_that_calls_for_ever_is_stopped_in_the_real_application(tmp_path: Path, record_property: Record) -> None:
    with AzureThread() as azure:
        azure.script(*(Asks(Wish("greet", {"name": str(number)})) for number in range(40)), Says("enough"))
        with Application(tmp_path, variables=azure.variables, badge="◆ a-deployment") as application:
            application.wait_until_ready()
            application.press("go on for ever", "enter")
            application.wait_for("Wrap up")
            asked = len(azure.requests)
            application.press("escape")
            application.wait_for_answer("Stopped")
            assert len(azure.requests) == asked
    record_property("figure", f"stopped after {asked} rounds, offered to go on, wrap up or stop")
    assert asked == 10


IMPOSSIBLE: tuple[dict[str, Json], ...] = (
    {"operation": "divide", "a": 1, "b": 0},
    {"operation": "multiply", "a": 1e308, "b": 10},
    {"operation": "add", "a": 10**400, "b": 1},
    {"operation": "add", "a": "seven", "b": 1},
    {"operation": "power", "a": 2, "b": 3},
    {"operation": "add", "a": None, "b": 1},
    {"operation": "add", "a": 1},
    {"operation": "add", "a": True, "b": [1]},
)
AT_ONCE = 0.1


async def test_impossible_calculations_are_told_at_once(tmp_path: Path, record_property: Record) -> None:
    slowest = 0.0
    async with bundled(tmp_path) as toolbox:
        await toolbox.call("calculate", {"operation": "add", "a": 1, "b": 1})
        for arguments in IMPOSSIBLE:
            start = perf_counter()
            outcome = await toolbox.call("calculate", arguments)
            slowest = max(slowest, perf_counter() - start)
            assert outcome.status in ("error", "refused"), (arguments, outcome)
            assert len(outcome.text) > 10
            assert "Traceback" not in outcome.text
    record_property("figure", f"{len(IMPOSSIBLE)} forms, slowest {slowest * 1000:.0f} ms")
    assert slowest <= AT_ONCE
