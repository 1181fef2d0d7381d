"""The deployments that the settings name, and how to sign in to each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui.core.errors import SettingsError
from tui.settings.saved import IN_KEYRING, SavedDeployment
from tui.settings.sources import PLACES, USER_FILE, Place, Sources

if TYPE_CHECKING:
    from tui.core.ports import SignIn  # the ports take long to import, and the screen does without

ENDPOINT, KEY, TOKEN = "AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN"
DEPLOYMENT, VERSION, AUTH = "AZURE_OPENAI_DEPLOYMENT", "AZURE_OPENAI_API_VERSION", "AZURE_OPENAI_AUTH"
BASE_URL, COMPATIBLE_KEY, COMPATIBLE_MODEL = "OPENAI_BASE_URL", "OPENAI_API_KEY", "OPENAI_MODEL"

_WAYS = "Set both in the environment or in .env, or start with --offline to use the offline planner."


@dataclass(frozen=True, slots=True)
class AzureSettings:
    """A deployment and how to sign in to it; secrets do not print.

    `deployment` may be empty where the endpoint may name it. `name` is what the person called it, where it was saved
    under a name. `credential_place` is where the key or token is from, in words.

    `is_doubtful`: the working folder's `.env` says where it is, while the key is from elsewhere, or while the person's
    own files name another; so it takes the person's yes.
    """

    endpoint: str
    deployment: str = ""
    api_key: str = field(default="", repr=False)
    api_version: str = ""
    sign_in: "SignIn" = "key"
    ad_token: str = field(default="", repr=False)
    compatible: bool = False
    name: str = ""
    is_key_in_keyring: bool = False
    is_doubtful: bool = False
    credential_place: str = ""


def deployments_of(sources: Sources) -> tuple[AzureSettings, ...]:
    """All deployments that are set up, the default one first.

    Raises:
        SettingsError: a value is missing or wrong; the message names its variable.
    """
    return (*_azure(sources), *_compatible(sources), *(_saved(entry, sources) for entry in sources.saved))


def _azure(sources: Sources) -> Sequence[AzureSettings]:
    endpoint, key, token = sources.get(ENDPOINT), sources.get(KEY), sources.get(TOKEN)
    if not endpoint:
        if not key:
            return ()
        raise SettingsError(f"{ENDPOINT} is not set, but {KEY} is.", _WAYS)
    sign_in = _sign_in(sources.get(AUTH), key, token)
    if sign_in == "key" and not key:
        raise SettingsError(f"{KEY} is not set, but {ENDPOINT} is.", f"{_WAYS} To sign in without a key: {AUTH}=entra.")
    credential = KEY if sign_in == "key" else TOKEN
    place = sources.place(credential)
    return [
        AzureSettings(
            endpoint,
            deployment,
            api_key=key if sign_in == "key" else "",
            api_version=sources.get(VERSION),
            sign_in=sign_in,
            ad_token=token if sign_in == "entra" else "",
            is_doubtful=_is_doubtful(sources, ENDPOINT, place),
            credential_place=PLACES[place] if place else "this computer's identity",
        )
        for deployment in _names(sources.get(DEPLOYMENT)) or ("",)
    ]


def _sign_in(auth: str, key: str, token: str) -> "SignIn":
    auth = auth.lower()
    if auth and auth not in ("key", "entra"):
        raise SettingsError(f"{AUTH} is {auth[:40]!r}.", "Set it to one of: key, entra.")
    return auth or ("entra" if token and not key else "key")


def _compatible(sources: Sources) -> Sequence[AzureSettings]:
    """The OpenAI-compatible ones. A key alone means nothing: many have one in their environment for other programs."""
    url, key = sources.get(BASE_URL), sources.get(COMPATIBLE_KEY)
    if not url:
        return ()
    models = _names(sources.get(COMPATIBLE_MODEL))
    if not models:
        raise SettingsError(
            f"{COMPATIBLE_MODEL} is not set, but {BASE_URL} is.", "Set it to a model's name, or several with commas."
        )
    place = sources.place(COMPATIBLE_KEY)
    return [
        AzureSettings(
            url,
            model,
            api_key=key,
            compatible=True,
            is_doubtful=_is_doubtful(sources, BASE_URL, place if key else "folder"),
            credential_place=PLACES[place] if place else "",
        )
        for model in models
    ]


def _is_doubtful(sources: Sources, endpoint: str, credential_place: Place | None) -> bool:
    if sources.place(endpoint) != "folder":
        return False
    return credential_place != "folder" or bool(sources.user_file.get(endpoint) or sources.saved)


def _saved(entry: SavedDeployment, sources: Sources) -> AzureSettings:
    in_keyring = entry.key == IN_KEYRING
    return AzureSettings(
        entry.endpoint,
        entry.deployment,
        api_key="" if in_keyring or not entry.key else sources.own(entry.key),
        api_version=entry.api_version,
        sign_in=entry.sign_in,
        name=entry.name,
        is_key_in_keyring=in_keyring,
        credential_place="the keyring" if in_keyring else f"your {USER_FILE}",
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in text.split(",") if (name := part.strip())))
