"""The command line: what it begins with, what it refuses, and that nothing secret is written to the log."""

import logging
import sys
from argparse import ArgumentParser, Namespace
from io import StringIO
from pathlib import Path

import pytest

from tui import cli
from tui.commands import options as shared
from tui.commands.subcommand import Subcommand
from tui.core.errors import SettingsError
from tui.core.redaction import MARK, Redactor
from tui.log_file import RedactingFormatter


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Namespace]:
    """The options that a subcommand `probe` was run with."""
    seen: list[Namespace] = []

    def configure(parser: ArgumentParser) -> None:
        shared.add_data(parser)
        parser.add_argument("--fail", action="store_true")

    def run(options: Namespace) -> int:
        seen.append(options)
        if options.fail:
            raise SettingsError("It cannot be done.", "Do something else.")
        return 7

    monkeypatch.setattr(cli, "subcommands", lambda: [Subcommand("probe", "tries something", configure, run)])
    return seen


def test_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("callscope ")


def test_subcommand_runs_with_the_options_before_and_behind_its_name(told: list[Namespace]) -> None:
    assert cli.main(["--data", "here", "probe"]) == 7
    assert cli.main(["probe", "--data", "there"]) == 7
    assert [options.data for options in told] == ["here", "there"]


def test_what_a_subcommand_cannot_do_is_said_with_status_2(
    told: list[Namespace], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["probe", "--fail"]) == 2
    assert capsys.readouterr().err == "callscope: It cannot be done.\nDo something else.\n"


@pytest.mark.parametrize("arguments", [["nonsense"], ["--continue", "--resume"], ["--theme", "pink"]])
def test_what_makes_no_sense_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert "usage: callscope" in capsys.readouterr().err


def test_bad_setting_ends_before_anything_is_painted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("MAX_CONVERSATION_LENGTH", "x")
    assert cli.main([]) == 2
    assert capsys.readouterr().err.startswith("callscope: MAX_CONVERSATION_LENGTH is 'x'")


def test_where_there_is_no_terminal_nothing_is_painted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "__stdin__", StringIO())
    assert cli.main(["--offline", "--data", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("callscope: The screen needs a terminal")


def test_log_has_no_secret_not_even_in_a_traceback() -> None:
    formatter = RedactingFormatter(Redactor(["canary-key-4711"]))
    try:
        raise ValueError("beside canary-key-4711")
    except ValueError as error:
        failure = (type(error), error, error.__traceback__)
    record = logging.LogRecord("a", logging.ERROR, "", 0, "with %s", ("canary-key-4711",), failure)
    text = formatter.format(record)
    assert "canary" not in text
    assert MARK in text
    assert "ValueError" in text
