"""Settings: who wins, what is refused, which variable is named."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.store.disk import as_nobody, folder_of_nobody
from tui.core.errors import SettingsError
from tui.settings import Settings, Sources, load_settings

AZURE = {
    "AZURE_OPENAI_ENDPOINT": "https://r.openai.azure.com",
    "AZURE_OPENAI_API_KEY": "canary-key",
    "AZURE_OPENAI_DEPLOYMENT": "chat",
}


def load(
    environment: Mapping[str, str] | None = None, dot_env: Mapping[str, str] | None = None, server_url: str = ""
) -> Settings:
    return load_settings(Sources({}, dot_env or {}, environment or {}), server_url=server_url)


def test_nothing_set_means_planner_and_bundled_server() -> None:
    settings = load()
    assert settings.azure is None
    assert settings.server_url is None
    assert settings.max_messages == 50


def test_three_variables_connect_to_azure() -> None:
    azure = load(AZURE).azure
    assert azure
    assert (azure.endpoint, azure.deployment, azure.api_version) == ("https://r.openai.azure.com", "chat", "2024-10-21")


def test_deployment_has_the_documented_default() -> None:
    azure = load({k: v for k, v in AZURE.items() if k != "AZURE_OPENAI_DEPLOYMENT"}).azure
    assert azure
    assert azure.deployment == "gpt-4o-mini"


@pytest.mark.parametrize("missing", ["AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY"])
def test_incomplete_settings_name_the_missing_variable(missing: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load({k: v for k, v in AZURE.items() if k != missing})
    assert caught.value.message.startswith(missing)


def test_environment_wins_over_dot_env() -> None:
    assert load({"MCP_SERVER_URL": "http://a"}, {"MCP_SERVER_URL": "http://b"}).server_url == "http://a"
    assert load({}, {"MCP_SERVER_URL": "http://b"}).server_url == "http://b"


def test_option_wins_over_environment() -> None:
    assert load({"MCP_SERVER_URL": "http://a"}, server_url="http://c").server_url == "http://c"


def test_dot_env_cannot_send_a_key_from_elsewhere_to_its_endpoint() -> None:
    with pytest.raises(SettingsError, match=r"\.env"):
        load({"AZURE_OPENAI_API_KEY": "canary-key"}, {"AZURE_OPENAI_ENDPOINT": "https://evil.example"})
    assert load({}, AZURE).azure


@pytest.mark.parametrize("value", ["many", "1", "-5", "5.5", "0", "9" * 5000])
def test_bad_length_names_its_variable(value: str) -> None:
    with pytest.raises(SettingsError, match="MAX_CONVERSATION_LENGTH"):
        load({"MAX_CONVERSATION_LENGTH": value})


@pytest.mark.parametrize("variable", ["CALLSCOPE_DATA", "CALLSCOPE_FILES"])
def test_a_folder_of_nobody_names_its_variable(variable: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        load({variable: "~no-such-user/callscope"})


def test_a_settings_file_in_a_closed_folder_is_said_in_words() -> None:
    with folder_of_nobody(0o000) as closed, as_nobody(), pytest.raises(SettingsError, match=r"\.env cannot be read"):
        Sources.read({}, closed)


def test_a_working_folder_that_is_gone_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert load_settings(Sources.read({}, Path())).data_folder.is_absolute()
    with pytest.raises(SettingsError, match="CALLSCOPE_DATA"):
        load({"CALLSCOPE_DATA": "here"})


def test_key_does_not_print() -> None:
    assert "canary" not in repr(load(AZURE))


def test_dot_env_does_not_interpolate_other_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "canary")
    (tmp_path / ".env").write_text("MCP_SERVER_URL=http://evil/${SECRET}\n", encoding="utf-8")
    sources = Sources.read({}, tmp_path)
    assert sources.get("MCP_SERVER_URL") == "http://evil/${SECRET}"
