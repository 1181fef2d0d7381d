"""Connecting a deployment from within the application: filled in by keys, tested, kept, used at the next start."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.whole.application import OFFLINE, Application, contents
from tests.whole.azure_thread import AzureThread

KEY = "canary-key-4711-0815"
CONNECTED = "◆ a-deployment"
ANY = "◆"


@pytest.fixture(scope="module")
def azure() -> Iterator[AzureThread]:
    with AzureThread(api_key=KEY) as endpoint:
        yield endpoint


def fill_in(application: Application, azure: AzureThread, key: str = KEY) -> None:
    """Open the form and fill it in."""
    application.press("/connect", "enter")
    application.wait_for("Connect a deployment")
    application.paste(azure.endpoint.url)
    application.wait_for(azure.endpoint.url)
    application.press("tab")
    application.paste(key)
    application.wait_for("•" * len(key))
    application.press("tab", azure.endpoint.deployment)
    application.wait_for(lambda screen: "deployment a-deployment" in " ".join(screen.split()))


def test_deployment_is_connected_by_keys_kept_and_used_at_the_next_start(tmp_path: Path, azure: AzureThread) -> None:
    azure.script()
    with Application(tmp_path, badge=ANY, columns=80, rows=24) as application:
        application.wait_until_ready(OFFLINE)
        fill_in(application, azure)
        application.press("f5")
        application.wait_for("Ctrl+S saves it")
        application.press("ctrl+s")
        application.wait_for(CONNECTED)
        application.ask("Hello, what can you do?", "With the connected tools")
        application.ask(f"my key is {KEY}", "did not understand")
        application.press("ctrl+o")
        application.wait_for("Which model answers")
        application.press("end", "up", "enter")
        application.wait_for(OFFLINE)
        application.press("ctrl+q")
        assert application.wait_for_exit() == 0
    folder = tmp_path / ".config" / "callscope"
    (saved,) = tomllib.loads((folder / "deployments.toml").read_text())["deployment"]
    assert saved["endpoint"] == azure.endpoint.url
    assert KEY in (folder / "settings.env").read_text()
    assert KEY not in (folder / "deployments.toml").read_text()
    assert [path.stat().st_mode & 0o777 for path in folder.iterdir()] == [0o600, 0o600]
    assert folder.stat().st_mode & 0o777 == 0o700
    assert KEY.encode() not in contents(tmp_path / ".local")

    before = len(azure.requests)
    with Application(tmp_path, badge=CONNECTED) as application:
        application.wait_until_ready()
        application.ask("Hello again, what can you do?", "With the connected tools")
    assert len(azure.requests) == before + 1


def test_refused_key_is_said_and_saved_only_when_the_person_insists(tmp_path: Path, azure: AzureThread) -> None:
    with Application(tmp_path, badge=ANY) as application:
        application.wait_until_ready()
        fill_in(application, azure, key="a-wrong-key")
        application.press("ctrl+s")
        application.wait_for("save it all the same")
        assert "a-wrong-key" not in application.text
        assert not (tmp_path / ".config" / "callscope").exists()
        application.press("ctrl+s")
        application.wait_for(CONNECTED)
    assert "a-wrong-key" in (tmp_path / ".config" / "callscope" / "settings.env").read_text()


def test_folder_file_gets_no_key_from_elsewhere_before_a_yes_which_is_remembered(
    tmp_path: Path, azure: AzureThread
) -> None:
    folder = tmp_path / "a-project"
    folder.mkdir()
    (folder / ".env").write_text(f"AZURE_OPENAI_ENDPOINT={azure.endpoint.url}\nAZURE_OPENAI_DEPLOYMENT=a-deployment\n")
    variables = {"AZURE_OPENAI_API_KEY": KEY}
    before = len(azure.requests)
    with Application(tmp_path, variables=variables, folder=folder, badge=ANY) as application:
        screen = application.wait_for("Send your key to 127.0.0.1")
        assert "the key is from the environment" in " ".join(screen.split())
        application.press("y")  # the rest of a word, typed too early
        application.wait_for("The answer yes is remembered")
        application.press("enter")
        application.wait_until_ready()
        application.ask("Hello, what can you do?", "With the connected tools")
    assert len(azure.requests) == before
    for is_asked in (True, False):
        with Application(tmp_path, variables=variables, folder=folder, badge=ANY) as application:
            if is_asked:
                application.wait_for("The answer yes is remembered")
                application.press("y")
            application.wait_until_ready()
            application.wait_for(CONNECTED)
    assert KEY.encode() not in contents(tmp_path)
