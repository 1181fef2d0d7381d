from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from tests.ui.doctor.scenes import FOUND
from tests.ui.driving import Driven, driving
from tests.ui.history.driving import screen_text
from tui.core.doctor import as_text, fault, well
from tui.ui.doctor.screen import DoctorScreen


@asynccontextmanager
async def page(size: tuple[int, int] = (120, 36)) -> AsyncGenerator[Driven]:
    """The application with the doctor's page open."""
    async with driving(size=size) as driven:
        driven.examiner.found = list(FOUND)
        await driven.send("/doctor")
        await driven.until(lambda: isinstance(driven.app.screen, DoctorScreen), "the page opens")
        await driven.until(lambda: "things looked at" in screen_text(driven.app), "it is filled")
        yield driven


async def test_each_finding_has_its_sign_and_what_to_do() -> None:
    async with page() as driven:
        text = screen_text(driven.app)
    assert "✓ AZURE_OPENAI_API_KEY is set" in text
    assert "! AZURE_OPENAI_DEPLOYMNT" in text
    assert "→ Did you mean AZURE_OPENAI_DEPLOYMENT?" in text
    assert "✗ bundled is down." in text
    assert "ModuleNotFoundError" in text
    assert "1 fault, 3 notes" in text


async def test_deployments_are_asked_only_when_the_person_wants_it() -> None:
    async with page() as driven:
        assert driven.examiner.asked_online == [False]
        driven.examiner.found = [well("Deployments", "It answers.")]
        await driven.pilot.press("o")
        await driven.until(lambda: "It answers." in screen_text(driven.app), "they are asked")
        assert driven.examiner.asked_online == [False, True]


async def test_it_looks_again() -> None:
    async with page() as driven:
        driven.examiner.found = [well("Servers", "Mended.")]
        await driven.pilot.press("r")
        await driven.until(lambda: "Mended." in screen_text(driven.app), "it looks again")


async def test_the_report_is_copied_as_text() -> None:
    async with page() as driven:
        await driven.pilot.press("c")
        await driven.until(lambda: "The report was copied" in screen_text(driven.app), "it says so")
        assert driven.app.clipboard == as_text(FOUND)


async def test_esc_closes_the_page() -> None:
    async with page((80, 24)) as driven:
        await driven.pilot.press("escape")
        await driven.until(lambda: driven.app.screen is driven.screen, "it closes")


async def test_hostile_words_are_shown_and_never_obeyed() -> None:
    async with page((80, 24)) as driven:
        driven.examiner.found = [fault("[/x]", "\x1b[31m[@click=app.quit]x[/x]\u202e", "<b>", detail="[/]\x9b")]
        await driven.pilot.press("r")
        await driven.until(lambda: "[@click=app.quit]x[/x]<U+202E>" in screen_text(driven.app), "it is shown")
        assert driven.app.is_running
