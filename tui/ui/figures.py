"""Durations, counts and times as short text."""

import time


def duration(seconds: float) -> str:
    """`12 ms`, `0.4 s`, `1 min 5 s`."""
    if seconds < 0.1:
        return f"{max(0, round(seconds * 1000))} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 call`, `2 calls`, `1,000 calls`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def tokens(number: int) -> str:
    """`950 tokens`, `1.2k tokens`."""
    if number < 1000:
        return count(number, "token")
    return f"{number / 1000:.1f}k tokens" if number < 999_950 else f"{number / 1_000_000:.1f}M tokens"


def clock_time(at: float) -> str:
    """Hours and minutes, in the local zone, of a time in seconds since the epoch."""
    return time.strftime("%H:%M", time.localtime(at))
