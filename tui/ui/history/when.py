"""Times as a person says them, in the local time zone."""

from datetime import datetime, timedelta

WIDTH = 11
"""Cells that the longest form takes: `12 Nov 2025`."""


def when(at: float, now: float) -> str:
    """`today 14:02`, `yesterday`, `Mon`, `12 Nov`, `12 Nov 2025`; empty for a time that no calendar has."""
    try:
        moment, today = datetime.fromtimestamp(at), datetime.fromtimestamp(now)
    except (OverflowError, ValueError, OSError):
        return ""
    age = today.date() - moment.date()
    if age == timedelta(0):
        return f"today {moment:%H:%M}"
    if age == timedelta(days=1):
        return "yesterday"
    if timedelta(0) < age < timedelta(days=7):
        return f"{moment:%a}"
    day = f"{moment.day} {moment:%b}"
    return day if moment.year == today.year else f"{day} {moment.year:04}"


def moment(at: float) -> str:
    """The exact minute: `Thu 12 Nov 2025, 14:02`; empty for a time that no calendar has."""
    try:
        found = datetime.fromtimestamp(at)
    except (OverflowError, ValueError, OSError):
        return ""
    return f"{found:%a} {found.day} {found:%b} {found.year:04}, {found:%H:%M}"
