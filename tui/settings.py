"""What the environment and its files say, checked; a bad value names its variable.

Later wins: the user's `settings.env` in the configuration folder, the `.env` of the working directory, the
environment, the command's options.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from tui.core.errors import SettingsError

APP = "callscope"
DEFAULT_API_VERSION = "2024-10-21"
DEFAULT_DEPLOYMENT = "gpt-4o-mini"
DEFAULT_MAX_MESSAGES = 50

_ENDPOINT, _KEY, _DEPLOYMENT = "AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_DEPLOYMENT"
_THEMES = ("dark", "light")
_FOLDER_FILE = "the .env file here"


@dataclass(frozen=True, slots=True)
class AzureSettings:
    """A deployment and the key to it. The key does not print."""

    endpoint: str
    api_key: str = field(repr=False)
    deployment: str
    api_version: str = DEFAULT_API_VERSION


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. `azure` None means the offline planner; `server_url` None means the bundled server."""

    azure: AzureSettings | None
    server_url: str | None
    max_messages: int
    data_folder: Path
    files_folder: Path
    theme: str

    @property
    def log_folder(self) -> Path:
        """Where this application and the server it launches write their logs."""
        return self.data_folder / "logs"


@dataclass(frozen=True, slots=True)
class Sources:
    """The places that settings come from, weakest first."""

    user_file: Mapping[str, str]
    folder_file: Mapping[str, str]
    environment: Mapping[str, str]

    @classmethod
    def read(cls, environment: Mapping[str, str], working_folder: Path) -> "Sources":
        """The environment, `.env` in the working folder, and the user's own file."""
        user_file = platformdirs.user_config_path(APP) / "settings.env"
        return cls(_read_file(user_file), _read_file(working_folder / ".env"), environment)

    def get(self, variable: str) -> str:
        """The variable's value without surrounding blanks; empty when it is not set."""
        return next((value for source in self._strongest_first() if (value := source.get(variable, "").strip())), "")

    def place(self, variable: str) -> str:
        """Where the variable is set, in words."""
        names = ("the environment", _FOLDER_FILE, "your settings.env")
        return next(name for name, s in zip(names, self._strongest_first(), strict=True) if s.get(variable, "").strip())

    def _strongest_first(self) -> tuple[Mapping[str, str], ...]:
        return self.environment, self.folder_file, self.user_file


def load_settings(
    sources: Sources, *, server_url: str = "", files: str = "", data: str = "", theme: str = "", offline: bool = False
) -> Settings:
    """The settings; what is given here, from the command's options, wins over the sources.

    Raises:
        SettingsError: a value is missing or wrong; the message names its variable.
    """
    data_folder = _folder("CALLSCOPE_DATA", data or sources.get("CALLSCOPE_DATA") or platformdirs.user_data_path(APP))
    files_folder = _folder("CALLSCOPE_FILES", files or sources.get("CALLSCOPE_FILES") or data_folder / "files")
    return Settings(
        azure=None if offline else _azure(sources),
        server_url=server_url or sources.get("MCP_SERVER_URL") or None,
        max_messages=_max_messages(sources.get("MAX_CONVERSATION_LENGTH")),
        data_folder=data_folder,
        files_folder=files_folder,
        theme=_theme(theme or sources.get("CALLSCOPE_THEME")),
    )


def _azure(sources: Sources) -> AzureSettings | None:
    endpoint, key = sources.get(_ENDPOINT), sources.get(_KEY)
    if not endpoint and not key:
        return None
    if not endpoint or not key:
        missing, given = (_KEY, _ENDPOINT) if endpoint else (_ENDPOINT, _KEY)
        raise SettingsError(
            f"{missing} is not set, but {given} is.",
            "Set both in the environment or in .env, or start with --offline to use the offline planner.",
        )
    endpoint_place, key_place = sources.place(_ENDPOINT), sources.place(_KEY)
    if endpoint_place == _FOLDER_FILE != key_place:
        raise SettingsError(
            f"{_ENDPOINT} comes from {endpoint_place}, but {_KEY} from {key_place}.",
            "A file in this folder must not decide where your key is sent: set both in the same place.",
        )
    return AzureSettings(
        endpoint,
        key,
        sources.get(_DEPLOYMENT) or DEFAULT_DEPLOYMENT,
        sources.get("AZURE_OPENAI_API_VERSION") or DEFAULT_API_VERSION,
    )


def _max_messages(text: str) -> int:
    if not text:
        return DEFAULT_MAX_MESSAGES
    if not text.isascii() or not text.isdigit() or len(text) > 6 or not 2 <= int(text) <= 100_000:
        raise SettingsError(
            f"MAX_CONVERSATION_LENGTH is {text[:40]!r}, which is not a number of messages.",
            "Set it to a whole number from 2 to 100000, or leave it out for 50.",
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


def _read_file(path: Path) -> Mapping[str, str]:
    try:
        if not path.exists():
            return {}
        from dotenv import dotenv_values  # slow, and most starts have no such file

        # Without interpolation: a file in this folder must not be able to put one variable into another.
        return {name: value for name, value in dotenv_values(path, interpolate=False).items() if value}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path} cannot be read ({error.__class__.__name__}).", "Mend the file, or remove it."
        ) from error
