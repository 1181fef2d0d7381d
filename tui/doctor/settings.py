"""Every variable: whether it is set, where, and whether it can be used. Of keys only that they are there."""

import difflib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tui.core.doctor import fault, note, well
from tui.core.errors import SettingsError
from tui.core.ports import Diagnosis
from tui.settings import Settings, Sources
from tui.settings.sources import PLACES

AREA = "Settings"

VARIABLES = (
    *("AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_DEPLOYMENT", "AZURE_OPENAI_API_VERSION"),
    *("AZURE_OPENAI_AUTH", "AZURE_OPENAI_AD_TOKEN", "OPENAI_BASE_URL", "OPENAI_API_KEY", "OPENAI_MODEL"),
    *("MCP_SERVER_URL", "MAX_CONVERSATION_LENGTH", "CALLSCOPE_FILES", "CALLSCOPE_DATA", "CALLSCOPE_THEME"),
    *("CALLSCOPE_REQUESTS_PER_MINUTE", "CALLSCOPE_MODEL_SILENCE"),
)
OTHERS = frozenset({"CALLSCOPE_SERVER_TOKEN", "CALLSCOPE_FAULTS"})
"""Variables of these families that the bundled server and the checks read."""

_OURS = ("AZURE_OPENAI_", "CALLSCOPE_")
_KEPT_KEYS = "CALLSCOPE_KEY_"
"""How the variables begin under which /connect keeps keys."""

_SECRET = ("KEY", "TOKEN", "SECRET", "PASSWORD")
_VALUE_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings, or why there are none."""

    settings: Settings | None
    trouble: SettingsError | None = None


def read_sources(working_folder: Path) -> tuple[Sources, SettingsError | None]:
    """Where settings come from; where a file cannot be read, the environment alone, and why."""
    try:
        return Sources.read(os.environ, working_folder), None
    except SettingsError as error:
        return Sources({}, {}, os.environ), error


def examine_settings(sources: Sources, loaded: Loaded) -> Iterator[Diagnosis]:
    """What is wrong first, then each variable that is set, then what is set but means nothing."""
    trouble = loaded.trouble
    if trouble:
        yield fault(AREA, trouble.message, trouble.hint)
    for variable in VARIABLES:
        if place := sources.place(variable):
            is_wrong = trouble is not None and trouble.message.startswith(variable)
            words = f"{variable} is {_value(variable, sources)}, from {PLACES[place]}."
            yield fault(AREA, words) if is_wrong else well(AREA, words)
    if loaded.settings:
        for remark in loaded.settings.remarks:
            yield note(AREA, remark)
        if not loaded.settings.deployments and not trouble:
            yield note(AREA, "No deployment is set up: the offline planner answers.", "/connect sets one up.")
    for name in unknown_variables(sources):
        close = difflib.get_close_matches(name, VARIABLES, 1, 0.7)
        hint = f"Did you mean {close[0]}?" if close else "It has no effect; remove it."
        yield note(AREA, f"{name} is set, but there is no such variable.", hint)


def secrets_in(sources: Sources) -> list[str]:
    """Everything in the sources that a name says is secret, whatever it is for; and logins within addresses."""
    places = (sources.environment, sources.folder_file, sources.user_file)
    named = [(name, value.strip()) for place in places for name, value in place.items()]
    secrets = [value for name, value in named if _is_secret(name) and value]
    logins = [value.partition("://")[2].partition("/")[0].rpartition("@")[0] for _, value in named if "://" in value]
    return [*secrets, *(login.rpartition(":")[2] for login in logins if login)]


def unknown_variables(sources: Sources) -> Sequence[str]:
    """Those that look as if they were meant for this application."""
    names = {*sources.environment, *sources.folder_file, *sources.user_file}
    return sorted(
        name
        for name in names
        if name.startswith(_OURS) and name not in {*VARIABLES, *OTHERS} and not name.startswith(_KEPT_KEYS)
    )


def _value(variable: str, sources: Sources) -> str:
    if _is_secret(variable):
        return "set"
    value = _without_login(sources.get(variable))
    return f"“{value[:_VALUE_CHARACTERS]}{'…' if len(value) > _VALUE_CHARACTERS else ''}”"


def _is_secret(variable: str) -> bool:
    return any(word in variable.upper() for word in _SECRET)


def _without_login(value: str) -> str:
    """An address without user, password and query, which may be secrets."""
    scheme, separator, rest = value.partition("://")
    if not separator:
        return value
    authority, slash, path = rest.partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}".partition("?")[0]
