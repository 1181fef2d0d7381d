"""How many requests a minute go to a deployment: a sliding window, so that no minute ever has more."""

import re
from collections import deque
from collections.abc import Callable, Mapping

WINDOW_SECONDS = 60.0
_MARGIN_SECONDS = 0.002
"""More than rounding and less than anybody notices, so that both ends of a window are never in the same minute."""

_NARROW_LIMIT = 60
_NARROW_GAP_SECONDS = 1.0
"""Azure counts in pieces of a minute: of so few requests a minute it takes one a second [quota management]."""

_DURATION = re.compile(r"(?:(\d{1,6}(?:\.\d+)?)(ms|s|m|h)?)")
_UNIT_SECONDS = {"": 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class RateWindow:
    """Counts every request of the last minute, failed ones too. `per_minute` 0 lets everything through.

    Ask `delay` and call `take` without waiting in between; several streams may share one window.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._per_minute = per_minute
        self._sent: deque[float] = deque()
        self._blocked_until = float("-inf")
        self._gap = 0.0

    @property
    def per_minute(self) -> int:
        """How many requests go out in a minute at most; less than was set where the service said so."""
        return self._per_minute

    def delay(self) -> float:
        """Seconds until a request may go out; 0 when it may now."""
        if not self._per_minute:
            return 0.0
        now = self._clock()
        while self._sent and now - self._sent[0] > WINDOW_SECONDS + _MARGIN_SECONDS / 2:
            self._sent.popleft()
        last = self._sent[-1] if self._sent else float("-inf")
        blocked = max(0.0, self._blocked_until - now, last + self._gap - now)
        if len(self._sent) < self._per_minute:
            return blocked
        return max(blocked, self._sent[-self._per_minute] + WINDOW_SECONDS + _MARGIN_SECONDS - now)

    def take(self) -> None:
        """A request goes out now."""
        if self._per_minute:
            self._sent.append(self._clock())

    def learn(self, headers: Mapping[str, str]) -> None:
        """Take in what the response says about the deployment's limit of requests.

        Headers: `x-ratelimit-limit-requests`, `-remaining-requests`, `-reset-requests` [Azure OpenAI quota management];
        a reset is a number of seconds, or a duration such as "1s", "250ms" or "6m0s".
        """
        limit = whole_number(headers.get("x-ratelimit-limit-requests", ""))
        if limit and self._per_minute:
            self._per_minute = min(self._per_minute, limit)
            self._gap = _NARROW_GAP_SECONDS if limit <= _NARROW_LIMIT else 0.0
        if whole_number(headers.get("x-ratelimit-remaining-requests", "")) == 0:
            reset = _seconds(headers.get("x-ratelimit-reset-requests", ""))
            self._blocked_until = self._clock() + min(reset, WINDOW_SECONDS)


def whole_number(text: str) -> int | None:
    """A header's value as a number; None where it is none."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _seconds(duration: str) -> float:
    return sum(float(number) * _UNIT_SECONDS[unit] for number, unit in _DURATION.findall(duration.strip()))
