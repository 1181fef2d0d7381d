"""What a person types to search the history, as a `SearchQuery`: words, and filters such as `tool:calculate`."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from tui.core.ports import SearchQuery

FORMS = "tool:NAME  failed:  model:NAME  since:7d  until:2026-11-30"
"""The filters, for a help line."""

_TOKEN = re.compile(r'([A-Za-z]+):(?:"([^"]*)"?|(\S*))|"([^"]*)"?|(\S+)')
_DAYS_AGO = re.compile(r"(\d{1,4})d")


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter as it was understood: "tool" and what it must be; `problem` says why it does not count."""

    name: str
    value: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """What to look for, and the filters it came from, in the order typed."""

    query: SearchQuery
    filters: Sequence[Filter]

    @property
    def is_empty(self) -> bool:
        """Whether everything is wanted."""
        return self.query == SearchQuery()


def parse_query(typed: str, now: float) -> ParsedQuery:
    """Read a search line; a filter without a value yet is passed over, so that nothing flickers while one types.

    A date counts from its first second, with `until:` up to its last, in local time; `7d` begins six days ago.
    """
    words: list[str] = []
    filters: list[Filter] = []
    for match in _TOKEN.finditer(typed):
        name, quoted, bare, phrase, word = match.groups()
        if name is None:
            words.append(phrase if phrase is not None else word)
        elif (name := name.casefold()) in _READERS:
            filters.append(_read(name, quoted if quoted is not None else bare, now))
        else:
            words.append(match[0])
    filters = [found for found in filters if found.value or found.name == "failed"]
    counting = {found.name: found.value for found in filters if not found.problem}
    query = SearchQuery(
        text=" ".join(words).strip(),
        tool=counting.get("tool", ""),
        model=counting.get("model", ""),
        failed_only="failed" in counting,
        since=_first_second(counting.get("since", ""), now),
        until=_last_second(counting.get("until", ""), now),
    )
    return ParsedQuery(query, filters)


def written(query: str, filters: Mapping[str, str]) -> str:
    """The search line `query` with these filters instead of its own; "failed" counts when its value is not empty."""
    words = " ".join(match[0] for match in _TOKEN.finditer(query) if (match[1] or "").casefold() not in _READERS)
    tokens = [_token(name, value) for name, value in filters.items() if value]
    return " ".join([*tokens, words]).strip()


def _token(name: str, value: str) -> str:
    if name == "failed":
        return "failed:"
    value = value.replace('"', "")
    return f'{name}:"{value}"' if re.search(r"\s", value) else f"{name}:{value}"


def _read(name: str, value: str, now: float) -> Filter:
    return Filter(name, value, _READERS[name](value, now))


def _no_problem(_value: str, _now: float) -> str:
    return ""


def _date_problem(value: str, now: float) -> str:
    if not value or _day(value, now):
        return ""
    return f"“{value}” is no date: 2026-11-01, today, yesterday or 7d"


_READERS: Mapping[str, Callable[[str, float], str]] = MappingProxyType(
    {
        "tool": _no_problem,
        "model": _no_problem,
        "failed": _no_problem,
        "since": _date_problem,
        "until": _date_problem,
    }
)


def _day(value: str, now: float) -> datetime | None:
    today = datetime.fromtimestamp(now).replace(hour=0, minute=0, second=0, microsecond=0)
    value = value.casefold()
    try:
        if value in ("today", "yesterday"):
            return today - timedelta(days=value == "yesterday")
        if days := _DAYS_AGO.fullmatch(value):
            return today - timedelta(days=max(0, int(days[1]) - 1))
        return datetime.strptime(value, "%Y-%m-%d")
    except (ValueError, OverflowError):
        return None


def _first_second(value: str, now: float) -> float | None:
    return _seconds(_day(value, now)) if value else None


def _last_second(value: str, now: float) -> float | None:
    day = _day(value, now) if value else None
    following = _seconds(day + timedelta(days=1)) if day else None
    return None if following is None else following - 1e-6


def _seconds(day: datetime | None) -> float | None:
    try:
        return day.timestamp() if day else None
    except (ValueError, OverflowError, OSError):
        return None
