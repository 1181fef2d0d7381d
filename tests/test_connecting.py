"""Connecting from within: what the form means, what a test finds out, what is kept where, and what never is."""

import tomllib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests.azure_endpoint import AzureEndpoint
from tui.connecting import DeploymentConnector
from tui.core.errors import SettingsError
from tui.core.models import Models
from tui.core.ports import ChatModel, ConnectForm, FormError
from tui.core.redaction import MARK, Redactor
from tui.deployments import understand
from tui.settings import Settings, Sources, load_settings
from tui.settings.key_ring import KeyRing
from tui.settings.sources import DEPLOYMENTS_FILE, USER_FILE

KEY = "canary-key-4711-0815"
FORM = ConnectForm("https://my-resource.openai.azure.com", "gpt-5", KEY)


@dataclass
class MemoryKeyring:
    """A backend of a system's keyring."""

    name: str = "Test Keyring"
    priority: float = 5
    kept: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    locked: bool = False

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise RuntimeError(f"locked, and beside it {password}")
        self.kept[service, username] = password


@dataclass
class Desk:
    """A connector with everything around it."""

    connector: DeploymentConnector
    models: Models
    redact: Redactor
    folder: Path

    @property
    def files(self) -> dict[str, str]:
        """The text of each file in the configuration folder."""
        return {path.name: path.read_text() for path in sorted(self.folder.iterdir())} if self.folder.exists() else {}

    def read_again(self) -> Settings:
        """The settings as the next start would find them."""
        from tui.settings.saved import read_saved

        variables = dict(line.split("=", 1) for line in self.files.get(USER_FILE, "").splitlines() if "=" in line)
        unquoted = {name: value.strip("'") for name, value in variables.items()}
        return load_settings(Sources(unquoted, {}, {}, read_saved(self.folder / DEPLOYMENTS_FILE)))


@asynccontextmanager
async def desk(tmp_path: Path) -> AsyncGenerator[Desk]:
    """A connector on an empty configuration folder."""
    folder = tmp_path / "config"
    settings = load_settings(Sources({}, {}, {}, config_folder=folder), data=str(tmp_path / "data"))
    models, redact = Models(), Redactor()
    owned: list[ChatModel] = []
    connector = DeploymentConnector(settings, models, redact, owned.append)
    yield Desk(connector, models, redact, folder)
    for model in owned:
        await model.aclose()


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (FORM, "Azure OpenAI · my-resource · classic API 2024-10-21 · deployment gpt-5"),
        (replace(FORM, api_version="v1"), "Azure OpenAI · my-resource · v1 API · deployment gpt-5"),
        (replace(FORM, sign_in="entra", api_key=""), "classic API"),
        (
            ConnectForm(
                "https://r.openai.azure.com/openai/deployments/mine/chat/completions?api-version=2025-01-01-preview",
                "",
                KEY,
            ),
            "classic API 2025-01-01-preview · deployment mine",
        ),
        (ConnectForm("http://localhost:11434/v1", "llama3"), "OpenAI-compatible API · localhost:11434 · model llama3"),
    ],
)
async def test_form_is_understood_in_words(tmp_path: Path, form: ConnectForm, words: str) -> None:
    async with desk(tmp_path) as d:
        assert words in d.connector.understood(form)


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        (replace(FORM, endpoint=""), "endpoint"),
        (replace(FORM, endpoint="what is this"), "endpoint"),
        (replace(FORM, endpoint="http://far.example.com"), "endpoint"),
        (replace(FORM, deployment=""), "deployment"),
        (replace(FORM, deployment="two words"), "deployment"),
        (replace(FORM, api_key=""), "api_key"),
        (replace(FORM, api_key="kéy"), "api_key"),
        (replace(FORM, api_version="soon"), "api_version"),
        (ConnectForm("http://localhost:11434/v1", "llama3", sign_in="entra"), "sign_in"),
    ],
)
async def test_what_is_wrong_is_said_of_its_field_without_names_of_variables(
    tmp_path: Path, form: ConnectForm, wrong: str
) -> None:
    async with desk(tmp_path) as d:
        with pytest.raises(FormError) as caught:
            d.connector.understood(form)
        assert caught.value.field == wrong
        assert "OPENAI_" not in caught.value.message + caught.value.hint


async def test_test_sends_one_request_and_lists_what_works(tmp_path: Path) -> None:
    async with AzureEndpoint(api_key=KEY) as endpoint, desk(tmp_path) as d:
        form = ConnectForm(endpoint.url, endpoint.deployment, KEY)
        findings = await d.connector.test(form)
        assert all(finding.ok for finding in findings)
        assert len(endpoint.requests) == 1
        assert d.files == {}
        assert d.models.choices() == []


async def test_refused_key_is_a_finding_in_the_forms_own_words(tmp_path: Path) -> None:
    async with AzureEndpoint(api_key=KEY) as endpoint, desk(tmp_path) as d:
        findings = await d.connector.test(ConnectForm(endpoint.url, endpoint.deployment, "canary-but-wrong"))
        (failed,) = [finding for finding in findings if not finding.ok]
        assert "key" in failed.words
        assert "OPENAI_" not in failed.words + failed.hint
        assert "canary" not in repr(findings)


async def test_saved_deployment_is_a_model_at_once_and_at_the_next_start(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        name, place = await d.connector.save(FORM)
        assert d.models.choices()[0].name == name == "gpt-5"
        assert "my-resource" in d.models.choices()[0].about
        assert str(d.folder / DEPLOYMENTS_FILE) in place
        (saved,) = tomllib.loads(d.files[DEPLOYMENTS_FILE])["deployment"]
        assert saved["endpoint"] == FORM.endpoint
        assert KEY not in d.files[DEPLOYMENTS_FILE]
        (again,) = understand(d.read_again()).targets
        assert (again.name, again.target.api_key) == ("gpt-5", KEY)


async def test_files_are_for_the_user_alone(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        await d.connector.save(FORM)
        assert {name: mode_of(d.folder / name) for name in d.files} == {DEPLOYMENTS_FILE: 0o600, USER_FILE: 0o600}
        assert mode_of(d.folder) == 0o700


async def test_what_else_is_in_the_files_stays(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        await d.connector.save(FORM)
        env, toml = d.folder / USER_FILE, d.folder / DEPLOYMENTS_FILE
        env.write_text(f"# mine\nMAX_CONVERSATION_LENGTH=20\n{env.read_text()}")
        table = '[[deployment]]\n# the old one\nname = "old"\nendpoint = "https://o.example"\ndeployment = "x"\n\n'
        theirs = f"# my notes\nanswer = 42\n\n{table}"
        toml.write_text(theirs + toml.read_text())
        await d.connector.save(replace(FORM, api_key="another-canary-key"))
        assert d.files[USER_FILE].startswith("# mine\nMAX_CONVERSATION_LENGTH=20\n")
        assert d.files[USER_FILE].count("another-canary-key") == 1
        assert KEY not in d.files[USER_FILE]
        assert d.files[DEPLOYMENTS_FILE].startswith(theirs)
        assert d.files[DEPLOYMENTS_FILE].count("[[deployment]]") == 2


async def test_damaged_file_is_said_and_left_as_it_is(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        d.folder.mkdir()
        (d.folder / DEPLOYMENTS_FILE).write_text("this is = = not toml")
        with pytest.raises(SettingsError, match=r"deployments\.toml cannot be used"):
            await d.connector.save(FORM)
        assert d.files[DEPLOYMENTS_FILE] == "this is = = not toml"
        assert d.models.choices() == []


async def test_file_that_cannot_be_changed_without_harm_is_left_as_it_is(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        await d.connector.save(FORM)
        path = d.folder / DEPLOYMENTS_FILE
        text = path.read_text() + "[mine]\nanswer = 42\n"
        path.write_text(text)
        with pytest.raises(SettingsError, match="without harm"):
            await d.connector.save(replace(FORM, api_version="v1"))
        assert path.read_text() == text


async def test_key_goes_to_the_keyring_instead_where_that_is_wanted(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        keyring = MemoryKeyring()
        d.connector.key_ring = KeyRing(keyring)
        assert d.connector.keyring_name() == "Test Keyring"
        await d.connector.save(replace(FORM, keep_key="keyring"))
        assert keyring.kept == {("callscope", "https://my-resource.openai.azure.com"): KEY}
        assert KEY not in str(d.files)
        assert d.read_again().deployments[0].is_key_in_keyring


async def test_keyring_that_fails_is_said_without_the_key(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        d.connector.key_ring = KeyRing(MemoryKeyring(locked=True))
        with pytest.raises(SettingsError, match="Test Keyring failed") as caught:
            await d.connector.save(replace(FORM, keep_key="keyring"))
        assert "canary" not in caught.value.message + caught.value.hint + caught.value.detail
        assert d.files == {}


async def test_deployment_for_this_run_only_is_written_nowhere(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        name, place = await d.connector.save(replace(FORM, keep_key="no"))
        assert d.models.has(name)
        assert place == "for this run only"
        assert d.files == {}


async def test_second_deployment_of_a_resource_needs_no_key_again(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        await d.connector.save(FORM)
        await d.connector.save(replace(FORM, deployment="gpt-4o", api_key=""))
        assert [choice.name for choice in d.models.choices()] == ["gpt-5", "gpt-4o"]
        with pytest.raises(FormError):
            d.connector.understood(replace(FORM, endpoint="https://elsewhere.openai.azure.com", api_key=""))


async def test_same_deployment_saved_again_takes_the_place_of_the_first(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        await d.connector.save(FORM)
        first = d.models.get("gpt-5")
        await d.connector.save(replace(FORM, api_key="another-canary-key"))
        assert [choice.name for choice in d.models.choices()] == ["gpt-5"]
        assert d.models.get("gpt-5") is not first
        assert len(d.read_again().deployments) == 1


async def test_same_name_on_another_resource_is_told_apart(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        await d.connector.save(FORM)
        name, _ = await d.connector.save(replace(FORM, endpoint="https://other.openai.azure.com"))
        assert name == "gpt-5 (other)"
        assert [named.name for named in understand(d.read_again()).targets] == ["gpt-5", "gpt-5 (other)"]


async def test_every_key_that_is_tested_or_saved_is_taken_out_of_texts(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        await d.connector.save(replace(FORM, keep_key="no"))
        assert d.redact(f"the key is {KEY}") == f"the key is {MARK}"


async def test_form_begins_with_what_is_set_up_without_its_key(tmp_path: Path) -> None:
    async with desk(tmp_path) as d:
        assert d.connector.initial() == ConnectForm("", "")
        await d.connector.save(FORM)
        assert d.connector.initial() == replace(FORM, api_key="")


def mode_of(path: Path) -> int:
    """The file's permissions."""
    return path.stat().st_mode & 0o777
