"""What the archive's search promises, plainly: over lists of events, without an index."""

import re
from collections.abc import Iterator, Sequence

from tui.core.events import Event, ModelAnswered, ToolFinished, ToolStarted, UserSaid
from tui.core.ports import ConversationSummary, SearchHit, SearchQuery, Snippet

_AROUND = 40


def look_for(query: SearchQuery, summary: ConversationSummary, events: Sequence[Event]) -> SearchHit | None:
    """The hit, if everything that is asked for holds for this conversation."""
    holds = (
        (not query.tool or query.tool.casefold() in map(str.casefold, summary.tools))
        and (not query.model or query.model.casefold() in map(str.casefold, summary.models))
        and (not query.failed_only or summary.failed_calls > 0)
        and (query.since is None or summary.updated_at >= query.since)
        and (query.until is None or summary.started_at <= query.until)
    )
    if not holds:
        return None
    words = query.text.casefold().split()
    texts = [(0, "title", " ".join([summary.title, *summary.tools])), *_texts(events)]
    if not all(any(_find(word, text) for _, _, text in texts) for word in words):
        return None
    snippets = (
        _snippet(turn, source, text, words[0]) for turn, source, text in texts[1:] if words and _find(words[0], text)
    )
    return SearchHit(summary, next(snippets, None))


def _texts(events: Sequence[Event]) -> Iterator[tuple[int, str, str]]:
    for event in events:
        if isinstance(event, UserSaid):
            yield event.turn, "message", event.text
        elif isinstance(event, ModelAnswered):
            yield event.turn, "answer", event.text
        elif isinstance(event, ToolStarted):
            yield event.turn, "call", f"{event.name} {dict(event.arguments)}"
        elif isinstance(event, ToolFinished):
            yield event.turn, "result", event.text


def _find(word: str, text: str) -> re.Match[str] | None:
    return re.search(rf"(?<![^\W_]){re.escape(word)}\w*", text, re.IGNORECASE)


def _snippet(turn: int, source: str, text: str, word: str) -> Snippet:
    match = _find(word, text)
    assert match
    start, end = match.span()
    pieces = ((text[max(0, start - _AROUND) : start], False), (match[0], True), (text[end : end + _AROUND], False))
    return Snippet(turn, source, tuple(piece for piece in pieces if piece[0]))
