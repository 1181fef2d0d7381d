"""What the working folder's `.env` may not decide without the person's yes, and the yes that is remembered.

Whoever made the folder wrote the file. It must not send a key that is not its own to an address of its choice, nor the
conversations elsewhere than the person's own settings say, nor have other tools or another folder used.
"""

import hashlib
import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias, cast
from urllib.parse import urlsplit

from tui.azure.destination import resolve
from tui.core.errors import SettingsError
from tui.core.text import reveal
from tui.deployments import target_of
from tui.settings import AzureSettings, Settings
from tui.settings.private_file import read_private, write_private
from tui.settings.sources import PLACES

CONSENTS_FILE = "consents.json"
"""Salted hashes of what was agreed to, in the configuration folder."""

_SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to ask about. `identity` is what a yes holds for; it may have a key in it, so it does not print."""

    title: str
    words: str
    identity: tuple[str, ...] = field(repr=False)


Ask: TypeAlias = Callable[[Doubt], Awaitable[bool]]
"""Asks the person; True is a yes."""


async def refuse(doubt: Doubt) -> bool:
    """The answer where nobody can be asked.

    Raises:
        SettingsError: always.
    """
    raise SettingsError(doubt.words, "Open the application here and say yes, or set it in the environment instead.")


class Consents:
    """What was agreed to, remembered in the user's configuration folder; never a key itself."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / CONSENTS_FILE
        self._salt, self._agreed = self._read()

    def __contains__(self, doubt: Doubt) -> bool:
        return self._fingerprint(doubt) in self._agreed

    def remember(self, doubt: Doubt) -> None:
        """Do not ask about this again.

        Raises:
            SettingsError: it cannot be written.
        """
        self._agreed.append(self._fingerprint(doubt))
        write_private(self._path, json.dumps({"salt": self._salt, "agreed": self._agreed}, indent=1) + "\n")

    def _fingerprint(self, doubt: Doubt) -> str:
        parts = json.dumps(doubt.identity).encode()
        return hashlib.blake2b(parts, key=bytes.fromhex(self._salt), digest_size=32).hexdigest()

    def _read(self) -> tuple[str, list[str]]:
        """A damaged file counts as none: then everything is asked about again."""
        try:
            record = cast("dict[str, object]", json.loads(read_private(self._path)))
            salt, agreed = record["salt"], record["agreed"]
            if isinstance(salt, str) and len(bytes.fromhex(salt)) == _SALT_BYTES and isinstance(agreed, list):
                return salt, [text for text in cast("list[object]", agreed) if isinstance(text, str)]
        except (SettingsError, ValueError, KeyError, TypeError):
            pass
        return os.urandom(_SALT_BYTES).hex(), []


def doubts(settings: Settings) -> list[Doubt]:
    """Everything in the settings that takes the person's yes.

    Raises:
        SettingsError: an endpoint cannot be understood.
    """
    found = [_endpoint_doubt(d, settings) for d in settings.deployments if d.is_doubtful]
    if settings.is_server_of_folder:
        found.append(_server_doubt(settings))
    if settings.is_files_of_folder:
        found.append(_files_doubt(settings))
    return list({doubt.identity: doubt for doubt in found}.values())


def settled(settings: Settings, agreed: Callable[[Doubt], bool]) -> Settings:
    """The settings without doubts: what was agreed to counts, the rest is as if it were not set."""
    return replace(
        settings,
        deployments=tuple(
            replace(d, is_doubtful=False)
            for d in settings.deployments
            if not d.is_doubtful or agreed(_endpoint_doubt(d, settings))
        ),
        server_url=settings.server_url if not settings.is_server_of_folder or agreed(_server_doubt(settings)) else None,
        files_folder=settings.files_folder
        if not settings.is_files_of_folder or agreed(_files_doubt(settings))
        else settings.own_files_folder,
        is_server_of_folder=False,
        is_files_of_folder=False,
    )


def without_doubts(settings: Settings) -> Settings:
    """The settings as far as nobody has to be asked: what was agreed to before counts, the rest does not.

    Raises:
        SettingsError: an endpoint cannot be understood.
    """
    if not doubts(settings):
        return settings
    consents = Consents(settings.config_folder)
    return settled(settings, lambda doubt: doubt in consents)


async def settle(settings: Settings, ask: Ask, tell: Callable[[str, str], None]) -> Settings:
    """The settings without doubts, after asking about what was not agreed to before; a yes is remembered.

    Raises:
        SettingsError: an endpoint cannot be understood, or nobody can be asked.
    """
    consents = Consents(settings.config_folder)
    agreed: set[tuple[str, ...]] = set()
    for doubt in doubts(settings):
        if doubt in consents:
            agreed.add(doubt.identity)
        elif await ask(doubt):
            agreed.add(doubt.identity)
            try:
                consents.remember(doubt)
            except SettingsError as error:
                tell(f"Your yes holds for this run only: {error.message}", error.hint)
    return settled(settings, lambda doubt: doubt.identity in agreed)


def _endpoint_doubt(deployment: AzureSettings, settings: Settings) -> Doubt:
    endpoint = resolve(target_of(deployment)).endpoint
    file, host = _file(settings), endpoint.host
    identity = ("endpoint", endpoint.base_url, deployment.sign_in, deployment.api_key or deployment.ad_token)
    if deployment.credential_place == PLACES["folder"]:
        words = f"{file} sends your conversations to {host}, not where your own settings say."
        return Doubt(f"Chat through {host}?", f"{words} Say yes only if you trust the folder.", identity)
    secret = "key" if deployment.sign_in == "key" else "sign-in"
    words = f"{file} names {host} as the endpoint, but the {secret} is from {deployment.credential_place}."
    return Doubt(
        f"Send your {secret} to {host}?",
        f"{words} Whoever wrote that file would have it, and your conversations. Say yes only if you trust the folder.",
        identity,
    )


def _server_doubt(settings: Settings) -> Doubt:
    url = settings.server_url or ""
    host = reveal(urlsplit(url).netloc.rpartition("@")[2] or url)
    words = f"{_file(settings)} says that the tools come from {host}, not from the bundled server."
    return Doubt(
        f"Use the tools of {host}?",
        f"{words} What the model gives to its tools goes there. Say yes only if you trust the folder.",
        ("server", url),
    )


def _files_doubt(settings: Settings) -> Doubt:
    folder = reveal(str(settings.files_folder))
    words = f"{_file(settings)} says that the file tools read and write in {folder}."
    return Doubt(
        "Let the file tools work in another folder?",
        f"{words} The model could read and change what is in it. Say yes only if that is meant.",
        ("files", str(settings.files_folder)),
    )


def _file(settings: Settings) -> str:
    return f"The file {reveal(str(settings.working_folder.absolute() / '.env'))}"
