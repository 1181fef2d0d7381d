"""Options and variables of the command."""

import socket
from collections.abc import Sequence
from pathlib import Path

import pytest

from server.cli import main
from server.errors import StartError
from server.optional_settings import DatabaseSettings
from server.serving import open_listener
from server.settings import Settings, default_files_folder, load_settings


def test_without_options_and_variables_it_serves_this_computer_on_port_8000() -> None:
    settings = load_settings([], {})
    assert settings == Settings(files=default_files_folder(), host="127.0.0.1", port=8000)
    assert settings.files.parts[-2:] == ("callscope", "files")


def test_variables_are_used_and_empty_ones_are_not() -> None:
    variables = {
        "MCP_SSE_HOST": "0.0.0.0",
        "MCP_SSE_PORT": "9000",
        "CALLSCOPE_FILES": "/data",
        "CALLSCOPE_SERVER_TOKEN": "abc",
    }
    assert load_settings([], variables) == Settings(Path("/data"), host="0.0.0.0", port=9000, token="abc")
    assert load_settings([], dict.fromkeys(variables, "")) == load_settings([], {})


def test_an_option_wins_over_its_variable() -> None:
    options = ["--host", "::1", "--port", "0", "--files", "here", "--token", "mine"]
    variables = {
        "MCP_SSE_HOST": "0.0.0.0",
        "MCP_SSE_PORT": "nonsense",
        "CALLSCOPE_FILES": "/data",
        "CALLSCOPE_SERVER_TOKEN": "abc",
    }
    assert load_settings(options, variables) == Settings(Path("here"), host="::1", port=0, token="mine")


@pytest.mark.parametrize("port", ["eighty", "-1", "65536", "8000.0", "80 ", "1" * 5000, "٨٠"])
def test_bad_port_is_refused_naming_where_it_was_set(port: str) -> None:
    with pytest.raises(StartError, match=r"MCP_SSE_PORT must be a whole number from 0 to 65535") as caught:
        load_settings([], {"MCP_SSE_PORT": port})
    assert caught.value.status == 2
    assert len(caught.value.message) < 150
    with pytest.raises(StartError, match=r"--port must be"):
        load_settings([f"--port={port}"], {})


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "žluť"])
def test_token_that_no_header_can_carry_is_refused_without_repeating_it(token: str) -> None:
    with pytest.raises(StartError, match="CALLSCOPE_SERVER_TOKEN must be one word") as caught:
        load_settings([], {"CALLSCOPE_SERVER_TOKEN": token})
    assert token not in caught.value.message


def test_token_is_not_in_the_representation_of_the_settings() -> None:
    assert "canary" not in repr(load_settings(["--token", "canary"], {}))


def run(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit status and what was written to standard error; standard output stays empty."""
    status = main(arguments)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    return status, captured.err


def test_bad_variable_ends_the_command_with_status_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MCP_SSE_PORT", "eighty")
    assert run([], capsys) == (
        2,
        "callscope-server: MCP_SSE_PORT must be a whole number from 0 to 65535, not 'eighty'.\n"
        "For example MCP_SSE_PORT=8000.\n",
    )


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_other_computers_are_not_let_in_without_a_token(
    host: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CALLSCOPE_SERVER_TOKEN", raising=False)
    status, words = run(["--host", host, "--port", "0"], capsys)
    assert status == 2
    assert f"Listening on {host} lets other computers connect, and no token is set." in words
    assert "CALLSCOPE_SERVER_TOKEN" in words


def test_inherited_socket_that_others_can_reach_needs_a_token_too(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("0.0.0.0", 0)) as listener:
        status, words = run(["--fd", str(listener.detach())], capsys)
    assert status == 2
    assert "Listening on 0.0.0.0" in words


def test_taken_port_is_a_sentence_and_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        status, words = run(["--port", str(port)], capsys)
    assert status == 1
    assert f"Cannot listen on 127.0.0.1, port {port}: address already in use." in words
    assert "choose another one with --port or MCP_SSE_PORT" in words


def test_host_that_does_not_exist_is_a_sentence_and_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    status, words = run(["--host", "not a host"], capsys)
    assert status == 1
    assert "The host 'not a host' is not an address of this computer." in words


def test_empty_host_is_refused_as_it_would_mean_all_networks(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--host", ""], capsys)[0] == 2


def test_descriptor_that_is_no_listening_socket_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        status, words = run(["--fd", str(file.fileno())], capsys)
    assert (status, "is not a listening TCP socket" in words) == (2, True)
    assert run(["--fd", "999"], capsys)[0] == 2
    with socket.socket() as idle:
        assert run(["--fd", str(idle.detach())], capsys)[0] == 2


def test_port_zero_listens_on_a_free_port() -> None:
    with open_listener(Settings(Path("files"), port=0)) as listener:
        assert listener.getsockname()[1] > 0


def test_optional_tools_are_off_unless_they_are_set_up() -> None:
    settings = load_settings([], {})
    assert (settings.database, settings.api, settings.mail, settings.plugins) == (None, None, None, True)
    empty = ("CALLSCOPE_DATABASE", "CALLSCOPE_DATABASE_WRITABLE", "CALLSCOPE_API_HOSTS", "CALLSCOPE_SMTP_HOST")
    assert load_settings([], dict.fromkeys(empty, "")) == settings


def test_database_is_only_read_unless_it_is_said_to_be_writable(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    file.touch()
    named = {"CALLSCOPE_DATABASE": str(file)}
    assert load_settings([], named).database == DatabaseSettings(file)
    assert load_settings(["--database", str(file)], {}).database == DatabaseSettings(file)
    writable = DatabaseSettings(file, writable=True)
    assert load_settings(["--database-writable"], named).database == writable
    assert load_settings([], named | {"CALLSCOPE_DATABASE_WRITABLE": "1"}).database == writable
    assert load_settings([], named | {"CALLSCOPE_DATABASE_WRITABLE": "no"}).database == DatabaseSettings(file)


@pytest.mark.parametrize(
    ("arguments", "variables", "words"),
    [
        ([], {"CALLSCOPE_DATABASE": "/nowhere/a.db"}, "CALLSCOPE_DATABASE names a file that is not there"),
        (["--database", "/"], {}, "--database names a file that is not there"),
        (["--database-writable"], {}, "none is named"),
        ([], {"CALLSCOPE_DATABASE_WRITABLE": "perhaps"}, "CALLSCOPE_DATABASE_WRITABLE must be 1 or 0"),
    ],
)
def test_database_that_cannot_be_meant_is_refused(arguments: list[str], variables: dict[str, str], words: str) -> None:
    with pytest.raises(StartError, match=words) as caught:
        load_settings(arguments, variables)
    assert caught.value.status == 2


def test_help_names_every_option_and_variable(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    text = capsys.readouterr().out
    for name in (
        *("--host", "--port", "--files", "--token", "--fd", "--supervised", "--database", "--database-writable"),
        *("--no-plugins", "--stateless", "--workers", "CALLSCOPE_FILES", "CALLSCOPE_SERVER_TOKEN", "MCP_SSE_HOST"),
        *("MCP_SSE_PORT", "CALLSCOPE_DATABASE", "CALLSCOPE_DATABASE_WRITABLE", "CALLSCOPE_API_HOSTS"),
        *("CALLSCOPE_API_METHODS", "CALLSCOPE_API_HEADERS_", "CALLSCOPE_SMTP_HOST, _PORT", "CALLSCOPE_SMTP_FROM"),
        *("CALLSCOPE_SMTP_USER, _PASSWORD", "CALLSCOPE_SMTP_RECIPIENTS", "CALLSCOPE_SMTP_TLS", "callscope.tools"),
    ):
        assert name in text, name
