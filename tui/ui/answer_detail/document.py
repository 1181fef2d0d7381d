"""A turn as a document: what went wrong, the whole, then every request with its answer."""

from collections.abc import Callable, Iterator
from math import ceil

from tui.core.events import AnswerReport, ModelAnswered, RequestFailed
from tui.core.text import reveal
from tui.ui.answer_detail.facts import FactBlock, FilterTable
from tui.ui.answer_detail.turn_book import RoundRecord, TurnRecord
from tui.ui.answer_detail.words import API_NAMES, EARLY_ENDS, FINISH_WORDS, quota_left, tokens_in_full
from tui.ui.figures import count, duration, whole_seconds
from tui.ui.lines.block import Block, TextBlock
from tui.ui.transcript.notes import note_of


def turn_document(record: TurnRecord, clock: Callable[[float], str]) -> list[Block]:
    """All that is known of a turn. `clock` writes the time of an event."""
    blocks = [*_end(record), *_whole(record, clock)]
    for one in record.rounds:
        blocks.append(TextBlock(f"Request {one.number} of {len(record.rounds)}", "heading", gap=1))
        blocks += _round(one)
    if not record.rounds:
        yet = "" if record.ended else " yet"
        blocks.append(TextBlock(f"Nothing was asked of the model{yet}.", "muted", gap=1))
    return blocks


def _end(record: TurnRecord) -> Iterator[Block]:
    """What went wrong and what to do, first of all."""
    ended = record.ended
    if ended is None or not ended.message:
        return
    yield TextBlock(reveal(ended.message), "error" if ended.reason == "failed" else "text")
    if ended.hint:
        yield TextBlock(reveal(ended.hint))
    if ended.detail:
        yield FactBlock("detail", ended.detail)
    yield TextBlock("")


def _whole(record: TurnRecord, clock: Callable[[float], str]) -> Iterator[Block]:
    if record.said:
        times = [clock(event.at) for event in (record.said, record.ended) if event]
        yield FactBlock("time", " to ".join(dict.fromkeys(times)))
    if record.ended:
        yield FactBlock("took", duration(record.ended.seconds))
    if record.usage and len(record.rounds) > 1:
        yield FactBlock("tokens", tokens_in_full(record.usage))
    if record.calls:
        failed = sum(event.status != "ok" for event in record.finished)
        yield FactBlock("calls", f"{record.calls:,}{f' · {failed:,} failed' if failed else ''}")
    for event in record.trimmed:
        yield note_of(event)


def _round(one: RoundRecord) -> Iterator[Block]:
    if asked := one.asked:
        amounts = f"{count(asked.message_count, 'message')} · {count(asked.tool_count, 'tool')}"
        yield FactBlock("asked", f"{asked.model} · {amounts}")
    for failure in one.failures:
        yield from _failure(failure)
    for adaptation in one.adaptations:
        yield FactBlock("adapted", " ".join(part for part in (adaptation.message, adaptation.hint) if part))
    if one.answered:
        yield from _answer(one.answered)
    else:
        yield FactBlock("answered", "no answer", "muted")


def _failure(failure: RequestFailed) -> Iterator[Block]:
    yield FactBlock(f"✗ try {failure.attempt}", failure.message, "warning")
    if failure.hint:
        yield FactBlock("", failure.hint)
    if failure.detail:
        yield FactBlock("", failure.detail, "muted")
    yield FactBlock("", f"again in {whole_seconds(ceil(failure.wait_seconds))}", "muted")


def _answer(answer: ModelAnswered) -> Iterator[Block]:
    report = answer.report
    yield FactBlock("answered", " · ".join(part for part in (answer.model, API_NAMES[report.api]) if part))
    is_normal = answer.finish_reason not in EARLY_ENDS
    words = FINISH_WORDS[answer.finish_reason]
    called = f": {', '.join(call.name for call in answer.calls)}" if answer.calls else ""
    yield FactBlock("ended", f"{'' if is_normal else '! '}{words}{called}", "text" if is_normal else "warning")
    if answer.usage:
        yield FactBlock("tokens", tokens_in_full(answer.usage))
    else:
        yield FactBlock("tokens", "not counted by the endpoint", "muted")
    first = answer.first_text_seconds
    yield FactBlock(
        "time", f"{f'first text {duration(first)} · ' if first is not None else ''}{duration(answer.seconds)}"
    )
    yield from _report(report)


def _report(report: AnswerReport) -> Iterator[Block]:
    window = f"{report.context_window:,} tokens" if report.context_window is not None else ""
    facts = {
        "request id": report.request_id,
        "region": report.region,
        "quota left": quota_left(report.remaining_requests, report.remaining_tokens),
        "context": window,
    }
    for label, value in facts.items():
        if value:
            yield FactBlock(label, value)
    if report.filters:
        yield TextBlock("")
        yield FilterTable(report.filters)
