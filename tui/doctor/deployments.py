"""The deployments: where requests would go, and on request whether one gets through."""

from collections.abc import AsyncGenerator, Sequence

from tui.core.doctor import fault, note, well
from tui.core.errors import SettingsError
from tui.core.ports import Diagnosis
from tui.deployments import NamedTarget

AREA = "Deployments"


async def examine_deployments(targets: Sequence[NamedTarget], *, online: bool) -> AsyncGenerator[Diagnosis]:
    """Each deployment; `online`: after one tiny request to it."""
    if not targets:
        yield well(AREA, "There is none to ask; the offline planner needs no network.")
    for named in targets:
        yield well(AREA, f"{named.name}: {named.about}.")
        if online:
            async for diagnosis in _ask(named):
                yield diagnosis
    if targets and not online:
        hint = "o in /doctor, or callscope doctor --online, does."
        yield note(AREA, "No request was sent to find out whether they answer.", hint)


async def _ask(named: NamedTarget) -> AsyncGenerator[Diagnosis]:
    from tui.azure.probe import test_deployment  # it brings openai, which only this needs

    try:
        findings = await test_deployment(named.target)
    except SettingsError as error:
        yield fault(AREA, f"{named.name}: {error.message}", error.hint)
        return
    for found in findings:
        yield Diagnosis(AREA, "fault" if not found.ok else "note" if found.hint else "ok", found)
