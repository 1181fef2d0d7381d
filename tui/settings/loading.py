"""All settings, made from their sources and checked; a bad value names its variable."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from tui.core.errors import SettingsError
from tui.settings.deployments import AzureSettings, deployments_of
from tui.settings.sources import APP, Sources

PLANNER = "offline planner"
"""What the model is called that needs no settings."""

DEFAULT_MAX_MESSAGES = 50
DEFAULT_REQUESTS_PER_MINUTE = 60
DEFAULT_SILENCE_SECONDS = 60

_THEMES = ("dark", "light")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. `server_url` None means the bundled server. `requests_per_minute` 0: as many as there are.

    `is_server_of_folder`, `is_files_of_folder`: the working folder's `.env` says so, and nobody has agreed to it yet.
    `silence_seconds` is how long a model may send nothing before its request is given up. `server_url` may hold a
    password, so it does not print.
    """

    deployments: tuple[AzureSettings, ...]
    offline: bool
    server_url: str | None = field(repr=False)
    max_messages: int
    requests_per_minute: int
    silence_seconds: int
    data_folder: Path
    files_folder: Path
    theme: str
    working_folder: Path
    config_folder: Path
    is_server_of_folder: bool = False
    is_files_of_folder: bool = False
    keeps_history: bool = True
    remarks: tuple[str, ...] = ()
    """What the person should know about the settings, in sentences."""

    @property
    def log_folder(self) -> Path:
        """Where this application and the server it launches write their logs."""
        return self.data_folder / "logs"

    @property
    def own_files_folder(self) -> Path:
        """The folder of the bundled file tools where none is set."""
        return self.data_folder / "files"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every key, token and password in these settings."""
        keys = (secret for d in self.deployments for secret in (d.api_key, d.ad_token))
        return tuple(secret for secret in (*keys, _password(self.server_url or "")) if secret)


def load_settings(
    sources: Sources, *, server_url: str = "", files: str = "", data: str = "", theme: str = "", offline: bool = False
) -> Settings:
    """The settings; what is given here, from the command's options, wins over the sources.

    Raises:
        SettingsError: a value is missing or wrong; the message names its variable.
    """
    data_folder = _folder("CALLSCOPE_DATA", data or sources.own("CALLSCOPE_DATA") or platformdirs.user_data_path(APP))
    files_folder = _folder("CALLSCOPE_FILES", files or sources.get("CALLSCOPE_FILES") or data_folder / "files")
    return Settings(
        deployments=_deployments(sources, offline),
        offline=offline,
        server_url=server_url or sources.get("MCP_SERVER_URL") or None,
        max_messages=_number(sources, "MAX_CONVERSATION_LENGTH", "messages", 2, 100_000, DEFAULT_MAX_MESSAGES),
        requests_per_minute=_number(
            sources, "CALLSCOPE_REQUESTS_PER_MINUTE", "requests", 0, 100_000, DEFAULT_REQUESTS_PER_MINUTE
        ),
        silence_seconds=_number(sources, "CALLSCOPE_MODEL_SILENCE", "seconds", 1, 3600, DEFAULT_SILENCE_SECONDS),
        data_folder=data_folder,
        files_folder=files_folder,
        theme=_theme(theme or sources.get("CALLSCOPE_THEME")),
        working_folder=sources.working_folder,
        config_folder=sources.config_folder,
        is_server_of_folder=not server_url and sources.place("MCP_SERVER_URL") == "folder",
        is_files_of_folder=not files and sources.place("CALLSCOPE_FILES") == "folder",
        remarks=_remarks(sources, data),
    )


def _password(url: str) -> str:
    try:
        return urlsplit(url).password or ""
    except ValueError:  # no address at all; whoever connects there says so
        return ""


def _deployments(sources: Sources, offline: bool) -> tuple[AzureSettings, ...]:
    try:
        return deployments_of(sources)
    except SettingsError:
        if offline:  # which works whatever else is set
            return ()
        raise


def _remarks(sources: Sources, data: str) -> tuple[str, ...]:
    if data or sources.place("CALLSCOPE_DATA") != "folder":
        return ()
    return ("CALLSCOPE_DATA in this folder's .env is not used: a folder must not decide where your history goes.",)


def _number(sources: Sources, variable: str, unit: str, least: int, most: int, default: int) -> int:
    text = sources.get(variable)
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 6 or not least <= int(text) <= most:
        raise SettingsError(
            f"{variable} is {text[:40]!r}, which is not a number of {unit}.",
            f"Set it to a whole number from {least} to {most}, or leave it out for {default}.",
        )
    return int(text)


def _folder(variable: str, path: str | Path) -> Path:
    try:
        return Path(path).expanduser().absolute()
    except (RuntimeError, OSError) as error:  # a home of nobody; a relative path in a folder that is gone
        raise SettingsError(f"{variable} is {str(path)!r}, which leads nowhere.", "Set it to a full path.") from error


def _theme(text: str) -> str:
    if text and text not in _THEMES:
        raise SettingsError(f"CALLSCOPE_THEME is {text!r}.", f"Set it to one of: {', '.join(_THEMES)}.")
    return text or _THEMES[0]
