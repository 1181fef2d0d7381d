"""The places that settings come from.

Later wins: the user's `settings.env` in the configuration folder, the `.env` of the working folder, the environment,
the command's options. What the `.env` says was put there by whoever made the folder, who may not be the user.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

import platformdirs

from tui.core.errors import SettingsError
from tui.settings.saved import SavedDeployment, read_saved

APP = "callscope"
USER_FILE = "settings.env"
"""The user's own variables, in the configuration folder."""
DEPLOYMENTS_FILE = "deployments.toml"
"""The deployments that were connected from within, in the configuration folder."""

Place: TypeAlias = Literal["environment", "folder", "user"]
"""The environment, the `.env` of the working folder, or the user's own file."""

PLACES: Mapping[Place, str] = {
    "environment": "the environment",
    "folder": "the .env file here",
    "user": f"your {USER_FILE}",
}


def config_folder() -> Path:
    """The user's configuration folder, on Linux `~/.config/callscope`."""
    return platformdirs.user_config_path(APP)


@dataclass(frozen=True, slots=True)
class Sources:
    """The places that settings come from, weakest first, and the deployments that were connected from within.

    What stands in them does not print: keys do.
    """

    user_file: Mapping[str, str] = field(repr=False)
    folder_file: Mapping[str, str] = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)
    saved: Sequence[SavedDeployment] = ()
    working_folder: Path = field(default_factory=Path)
    config_folder: Path = field(default_factory=config_folder)

    @classmethod
    def read(cls, environment: Mapping[str, str], working_folder: Path) -> "Sources":
        """The environment, `.env` in the working folder, and the user's own files.

        Raises:
            SettingsError: a file cannot be read.
        """
        own = config_folder()
        return cls(
            _read_file(own / USER_FILE),
            _read_file(working_folder / ".env"),
            environment,
            read_saved(own / DEPLOYMENTS_FILE),
            working_folder,
            own,
        )

    def get(self, variable: str) -> str:
        """The variable's value without surrounding blanks; empty when it is not set."""
        place = self.place(variable)
        return self._of(place)[variable].strip() if place else ""

    def own(self, variable: str) -> str:
        """The same, but never from the working folder's file."""
        return next((v for p in ("environment", "user") if (v := self._of(p).get(variable, "").strip())), "")

    def place(self, variable: str) -> Place | None:
        """Where the variable is set; None where it is not."""
        return next((place for place in PLACES if self._of(place).get(variable, "").strip()), None)

    def _of(self, place: Place) -> Mapping[str, str]:
        return {"environment": self.environment, "folder": self.folder_file, "user": self.user_file}[place]


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
