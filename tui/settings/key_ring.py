"""The system's keyring, where there is one and the optional library for it is installed."""

import importlib
from typing import Protocol, cast

from tui.core.errors import SettingsError

SERVICE = "callscope"
"""What the keyring's own application shows the keys under."""

_LEAST_PRIORITY = 1.0
"""From here on a backend is recommended; below are the failing one, the empty one and plain files [keyring docs]."""


class KeyringBackend(Protocol):
    """What is used of a backend of the library `keyring`."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def priority(self) -> float:
        """How well it suits this system."""
        ...

    def get_password(self, service: str, username: str) -> str | None:
        """The password, or None."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a password."""
        ...


class KeyRing:
    """Keeps keys by the address that they are for. Calls may wait until a person unlocks it: use them in a thread."""

    def __init__(self, backend: KeyringBackend) -> None:
        self._backend = backend

    @property
    def name(self) -> str:
        """What the keyring is called here."""
        return self._backend.name

    def read(self, address: str) -> str:
        """The key for this address; empty where there is none.

        Raises:
            SettingsError: the keyring is locked or fails.
        """
        try:
            return self._backend.get_password(SERVICE, address) or ""
        except Exception as error:  # what backends raise is not bounded
            raise _failed(self.name, error) from error

    def keep(self, address: str, key: str) -> None:
        """Keep the key for this address.

        Raises:
            SettingsError: the keyring is locked or fails.
        """
        try:
            self._backend.set_password(SERVICE, address, key)
        except Exception as error:  # as above
            raise _failed(self.name, error) from error


def system_key_ring() -> KeyRing | None:
    """This system's keyring; None where it has none, or the extra `callscope[keyring]` is not installed."""
    try:
        library = importlib.import_module("keyring")
        backend = cast(KeyringBackend, library.get_keyring())
        return KeyRing(backend) if backend.priority >= _LEAST_PRIORITY else None
    except Exception:  # noqa: BLE001 - it is not installed, or finds no backend in ways of its own: there is none here
        return None


def _failed(name: str, error: Exception) -> SettingsError:
    return SettingsError(
        f"The keyring {name} failed ({type(error).__name__}).", "Unlock it, or keep the key in the settings file."
    )
