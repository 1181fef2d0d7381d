"""Settings: who wins, what is refused, which variable is named."""

from collections.abc import Mapping
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from tests.store.disk import as_nobody, folder_of_nobody
from tui.consent import Doubt, doubts, refuse, settle, settled
from tui.core.errors import SettingsError
from tui.deployments import understand
from tui.settings import Settings, Sources, load_settings
from tui.settings.env_file import with_variable
from tui.settings.saved import SavedDeployment, read_saved

AZURE = {
    "AZURE_OPENAI_ENDPOINT": "https://r.openai.azure.com",
    "AZURE_OPENAI_API_KEY": "canary-key",
    "AZURE_OPENAI_DEPLOYMENT": "chat",
}


def load(
    environment: Mapping[str, str] | None = None, dot_env: Mapping[str, str] | None = None, server_url: str = ""
) -> Settings:
    return load_settings(Sources({}, dot_env or {}, environment or {}), server_url=server_url)


def names(settings: Settings) -> list[str]:
    """The models that these settings make, in order, without the planner."""
    return [named.name for named in understand(settings).targets]


def test_nothing_set_means_planner_and_bundled_server() -> None:
    settings = load()
    assert settings.deployments == ()
    assert settings.server_url is None
    assert settings.max_messages == 50


def test_three_variables_connect_to_azure() -> None:
    (azure,) = load(AZURE).deployments
    assert (azure.endpoint, azure.deployment, azure.api_key) == ("https://r.openai.azure.com", "chat", "canary-key")


def test_deployment_has_the_documented_default() -> None:
    settings = load({k: v for k, v in AZURE.items() if k != "AZURE_OPENAI_DEPLOYMENT"})
    assert names(settings) == ["gpt-4o-mini"]


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


def test_dot_env_cannot_send_a_key_from_elsewhere_to_its_endpoint_unasked() -> None:
    settings = load({"AZURE_OPENAI_API_KEY": "canary-key"}, {"AZURE_OPENAI_ENDPOINT": "https://evil.example"})
    (doubt,) = doubts(settings)
    assert "evil.example" in doubt.title
    assert "the environment" in doubt.words
    assert ".env" in doubt.words
    assert "canary" not in repr(doubt)
    assert settled(settings, lambda _: False).deployments == ()
    assert names(settled(settings, lambda _: True)) == ["gpt-4o-mini"]


def test_dot_env_with_a_key_of_its_own_is_used_unless_the_persons_own_files_say_otherwise() -> None:
    assert doubts(load({}, AZURE)) == []
    own = {**AZURE, "AZURE_OPENAI_ENDPOINT": "https://mine.openai.azure.com"}
    (doubt,) = doubts(load_settings(Sources(own, AZURE, {})))
    assert "r.openai.azure.com" in doubt.title


@pytest.mark.parametrize(
    ("variable", "value"), [("MCP_SERVER_URL", "http://evil.example"), ("CALLSCOPE_FILES", "/etc")]
)
def test_dot_env_decides_about_tools_and_their_files_only_after_a_yes(variable: str, value: str) -> None:
    settings = load({}, {variable: value})
    assert len(doubts(settings)) == 1
    without = settled(settings, lambda _: False)
    assert (without.server_url, without.files_folder) == (None, without.own_files_folder)
    agreed = settled(settings, lambda _: True)
    assert value in (agreed.server_url, str(agreed.files_folder))
    assert doubts(load({variable: value})) == []


def test_dot_env_does_not_say_where_the_history_goes() -> None:
    settings = load({}, {"CALLSCOPE_DATA": "/tmp/theirs"})
    assert settings.data_folder == load().data_folder
    assert "CALLSCOPE_DATA" in settings.remarks[0]


async def test_yes_is_remembered_for_this_endpoint_and_this_key_without_the_key(tmp_path: Path) -> None:
    asked: list[str] = []

    async def yes(doubt: Doubt) -> bool:
        asked.append(doubt.title)
        return True

    def settings(endpoint: str, key: str) -> Settings:
        sources = Sources({}, {"AZURE_OPENAI_ENDPOINT": endpoint}, {"AZURE_OPENAI_API_KEY": key})
        return load_settings(replace(sources, config_folder=tmp_path))

    for _ in range(2):
        assert (await settle(settings("https://a.example", "canary-key"), yes, unheard)).deployments
    assert len(asked) == 1
    await settle(settings("https://b.example", "canary-key"), yes, unheard)
    await settle(settings("https://a.example", "another-key"), yes, unheard)
    assert len(asked) == 3
    kept, mode = only_file(tmp_path)
    assert "canary" not in kept
    assert mode == 0o600


async def test_no_is_asked_again(tmp_path: Path) -> None:
    asked: list[str] = []

    async def no(doubt: Doubt) -> bool:
        asked.append(doubt.title)
        return False

    sources = Sources({}, {"MCP_SERVER_URL": "http://there.example"}, {}, config_folder=tmp_path)
    for _ in range(2):
        assert (await settle(load_settings(sources), no, unheard)).server_url is None
    assert len(asked) == 2


async def test_where_nobody_can_be_asked_it_is_refused_in_words(tmp_path: Path) -> None:
    sources = Sources({}, {"MCP_SERVER_URL": "http://there.example"}, {}, config_folder=tmp_path)
    with pytest.raises(SettingsError, match=r"\.env says that the tools come from there\.example"):
        await settle(load_settings(sources), refuse, unheard)


def only_file(folder: Path) -> tuple[str, int]:
    """The text and the permissions of the one file in a folder."""
    (path,) = folder.iterdir()
    return path.read_text(), path.stat().st_mode & 0o777


def unheard(words: str, hint: str) -> None:
    raise AssertionError(f"{words} {hint}")


def test_several_deployments_are_models_the_first_is_the_default() -> None:
    assert names(load({**AZURE, "AZURE_OPENAI_DEPLOYMENT": "gpt-5, gpt-4o ,,gpt-5"})) == ["gpt-5", "gpt-4o"]


def test_deployment_and_version_of_a_pasted_target_uri_count_where_nothing_else_is_set() -> None:
    uri = "https://r.openai.azure.com/openai/deployments/my-gpt/chat/completions?api-version=2025-01-01-preview"
    variables = {"AZURE_OPENAI_ENDPOINT": uri, "AZURE_OPENAI_API_KEY": "canary-key"}
    (named,) = understand(load(variables)).targets
    assert (named.name, named.destination.api_version) == ("my-gpt", "2025-01-01-preview")
    assert names(load({**variables, "AZURE_OPENAI_DEPLOYMENT": "other"})) == ["other"]


@pytest.mark.parametrize(
    ("variables", "sign_in", "token"),
    [
        ({"AZURE_OPENAI_API_KEY": "canary-key"}, "key", ""),
        ({"AZURE_OPENAI_AD_TOKEN": "canary-token"}, "entra", "canary-token"),
        ({"AZURE_OPENAI_API_KEY": "canary-key", "AZURE_OPENAI_AD_TOKEN": "canary-token"}, "key", ""),
        ({"AZURE_OPENAI_API_KEY": "canary-key", "AZURE_OPENAI_AUTH": "entra"}, "entra", ""),
        ({"AZURE_OPENAI_AUTH": "Entra"}, "entra", ""),
    ],
)
def test_sign_in_is_said_or_follows_from_what_is_set(variables: dict[str, str], sign_in: str, token: str) -> None:
    (azure,) = load({"AZURE_OPENAI_ENDPOINT": "https://r.openai.azure.com", **variables}).deployments
    assert (azure.sign_in, azure.ad_token) == (sign_in, token)
    assert azure.api_key == ("canary-key" if sign_in == "key" else "")


def test_password_of_a_server_is_one_of_the_secrets() -> None:
    assert load({"MCP_SERVER_URL": "https://me:canary-password@there.example/mcp"}).secrets == ("canary-password",)
    assert load({"MCP_SERVER_URL": "http://[nonsense"}).secrets == ()


@given(value=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1), before=st.booleans())
def test_variable_that_is_written_is_read_as_it_was(value: str, before: bool) -> None:
    text = "# mine\nOTHER=1\n" + ("export K = old\n" if before else "")
    written = with_variable(text, "K", value)
    assert written.startswith("# mine\nOTHER=1\n")
    assert dict(dotenv_values(stream=StringIO(written), interpolate=False)) == {"OTHER": "1", "K": value}


def test_unknown_sign_in_names_its_variable() -> None:
    with pytest.raises(SettingsError, match="AZURE_OPENAI_AUTH"):
        load({**AZURE, "AZURE_OPENAI_AUTH": "password"})


def test_compatible_endpoint_needs_a_model_but_no_key() -> None:
    local = {"OPENAI_BASE_URL": "http://localhost:11434/v1"}
    assert names(load({**local, "OPENAI_MODEL": "llama3, qwen3"})) == ["llama3", "qwen3"]
    with pytest.raises(SettingsError, match="OPENAI_MODEL is not set"):
        load(local)
    assert load({"OPENAI_API_KEY": "a-key-for-other-programs"}).deployments == ()


def test_one_name_on_two_resources_says_which_is_which() -> None:
    settings = load({**AZURE, "OPENAI_BASE_URL": "http://localhost:1/v1", "OPENAI_MODEL": "chat"})
    assert names(settings) == ["chat", "chat (localhost:1)"]


def test_offline_works_whatever_is_set() -> None:
    sources = Sources({}, {}, {"AZURE_OPENAI_ENDPOINT": "https://r.openai.azure.com"})
    assert load_settings(sources, offline=True).deployments == ()
    bad = Sources({}, {}, {**AZURE, "AZURE_OPENAI_ENDPOINT": "http://far.example.com"})
    assert names(load_settings(bad, offline=True)) == []


def test_saved_deployments_come_after_those_of_the_variables_with_their_key_from_the_users_file() -> None:
    saved = SavedDeployment("mine", "https://s.openai.azure.com", "gpt-5", key="CALLSCOPE_KEY_S")
    settings = load_settings(Sources({"CALLSCOPE_KEY_S": "saved-key"}, {"CALLSCOPE_KEY_S": "theirs"}, AZURE, [saved]))
    assert names(settings) == ["chat", "mine"]
    assert settings.deployments[1].api_key == "saved-key"
    assert set(settings.secrets) == {"canary-key", "saved-key"}


def test_saved_deployment_with_entra_id_needs_no_key() -> None:
    saved = SavedDeployment("mine", "https://s.openai.azure.com", "gpt-5", sign_in="entra")
    (deployment,) = load_settings(Sources({}, {}, {}, [saved])).deployments
    assert (deployment.sign_in, deployment.api_key) == ("entra", "")


@pytest.mark.parametrize(
    "text",
    [
        "deployment = 3",
        "[deployment]\nname = 'x'",
        "[[deployment]]\nname = 'x'\nendpoint = 'https://x'",
        "[[deployment]]\nname = 'x'\nendpoint = 4\ndeployment = 'y'",
        "[[deployment]]\nname = 'x'\nendpoint = 'https://x'\ndeployment = 'y'\nsign_in = 'magic'",
        "[[deployment]]\nname = '\\u001b'\nendpoint = \"\\u001b[2J\"\ndeployment = 'y'",
        "\x00\xff",
    ],
)
def test_damaged_file_of_deployments_is_said_in_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "deployments.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=r"deployments\.toml cannot be used"):
        read_saved(path)


def test_where_a_file_stands_in_the_folders_place_nothing_is_saved(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert read_saved(tmp_path / "file" / "deployments.toml") == ()


def test_saved_deployment_that_cannot_be_used_is_left_out_with_a_remark() -> None:
    saved = SavedDeployment("mine", "http://far.example.com", "gpt-5", key="K")
    understood = understand(load_settings(Sources({}, {}, AZURE, [saved])))
    assert [named.name for named in understood.targets] == ["chat"]
    assert "mine is left out" in understood.remarks[0]


@pytest.mark.parametrize("value", ["many", "1", "-5", "5.5", "0", "9" * 5000])
def test_bad_length_names_its_variable(value: str) -> None:
    with pytest.raises(SettingsError, match="MAX_CONVERSATION_LENGTH"):
        load({"MAX_CONVERSATION_LENGTH": value})


@pytest.mark.parametrize("variable", ["CALLSCOPE_REQUESTS_PER_MINUTE", "CALLSCOPE_MODEL_SILENCE"])
def test_limits_are_numbers_and_a_bad_one_names_its_variable(variable: str) -> None:
    settings = load({variable: "7"})
    assert 7 in (settings.requests_per_minute, settings.silence_seconds)
    assert (load().requests_per_minute, load().silence_seconds) == (60, 60)
    with pytest.raises(SettingsError, match=variable):
        load({variable: "soon"})


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
