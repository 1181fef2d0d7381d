"""How long a server is waited for, and when it is tried again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """When to try again, in seconds.

    `delays` are the pauses before each retry; after the last one fails the server is down. `slow_retry` is the pause
    between tries while it is down, during which its state stays "down"; None leaves it to `restart`. A connection
    that served a request, or lasted `steady_after`, begins a new count when it breaks, after the pause `at_first`.
    """

    delays: tuple[float, ...]
    slow_retry: float | None
    steady_after: float = 5.0
    at_first: float = 0.2


FOREIGN_RETRY = RetryPolicy(delays=(0.2, 0.6), slow_retry=10.0)
BUNDLED_RETRY = RetryPolicy(delays=(1.0, 2.0, 4.0), slow_retry=None)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Limits in seconds: from the first packet to the lists; a sign of life after a failure; reading something."""

    connect: float = 10.0
    alive: float = 5.0
    read: float = 30.0
