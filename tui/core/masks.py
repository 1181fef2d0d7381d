"""Values that are different every time, such as times, made the same before results are compared.

A recording brings regular expressions of its own, and they may be anyone's: a bad one keeps Python busy for ever, and
nothing in the same process can stop it. So they are compiled and run in a small process of their own, which is ended
when it takes too long.
"""

import asyncio
import json
import re
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from tui.core.errors import AppError
from tui.core.events import ChecksMasked, Event, ToolFinished

MASK = "⟨masked⟩"
"""What stands for something that a recording's own mask matches."""

SECONDS = 5.0
"""How long all own masks of a check may take together."""

MOST_PATTERNS = 50
LONGEST_PATTERN = 1_000


@dataclass(frozen=True, slots=True)
class _Always:
    placeholder: str
    pattern: re.Pattern[str]


_ALWAYS = (
    _Always(
        "⟨id⟩",
        re.compile(r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b"),
    ),
    _Always(
        "⟨temporary path⟩",
        re.compile(
            r"(?:/private)?/(?:tmp|var/tmp|var/folders)/[^\s\"'<>|:;,)]+"
            r"|[A-Za-z]:\\[^\s\"'<>|:;,]{0,200}\\Temp\\[^\s\"'<>|:;,]+"
        ),
    ),
    _Always(
        "⟨time⟩",
        re.compile(
            r"\b\d{4}-\d{2}-\d{2}(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?)?\b"
            r"|\b\d{1,2}:\d{2}:\d{2}(?:\.\d{1,9})?\b"
            r"|\b\d{1,2}:\d{2} ?[AaPp]\.?[Mm]\b"
            r"|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? \d{1,2} [A-Z][a-z]{2,8} \d{4}\b"
        ),
    ),
    _Always(
        "⟨duration⟩",
        re.compile(r"\b\d{1,12}(?:\.\d{1,9})? ?(?:ns|µs|us|ms|s|secs?|seconds?|mins?|minutes?|hours?)\b"),
    ),
)
"""What is masked in every check. Each takes time in proportion to the text."""

_SUGGESTED = (
    r"-?\d{1,3}(?:\.\d{1,2})? ?°[CF]",
    r"\b1[5-9]\d{8}(?:\.\d{1,9})?\b",
    r"\b(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})\b",
    r"\b(?:localhost|127\.0\.0\.1):\d{2,5}\b",
    r"\b\d{1,9}(?:\.\d{1,3})? ?(?:[KMGT]i?B|bytes)\b",
    r"\bpid[ =:]{1,3}\d{1,8}\b",
)
"""What a result may well say otherwise next time: temperatures, epoch times, digests, ports, sizes, process ids."""

_WORKER = """
import json, re, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
except (ImportError, ValueError, OSError):
    pass
task = json.load(sys.stdin)
texts = task["texts"]
for number, pattern in enumerate(task["patterns"]):
    print(json.dumps({"begun": number}), flush=True)
    try:
        expression = re.compile(pattern)
        texts = [expression.sub(lambda match: task["mask"] if match.group() else "", text) for text in texts]
    except (re.error, RecursionError, OverflowError, MemoryError) as error:
        print(json.dumps({"wrong": str(error)}), flush=True)
        sys.exit()
print(json.dumps({"texts": texts}), flush=True)
"""
"""Runs with Python's own library alone; says which pattern it has begun, so that one that never ends can be named."""


def patterns_of(events: Iterable[Event]) -> tuple[str, ...]:
    """The masks that a recording brings; the last ones count."""
    told = [event.patterns for event in events if isinstance(event, ChecksMasked)]
    return told[-1] if told else ()


def suggested(events: Iterable[Event]) -> tuple[str, ...]:
    """Masks for values in these results that are probably different every time."""
    texts = [event.text for event in events if isinstance(event, ToolFinished)]
    return tuple(pattern for pattern in _SUGGESTED if any(re.search(pattern, text) for text in texts))


async def masked(texts: Sequence[str], patterns: Sequence[str], seconds: float = SECONDS) -> list[str]:
    """The texts with a placeholder for whatever a pattern, or one of those that always count, matches.

    Raises:
        AppError: a pattern is no regular expression, or takes too long; the message names it.
    """
    own = await _masked_by(patterns, texts, seconds) if patterns else list(texts)
    return [_always_masked(text) for text in own]


def _always_masked(text: str) -> str:
    for always in _ALWAYS:
        text = always.pattern.sub(always.placeholder, text)
    return text


async def _masked_by(patterns: Sequence[str], texts: Sequence[str], seconds: float) -> list[str]:
    if len(patterns) > MOST_PATTERNS or any(len(pattern) > LONGEST_PATTERN for pattern in patterns):
        raise AppError(
            "The recording has too many masks, or too long ones.",
            f"{MOST_PATTERNS} masks of up to {LONGEST_PATTERN} characters are enough; leave some out.",
        )
    task = json.dumps({"patterns": list(patterns), "texts": list(texts), "mask": MASK})
    output, in_time = await _work(task.encode("ascii"), seconds)
    said: list[dict[str, object]] = [json.loads(line) for line in output.splitlines()]
    last = said[-1] if said else {}
    if "texts" in last:
        return cast("list[str]", last["texts"])
    begun = [cast("int", line["begun"]) for line in said if "begun" in line]
    name = f"“{patterns[begun[-1]]}”" if begun else "of this check"
    if "wrong" in last:
        raise AppError(f"The mask {name} is not a regular expression that can be used: {last['wrong']}.")
    what = "could not be run" if in_time else f"takes longer than {seconds:g} s"
    raise AppError(f"The mask {name} {what}.", "Write it without repetitions within repetitions.")


async def _work(task: bytes, seconds: float) -> tuple[bytes, bool]:
    """What the worker said, as far as it came, and whether it ended by itself in time."""
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", "-c", _WORKER),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError as error:
        raise AppError("The masks cannot be applied: no process can be started.", detail=str(error)) from error
    stdin, stdout = process.stdin, process.stdout
    if stdin is None or stdout is None:
        raise RuntimeError("the worker has no pipes")
    output = bytearray()

    async def talk() -> None:
        with suppress(ConnectionError):  # It may end before it has read everything.
            stdin.write(task)
            await stdin.drain()
        stdin.close()
        while chunk := await stdout.read(1 << 16):
            output.extend(chunk)

    in_time = False
    try:
        with suppress(TimeoutError):
            await asyncio.wait_for(talk(), seconds)
            in_time = True
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    return bytes(output), in_time
