"""When a request that failed is sent again, and after how long: visibly, a few times, and never for ever."""

import asyncio
import random
import re
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx2
from openai import APIConnectionError

from tui.azure.failure import Failure
from tui.azure.network_errors import causes
from tui.core.events import REQUEST_TRIES

LONGEST_WAIT_SECONDS = 120.0
_STATUSES = (408, 409, 429, 500, 502, 503, 504)
_STREAM_CODES = (
    *("server_error", "internal_server_error", "rate_limit_exceeded", "too_many_requests", "timeout"),
    *map(str, _STATUSES),
)
_NEVER_CODES = ("insufficient_quota", "billing_hard_limit_reached")
_JITTER_SECONDS = 0.25
_NAMED_WAIT = re.compile(r"(?:after|in) (\d{1,9}) ?(?:s\b|second)")


@dataclass(frozen=True, slots=True)
class Timing:
    """Where time and chance come from. `clock` and `sleep` are in seconds, `jitter` is from 0 to 1."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[], float] = random.random


def retry_wait(failure: Failure, attempt: int, jitter: Callable[[], float]) -> float | None:
    """Seconds until this failure's request should be sent again; None where that does not help or takes too long.

    What the service asks for counts, otherwise 1 and 2 seconds and a little. `attempt` counts from 1.
    """
    if attempt >= REQUEST_TRIES or not _may_pass(failure):
        return None
    asked = asked_wait(failure)
    wait = 2.0 ** (attempt - 1) + jitter() * _JITTER_SECONDS if asked is None else asked
    return wait if wait <= LONGEST_WAIT_SECONDS else None


def asked_wait(failure: Failure) -> float | None:
    """Seconds that the service asks to wait: in `retry-after-ms`, `retry-after` or its words; None if it does not."""
    headers = failure.headers
    for text, per_second in ((headers.get("retry-after-ms", ""), 1000), (headers.get("retry-after", ""), 1)):
        if re.fullmatch(r"\d{1,9}(?:\.\d{1,6})?", text.strip()):
            return float(text) / per_second
    if (date := _date_wait(headers)) is not None:
        return date
    named = _NAMED_WAIT.search(failure.message) if failure.told else None
    return float(named[1]) if named else None


def _date_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds up to a `retry-after` that is a date, by the service's own clock where it tells it."""
    try:
        until = parsedate_to_datetime(headers.get("retry-after", "")).timestamp()
        now = parsedate_to_datetime(headers["date"]).timestamp() if "date" in headers else time.time()
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, until - now)


def _may_pass(failure: Failure) -> bool:
    if failure.code in _NEVER_CODES or failure.held_back or failure.too_long:
        return False
    if failure.status:
        return failure.status in _STATUSES
    if failure.told:
        return failure.code in _STREAM_CODES
    return isinstance(failure.error, APIConnectionError | httpx2.TransportError) and not _is_settled(failure.error)


def _is_settled(error: Exception) -> bool:
    """Whether the cause of a broken connection stays: a name that does not exist, a certificate, a proxy's refusal."""
    for cause in causes(error):
        if isinstance(cause, socket.gaierror):
            return cause.errno != socket.EAI_AGAIN
        if isinstance(cause, ssl.SSLError | httpx2.ProxyError | httpx2.UnsupportedProtocol):
            return True
    return False
