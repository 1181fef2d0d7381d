"""Scenes of the dialogs about the model: the list, the form before and after a test, the system prompt."""

from tests.fakes import FakeConnector
from tests.ui.scenes import Scene
from tui.core.ports import ConnectForm, Finding

MODELS = (
    ("gpt-5", "Azure OpenAI · my-resource · v1 API · deployment gpt-5"),
    ("gpt-4o-mini", "Azure OpenAI · my-resource · classic API 2024-10-21 · deployment gpt-4o-mini"),
)
CONNECT = ("slash", *"connect", "enter")


def filled_in() -> FakeConnector:
    """A connector whose form begins filled in, and whose test finds a mistake."""
    connector = FakeConnector()
    connector.first = ConnectForm("https://my-resource.openai.azure.com", "gpt-5-mini", "not-a-real-key-at-all")
    connector.findings = [
        Finding(True, "my-resource.openai.azure.com answers."),
        Finding(True, "The key is accepted."),
        Finding(
            False,
            "There is no deployment gpt-5-mini on my-resource.openai.azure.com.",
            "Check the name under Deployments in the portal; a new one takes some minutes.",
            "404 · DeploymentNotFound · request 7d2f41aa",
        ),
    ]
    return connector


def dialog_scenes() -> list[Scene]:
    """Every state that is looked at."""
    return [
        Scene("models", keys=("ctrl+o",), added_models=MODELS),
        Scene("connect", keys=CONNECT),
        Scene("connect_typed", keys=(*CONNECT, *"nonsense", "tab", "tab")),
        Scene("connect_tested", keys=(*CONNECT, "f5"), connector=filled_in()),
        Scene("system_prompt", keys=("slash", *"system", "enter")),
    ]
