"""What a session is built of: which models, in which order, and what happens when it is left while it is built."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.test_connecting import MemoryKeyring
from tui.consent import Doubt
from tui.core.errors import SettingsError
from tui.settings import PLANNER, Settings, Sources, load_settings
from tui.settings.key_ring import KeyRing
from tui.settings.saved import SavedDeployment
from tui.workspace import Workspace

AZURE = {
    "AZURE_OPENAI_ENDPOINT": "https://r.openai.azure.com",
    "AZURE_OPENAI_API_KEY": "canary-key",
    "AZURE_OPENAI_DEPLOYMENT": "gpt-5,gpt-4o",
}
NOWHERE = "http://127.0.0.1:9/sse"
"""A server that is not there: nothing has to be launched."""


def settings_of(
    tmp_path: Path,
    environment: Mapping[str, str],
    *saved: SavedDeployment,
    folder_file: Mapping[str, str] | None = None,
    offline: bool = False,
) -> Settings:
    sources = Sources({}, folder_file or {}, environment, saved, tmp_path, tmp_path / "config")
    return load_settings(sources, server_url=NOWHERE, data=str(tmp_path / "data"), offline=offline)


async def names_of(settings: Settings, said: list[str] | None = None) -> tuple[list[str], str]:
    """The models of a session and the default one; `said` takes what the person is told."""
    told = [] if said is None else said
    async with Workspace(settings, tell=lambda words, _hint: told.append(words)) as workspace:
        models = (await workspace.open_session()).models
        return [choice.name for choice in models.choices()], models.default


async def test_models_are_the_deployments_and_at_last_the_planner(tmp_path: Path) -> None:
    assert await names_of(settings_of(tmp_path, AZURE)) == (["gpt-5", "gpt-4o", PLANNER], "gpt-5")
    assert await names_of(settings_of(tmp_path, {})) == ([PLANNER], PLANNER)


async def test_offline_begins_with_the_planner_and_keeps_the_others_to_switch_to(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, AZURE, offline=True)
    assert await names_of(settings) == (["gpt-5", "gpt-4o", PLANNER], PLANNER)


async def test_limits_of_the_settings_reach_the_session(tmp_path: Path) -> None:
    variables = {"CALLSCOPE_MODEL_SILENCE": "6", "MAX_CONVERSATION_LENGTH": "8"}
    async with Workspace(settings_of(tmp_path, variables)) as workspace:
        limits = (await workspace.open_session()).limits
        assert (limits.messages, limits.patience.notice, limits.patience.give_up) == (8, 2, 6)


async def test_saved_deployment_without_its_key_is_left_out_and_said(tmp_path: Path) -> None:
    saved = SavedDeployment("mine", "https://s.openai.azure.com", "gpt-5", key="CALLSCOPE_KEY_GONE")
    said: list[str] = []
    assert await names_of(settings_of(tmp_path, {}, saved), said) == ([PLANNER], PLANNER)
    assert "mine is left out" in said[0]


async def test_key_comes_from_the_keyring_where_it_was_put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = MemoryKeyring(kept={("callscope", "https://s.openai.azure.com"): "canary-key"})
    monkeypatch.setattr("tui.session_builder.system_key_ring", lambda: KeyRing(keyring))
    saved = SavedDeployment("mine", "https://s.openai.azure.com", "gpt-5", key="keyring")
    assert await names_of(settings_of(tmp_path, {}, saved)) == (["mine", PLANNER], "mine")


async def test_where_nobody_can_be_asked_a_doubtful_file_is_refused(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path, {"AZURE_OPENAI_API_KEY": "canary-key"}, folder_file={"AZURE_OPENAI_ENDPOINT": "https://there.example"}
    )
    async with Workspace(settings) as workspace:
        with pytest.raises(SettingsError, match=r"there\.example"):
            await workspace.open_session()


async def test_application_can_be_left_while_it_asks(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path, {"AZURE_OPENAI_API_KEY": "canary-key"}, folder_file={"AZURE_OPENAI_ENDPOINT": "https://there.example"}
    )
    asked = asyncio.Event()

    async def never(_doubt: Doubt) -> bool:
        asked.set()
        return await asyncio.get_running_loop().create_future()

    async with asyncio.timeout(10), Workspace(settings, ask=never) as workspace:
        waiting = asyncio.create_task(workspace.open_session())
        await asked.wait()
    with pytest.raises(asyncio.CancelledError):
        await waiting
