from typing import Any

import pytest

from tests.azure.conversing import ask
from tests.azure.wire import DONE, STOP, Recorded, chunk, event, model_on, words
from tui.azure.families import context_window, reasons
from tui.core.events import AnswerReport, FilterVerdict
from tui.core.ports import Message, UserMessage

HELLO: list[Message] = [UserMessage("hello")]


async def report_of(pieces: list[bytes], **headers: str) -> AnswerReport:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    _, end = await ask(model_on(Recorded(pieces, headers=named)), HELLO)
    return end.report


def prompt(results: Any) -> bytes:
    return event({"choices": [], "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": results}]})


def answer(results: Any) -> bytes:
    choice = {"index": 0, "delta": {"content": "x"}, "finish_reason": None, "content_filter_results": results}
    return event({"choices": [choice]})


async def test_headers_tell_request_region_and_what_is_left() -> None:
    report = await report_of(
        [STOP, DONE],
        apim_request_id="an-id",
        x_ms_region="Sweden Central",
        x_ratelimit_remaining_requests="59",
        x_ratelimit_remaining_tokens="9001",
    )
    assert (report.api, report.request_id, report.region) == ("chat", "an-id", "Sweden Central")
    assert (report.remaining_requests, report.remaining_tokens) == (59, 9001)


async def test_headers_that_are_missing_or_odd_tell_nothing() -> None:
    report = await report_of([STOP, DONE], apim_request_id="", x_ratelimit_remaining_tokens="-1")
    assert (report.request_id, report.region, report.remaining_requests, report.remaining_tokens) == (
        "",
        "",
        None,
        None,
    )


async def test_the_worst_verdict_of_each_category_is_kept() -> None:
    report = await report_of(
        [
            prompt(
                {
                    "hate": {"filtered": False, "severity": "low"},
                    "jailbreak": {"filtered": True, "detected": True},
                    "error": {"code": "content_filter_error", "message": "x"},
                }
            ),
            answer({"violence": {"filtered": False, "severity": "medium"}}),
            answer({"violence": {"filtered": False, "severity": "safe"}}),
            answer({"protected_material_code": {"filtered": False, "detected": True, "citation": {"URL": "u"}}}),
            answer({}),
            STOP,
            DONE,
        ]
    )
    assert report.filters == (
        FilterVerdict("prompt", "hate", "low"),
        FilterVerdict("prompt", "jailbreak", filtered=True, detected=True),
        FilterVerdict("answer", "violence", "medium"),
        FilterVerdict("answer", "protected_material_code", detected=True),
    )


@pytest.mark.parametrize(
    "odd", [None, [], "x", {"hate": 3}, {"hate": {"severity": 3}}, {"h\x1b[2J": {"severity": "?"}}]
)
async def test_verdicts_of_any_shape_do_no_harm(odd: Any) -> None:
    report = await report_of([prompt(odd), answer(odd), *words("x"), STOP, DONE])
    assert all(verdict.severity == "" and "\x1b" not in verdict.category for verdict in report.filters)


@pytest.mark.parametrize(("model", "window"), [("gpt-4.1-nano-2025-04-14", 1_047_576), ("my-own-model", None)])
async def test_the_model_that_really_answered_tells_the_context_window(model: str, window: int | None) -> None:
    assert (await report_of([chunk({}, "stop", model=model), DONE])).context_window == window


@pytest.mark.parametrize(
    ("model", "window", "thinks"),
    [
        ("gpt-4o-mini-2024-07-18", 128_000, False),
        ("gpt-4", 8_192, False),
        ("gpt-4-32k", 32_768, False),
        ("gpt-4-0125-preview", 128_000, False),
        ("gpt-4.1-mini-2025-04-14", 1_047_576, False),
        ("gpt-4.5-preview", None, None),
        ("gpt-35-turbo", 16_385, False),
        ("gpt-5-2025-08-07", 400_000, True),
        ("gpt-5-mini", 400_000, True),
        ("gpt-5-chat", 128_000, False),
        ("gpt-5.1-codex", 400_000, True),
        ("gpt-5.4-2026-03-05", 1_050_000, True),
        ("gpt-5.4-nano", 400_000, True),
        ("gpt-5.6-luna", None, True),
        ("gpt-6.1-sol", None, True),
        ("o3-mini", 200_000, True),
        ("o4-mini-2025-04-16", 200_000, True),
        ("openai/gpt-oss-120b", 131_072, True),
        ("offline-planner", None, None),
        ("o365-helper", None, None),
        ("", None, None),
    ],
)
def test_what_is_known_of_models(model: str, window: int | None, thinks: bool | None) -> None:
    assert (context_window(model), reasons(model)) == (window, thinks)
