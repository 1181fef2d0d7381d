"""The report of a check for a person, for programs and for continuous integration."""

import json
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from tui.core.check_reports import CheckedFile, as_json, as_junit, as_text, summary
from tui.core.checking import CallCheck, CheckReport, Verdict
from tui.core.errors import AppError


def checked(
    verdict: Verdict, expected: str = "status: ok\n5", actual: str = "status: ok\n6", name: str = "add"
) -> CallCheck:
    why = {"same": "", "different": "the result is not the recorded one"}.get(verdict, "not there")
    return CallCheck(1, 1, name, {"a": 2, "b": 3}, expected, actual, verdict, why)


def file(*checks: CallCheck, path: str = "folder/math.jsonl") -> CheckedFile:
    return CheckedFile(path, "bundled", 1.25, CheckReport(checks, ("x+",)))


def test_a_person_reads_a_line_a_call_and_the_differences() -> None:
    shown = as_text(file(checked("same"), checked("different"), checked("missing"), checked("skipped")))
    assert shown == (
        "folder/math.jsonl\n"
        "  ✓ turn 1 · add(a=2, b=3)\n"
        "  ✗ turn 1 · add(a=2, b=3)  the result is not the recorded one\n"
        "        status: ok\n"
        "      - 5\n"
        "      + 6\n"
        "  ✗ turn 1 · add(a=2, b=3)  not there\n"
        "  ⊘ turn 1 · add(a=2, b=3)  not there\n"
    )


def test_the_summary_counts_everything() -> None:
    problem = CheckedFile("bad.jsonl", "bundled", problem=AppError("No recording.", "Look."))
    files = [file(checked("same"), checked("different")), problem]
    assert summary(files) == "2 recordings, 2 calls: 1 the same, 1 different; 1 could not be checked\n"
    assert "! cannot be checked: No recording. Look." in as_text(problem)


def test_json_has_every_call_with_both_results() -> None:
    document = json.loads(as_json([file(checked("different"))]))
    assert document["passed"] is False
    (recording,) = document["recordings"]
    assert (recording["file"], recording["server"], recording["masks"]) == ("folder/math.jsonl", "bundled", ["x+"])
    assert recording["calls"] == [
        {
            "turn": 1,
            "round": 1,
            "tool": "add",
            "arguments": {"a": 2, "b": 3},
            "verdict": "different",
            "why": "the result is not the recorded one",
            "expected": "status: ok\n5",
            "actual": "status: ok\n6",
            "diff": ["  status: ok", "- 5", "+ 6"],
        }
    ]


def test_junit_has_a_suite_a_recording_and_a_case_a_call() -> None:
    problem = CheckedFile("bad.jsonl", "bundled", problem=AppError("No recording.", "Look."))
    files = [file(checked("same"), checked("different"), checked("missing"), checked("skipped")), problem]
    root = ElementTree.fromstring(as_junit(files))
    assert [root.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["5", "2", "1", "1"]
    suite = root[0]
    assert suite.get("name") == "math.jsonl"
    properties = {(p.get("name"), p.get("value")) for p in suite.iter("property")}
    assert properties == {("file", "folder/math.jsonl"), ("server", "bundled"), ("mask", "x+")}
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.text == "  status: ok\n- 5\n+ 6"


@given(st.text(), st.text(), st.text())
def test_any_text_makes_well_formed_reports(expected: str, actual: str, name: str) -> None:
    files = [file(checked("different", expected, actual, name), path=name or "x")]
    assert ElementTree.fromstring(as_junit(files)).tag == "testsuites"
    assert json.loads(as_json(files))["recordings"]
    assert "\x1b" not in as_text(files[0])
