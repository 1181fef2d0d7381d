"""Connecting a deployment from within the application: what a person fills in, and what can be done with it."""

from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from tui.core.errors import SettingsError

SignIn: TypeAlias = Literal["key", "entra"]
"""With an API key, or with Microsoft Entra ID."""

KeepKey: TypeAlias = Literal["file", "keyring", "no"]
"""Where the key is kept: in the user's settings file, in the system's keyring, or for this run only."""


FormField: TypeAlias = Literal["endpoint", "api_key", "deployment", "api_version", "sign_in"]
"""What is filled in, by the names that it has in `ConnectForm`."""


@dataclass(frozen=True, slots=True)
class ConnectForm:
    """A deployment as a person gives it: the endpoint in any form that can be copied from somewhere."""

    endpoint: str
    deployment: str
    api_key: str = field(default="", repr=False)
    api_version: str = ""
    sign_in: SignIn = "key"
    keep_key: KeepKey = "file"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a test of a deployment found out, in words; `hint` says what to do where it is not `ok`."""

    ok: bool
    words: str
    hint: str = ""
    detail: str = ""


class FormError(SettingsError):
    """A field of the form is missing or cannot be used."""

    def __init__(self, field: FormField, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.field = field


class Connector(Protocol):
    """Understands, tests and keeps deployments."""

    def initial(self) -> ConnectForm:
        """What the form begins with: the deployment that is set up now, without its key."""
        ...

    def keyring_name(self) -> str:
        """What the system's keyring is called here; empty where there is none."""
        ...

    def understood(self, form: ConnectForm) -> str:
        """What the form means, in words: where requests would go, and in which form of the API. Deployment and
        version that the endpoint names count where the form leaves them empty.

        Raises:
            FormError: a field is missing or cannot be used.
        """
        ...

    async def test(self, form: ConnectForm) -> list[Finding]:
        """Send one tiny request and say what works.

        Raises:
            FormError: a field is missing or cannot be used.
        """
        ...

    async def save(self, form: ConnectForm) -> tuple[str, str]:
        """Keep the deployment and make it one of the session's models; returns its name there, and where it is kept.

        Raises:
            FormError: a field is missing or cannot be used.
            SettingsError: it cannot be kept.
        """
        ...
