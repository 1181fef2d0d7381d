"""Scenes of the doctor's page."""

from tests.fakes import FakeExaminer
from tests.ui.scenes import SMALL_AND_USUAL, Scene
from tui.core.doctor import fault, note, well

FOUND = (
    well("Settings", "AZURE_OPENAI_ENDPOINT is “https://my-resource.openai.azure.com”, from the environment."),
    well("Settings", "AZURE_OPENAI_API_KEY is set, from your settings.env."),
    note(
        "Settings",
        "AZURE_OPENAI_DEPLOYMNT is set, but there is no such variable.",
        "Did you mean AZURE_OPENAI_DEPLOYMENT?",
    ),
    well("Deployments", "gpt-4o-mini: Azure OpenAI · my-resource · classic API 2024-10-21 · deployment gpt-4o-mini."),
    note(
        "Deployments",
        "No request was sent to find out whether they answer.",
        "o in /doctor, or callscope doctor --online, does.",
    ),
    fault(
        "Servers",
        "bundled is down. The bundled server stopped by itself (exit status 3).",
        "Its log is /home/sam/.local/share/callscope/logs/server.log. Restart it to try again.",
        detail="Traceback (most recent call last):\nModuleNotFoundError: No module named 'uvicorn'",
    ),
    well("Data", "The data folder is /home/sam/.local/share/callscope."),
    well("Data", "The history is sound: 1,204 conversations, 31.5 MB; all of it was read."),
    note("Terminal", "It shows 256 colours.", "Where it can do more: export COLORTERM=truecolor."),
    well("Computer", "Python 3.11.7 on Linux 6.1 (x86_64)."),
)


def doctor_scenes() -> list[Scene]:
    """What was found, with something of each kind."""
    keys = ("slash", *"doctor", "enter")
    return [Scene("doctor", keys=keys, examiner=FakeExaminer(*FOUND), sizes=SMALL_AND_USUAL)]
