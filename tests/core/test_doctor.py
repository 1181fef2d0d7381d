"""The doctor's report: as text for people, as JSON for programs."""

import json

from tui.core.doctor import as_json, as_text, fault, is_healthy, note, summary, well

FOUND = [
    well("Settings", "All is well."),
    note("Settings", "Something is odd.", "Look at it."),
    fault("Servers", "One is down.", "Restart it.", detail="first\nlast words"),
]


def test_the_report_has_a_heading_for_each_area_and_says_what_to_do() -> None:
    assert as_text(FOUND) == (
        "Settings\n"
        "  ✓ All is well.\n"
        "  ! Something is odd.\n"
        "    → Look at it.\n"
        "\n"
        "Servers\n"
        "  ✗ One is down.\n"
        "    → Restart it.\n"
        "      first\n"
        "      last words\n"
        "\n"
        "3 things looked at: 1 fault, 1 note.\n"
    )


def test_notes_are_no_faults() -> None:
    assert is_healthy(FOUND[:2])
    assert not is_healthy(FOUND)
    assert summary(FOUND[:1]) == "1 thing looked at: no faults, no notes."


def test_an_address_stays_whole_however_long_it_is() -> None:
    address = "https://" + "long-" * 40 + "end"
    assert address in as_text([well("Settings", f"It is {address} and more.")])


def test_programs_get_every_part() -> None:
    report = json.loads(as_json(FOUND))
    assert (report["version"], report["healthy"]) == (1, False)
    assert report["findings"][2] == {
        "area": "Servers",
        "grade": "fault",
        "words": "One is down.",
        "hint": "Restart it.",
        "detail": "first\nlast words",
    }
