"""What a check found out, in words for a person, as JSON for programs, and as JUnit XML for continuous integration."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from xml.etree import ElementTree

from tui.core.call_words import call_words as words_of_call
from tui.core.checking import CallCheck, CheckReport
from tui.core.differences import side_by_side, unified
from tui.core.errors import AppError
from tui.core.text import reveal, sanitize

VERSION = 1

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot have, also escaped (section 2.2)."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A recording and what its check found out, or why it could not be checked. `seconds` is how long it took."""

    path: str
    server: str
    seconds: float = 0.0
    report: CheckReport | None = None
    problem: AppError | None = None

    @property
    def passed(self) -> bool:
        """Whether it was checked and every call did what it did."""
        return self.report is not None and self.report.passed


def call_words(check: CallCheck) -> str:
    """The call in one line: the tool, and its arguments as far as they fit."""
    return words_of_call(check.name, check.arguments, check.raw_arguments)


def where(check: CallCheck) -> str:
    """Where in the recording the call stands."""
    return f"turn {check.turn}" if check.turn else "by hand"


def diff_lines(check: CallCheck) -> list[str]:
    """The differences as lines with "-" for what was recorded and "+" for what came back."""
    if check.verdict != "different":
        return []
    return unified(side_by_side(check.expected, check.actual))


def as_text(file: CheckedFile) -> str:
    """One line a call, and the differences below those that failed."""
    lines = [reveal(file.path)]
    if file.problem:
        lines.append(f"  ! cannot be checked: {file.problem.message} {file.problem.hint}".rstrip())
    for check in file.report.checks if file.report else ():
        glyph = {"same": "✓", "skipped": "⊘"}.get(check.verdict, "✗")
        why = f"  {check.why}" if check.why else ""
        lines.append(f"  {glyph} {where(check)} · {call_words(check)}{reveal(why)}")
        lines += [f"      {reveal(line)}" for line in diff_lines(check)]
    if file.report and not file.report.checks:
        lines.append("  no calls: nothing to check")
    return "\n".join(lines) + "\n"


def summary(files: Sequence[CheckedFile]) -> str:
    """All of it in one line."""
    checks = [check for file in files if file.report for check in file.report.checks]
    counts = {
        "the same": sum(check.verdict == "same" for check in checks),
        "different": sum(check.verdict == "different" for check in checks),
        "missing": sum(check.verdict == "missing" for check in checks),
        "not run": sum(check.verdict == "skipped" for check in checks),
    }
    words = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count) or "none"
    problems = sum(file.problem is not None for file in files)
    return (
        f"{len(files):,} recording{'' if len(files) == 1 else 's'}, "
        f"{len(checks):,} call{'' if len(checks) == 1 else 's'}: {words}"
        f"{f'; {problems:,} could not be checked' if problems else ''}\n"
    )


def as_json(files: Sequence[CheckedFile]) -> str:
    """One JSON document; its shape is in the readme."""
    document = {
        "v": VERSION,
        "passed": all(file.passed for file in files),
        "recordings": [_file_document(file) for file in files],
    }
    return json.dumps(document, indent=2, default=_as_plain) + "\n"


def _file_document(file: CheckedFile) -> dict[str, object]:
    checks = file.report.checks if file.report else ()
    return {
        "file": file.path,
        "server": file.server,
        "passed": file.passed,
        "seconds": round(file.seconds, 3),
        "problem": file.problem.message if file.problem else "",
        "hint": file.problem.hint if file.problem else "",
        "masks": list(file.report.patterns) if file.report else [],
        "calls": [
            {
                "turn": check.turn,
                "round": check.round,
                "tool": check.name,
                "arguments": check.arguments,
                "verdict": check.verdict,
                "why": check.why,
                "expected": check.expected,
                "actual": check.actual,
                "diff": diff_lines(check),
            }
            for check in checks
        ],
    }


def as_junit(files: Sequence[CheckedFile]) -> str:
    """A `testsuites` document: a suite for each recording, a case for each call."""
    root = ElementTree.Element("testsuites", name="callscope check")
    for file in files:
        root.append(_suite(file))
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(file: CheckedFile) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", name=_xml(PurePath(file.path).name), time=f"{file.seconds:.3f}")
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in _properties(file):
        ElementTree.SubElement(properties, "property", name=name, value=_xml(value))
    for number, check in enumerate(file.report.checks if file.report else (), start=1):
        suite.append(_case(check, number, PurePath(file.path).stem))
    if file.problem:
        case = ElementTree.SubElement(
            suite, "testcase", classname=_xml(PurePath(file.path).stem), name="can be checked"
        )
        error = ElementTree.SubElement(case, "error", message=_xml(file.problem.message))
        error.text = _xml(file.problem.hint)
    found = {"tests": "testcase", "failures": "testcase/failure", "errors": "testcase/error"}
    for name, path in (found | {"skipped": "testcase/skipped"}).items():
        suite.set(name, str(len(suite.findall(path))))
    return suite


def _case(check: CallCheck, number: int, stem: str) -> ElementTree.Element:
    name = f"{number}. {where(check)} · {call_words(check)}"
    case = ElementTree.Element("testcase", classname=_xml(stem), name=_xml(name))
    if check.failed:
        failure = ElementTree.SubElement(case, "failure", type=check.verdict, message=_xml(check.why))
        failure.text = _xml("\n".join(diff_lines(check)))
    elif check.verdict == "skipped":
        ElementTree.SubElement(case, "skipped", message=_xml(check.why))
    return case


def _properties(file: CheckedFile) -> Iterator[tuple[str, str]]:
    yield "file", file.path
    yield "server", file.server
    for pattern in file.report.patterns if file.report else ():
        yield "mask", pattern


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", sanitize(text))


def _as_plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else list(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType, reportArgumentType, reportCallIssue] (only JSON comes here)
