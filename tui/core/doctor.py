"""What an examination says: how a finding is made, and the report as text and as JSON."""

import json
import textwrap
from collections.abc import Iterable, Sequence
from itertools import groupby

from tui.core.ports.connect import Finding
from tui.core.ports.examiner import Diagnosis, Grade

GLYPHS: dict[Grade, str] = {"ok": "✓", "note": "!", "fault": "✗"}

REPORT_VERSION = 1
_WIDTH = 100


def well(area: str, words: str, *, detail: str = "") -> Diagnosis:
    """All is well."""
    return Diagnosis(area, "ok", Finding(True, words, "", detail))


def note(area: str, words: str, hint: str = "", *, detail: str = "") -> Diagnosis:
    """Worth knowing."""
    return Diagnosis(area, "note", Finding(True, words, hint, detail))


def fault(area: str, words: str, hint: str = "", *, detail: str = "") -> Diagnosis:
    """Something does not work."""
    return Diagnosis(area, "fault", Finding(False, words, hint, detail))


def is_healthy(diagnoses: Iterable[Diagnosis]) -> bool:
    """Whether there is no fault."""
    return all(diagnosis.grade != "fault" for diagnosis in diagnoses)


def summary(diagnoses: Sequence[Diagnosis]) -> str:
    """What there is, counted."""
    faults = sum(diagnosis.grade == "fault" for diagnosis in diagnoses)
    notes = sum(diagnosis.grade == "note" for diagnosis in diagnoses)
    parts = [
        f"{faults} fault{'' if faults == 1 else 's'}" if faults else "no faults",
        f"{notes} note{'' if notes == 1 else 's'}" if notes else "no notes",
    ]
    things = "thing" if len(diagnoses) == 1 else "things"
    return f"{len(diagnoses)} {things} looked at: {', '.join(parts)}."


def as_text(diagnoses: Sequence[Diagnosis]) -> str:
    """The report to read: a heading for each area, a line for each finding, below it what to do."""
    lines: list[str] = []
    for area, group in groupby(diagnoses, key=lambda diagnosis: diagnosis.area):
        lines += ["", area] if lines else [area]
        for diagnosis in group:
            lines += _lines(diagnosis)
    return "\n".join([*lines, "", summary(diagnoses), ""])


def as_json(diagnoses: Sequence[Diagnosis]) -> str:
    """The report for programs."""
    found = [
        {
            "area": diagnosis.area,
            "grade": diagnosis.grade,
            "words": diagnosis.finding.words,
            "hint": diagnosis.finding.hint,
            "detail": diagnosis.finding.detail,
        }
        for diagnosis in diagnoses
    ]
    report = {"version": REPORT_VERSION, "healthy": is_healthy(diagnoses), "findings": found}
    return json.dumps(report, ensure_ascii=False, indent=2) + "\n"


def _lines(diagnosis: Diagnosis) -> list[str]:
    finding = diagnosis.finding
    lines = _wrapped(f"  {GLYPHS[diagnosis.grade]} ", finding.words)
    if finding.hint:
        lines += _wrapped("    → ", finding.hint)
    for line in finding.detail.splitlines():
        lines += _wrapped("      ", line)
    return lines


def _wrapped(lead: str, text: str) -> list[str]:
    """The text below its lead; nothing is broken within a word, for an address must stay whole to be copied."""
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_long_words=False,
        break_on_hyphens=False,
    )
