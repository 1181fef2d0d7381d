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


def whole_seconds(seconds: float) -> str:
    """`60 s`, `2 min 5 s`: for what is counted up or down before one's eyes."""
    whole = max(0, int(seconds))
    return f"{whole} s" if whole < 100 else duration(whole)


def amount(number: int) -> str:
    """`950`, `1.2k`, `128k`, `1.0M`."""
    if number < 1000:
        return str(number)
    if number < 99_950:
        return f"{number / 1000:.1f}k"
    return f"{number / 1000:.0f}k" if number < 999_500 else f"{number / 1_000_000:.1f}M"


def tokens(number: int) -> str:
    """`950 tokens`, `1.2k tokens`."""
    return count(number, "token") if number < 1000 else f"{amount(number)} tokens"


def file_size(size: int) -> str:
    """`950 bytes`, `12 KB`, `1.5 MB`, of a size in bytes."""
    if size < 1024:
        return count(size, "byte")
    return f"{size / 1024:,.0f} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"


def clock_time(at: float) -> str:
    """Hours and minutes, in the local zone, of a time in seconds since the epoch."""
    return time.strftime("%H:%M", time.localtime(at))


def exact_time(at: float) -> str:
    """Hours, minutes and seconds, in the local zone, of a time in seconds since the epoch."""
    return time.strftime("%H:%M:%S", time.localtime(at))
