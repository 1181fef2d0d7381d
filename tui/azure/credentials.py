"""What requests are signed with: an API key, a token that was given, or the identity of this computer in Entra ID."""

import asyncio
import importlib
import importlib.util
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias, cast

from tui.azure.destination import Destination, api_key, clean_setting
from tui.azure.target import Target
from tui.core.errors import ModelError, SettingsError
from tui.core.text import sanitize

SCOPE = "https://ai.azure.com/.default"
"""What the token is for [Azure OpenAI, Microsoft Entra ID authentication]."""

TokenProvider: TypeAlias = Callable[[], Awaitable[str]]

_DETAIL_LIMIT = 400


class _Identity(Protocol):
    """The part of the module `azure.identity` that is used."""

    def DefaultAzureCredential(self) -> object: ...

    def get_bearer_token_provider(self, credential: object, *scopes: str) -> Callable[[], str]: ...


class Credentials:
    """The key, or where a token comes from. `provider` replaces the identity of this computer.

    Raises:
        SettingsError: the key is missing or cannot be sent, or there is no library to sign in with.
    """

    def __init__(self, target: Target, destination: Destination, provider: TokenProvider | None = None) -> None:
        self.key = ""
        self._given = ""
        self._last_token = ""
        self._provider = provider
        if not destination.entra:
            self.key = api_key(target, destination)
        elif target.ad_token.strip():
            self._given = clean_setting("AZURE_OPENAI_AD_TOKEN", target.ad_token)
        elif provider is None:
            self._provider = _computers_identity()

    async def token(self) -> str:
        """A token that is valid now.

        Raises:
            ModelError: signing in failed.
        """
        if self._provider is None:
            return self._given
        try:
            self._last_token = await self._provider()
        except Exception as error:  # noqa: BLE001 - a credential raises whatever its way of signing in raises
            raise ModelError(
                "Signing in with Microsoft Entra ID failed.",
                "Run “az login”, or set AZURE_OPENAI_AD_TOKEN or AZURE_OPENAI_API_KEY.",
                detail=f"{type(error).__name__}: {' '.join(sanitize(str(error)).split())}"[:_DETAIL_LIMIT],
            ) from None
        return self._last_token

    def secrets(self) -> tuple[str, ...]:
        """What must not be in any text."""
        return self.key, self._given, self._last_token


def _computers_identity() -> TokenProvider:
    """Tokens of whoever is signed in here, through `azure-identity`, which is imported when the first one is needed."""
    if not _is_installed():
        raise SettingsError(
            "Signing in with Microsoft Entra ID needs the library azure-identity, which is not installed.",
            "Run: pip install 'callscope[entra]', or set AZURE_OPENAI_AD_TOKEN or AZURE_OPENAI_API_KEY.",
        )
    get_token: Callable[[], str] | None = None

    def fresh_token() -> str:
        nonlocal get_token
        if get_token is None:
            identity = cast("_Identity", importlib.import_module("azure.identity"))
            get_token = identity.get_bearer_token_provider(identity.DefaultAzureCredential(), SCOPE)
        return get_token()

    # The library's own asyncio form wants aiohttp beside it; this one caches tokens until they expire.
    return lambda: asyncio.to_thread(fresh_token)


def _is_installed() -> bool:
    try:
        return importlib.util.find_spec("azure.identity") is not None
    except ModuleNotFoundError:
        return False
