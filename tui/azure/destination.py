"""A target made definite: the endpoint understood, deployment and version chosen, and all of it in words."""

import re
from dataclasses import dataclass

from tui.azure.endpoint import Endpoint, understand_endpoint
from tui.azure.target import DEFAULT_API_VERSION, Target
from tui.core.errors import SettingsError
from tui.core.events import Api

_V1_VERSIONS = ("v1", "preview", "latest")
_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(?:-[a-z0-9.-]+)?\Z")
_NO_KEY = "no-key-is-needed"
"""Servers on this machine mostly want none, but the client cannot do without."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Which deployment of which service is asked. `api_version` is empty but on the classic API; `saved` is as in
    `Target`.
    """

    endpoint: Endpoint
    deployment: str
    api_version: str = ""
    entra: bool = False
    saved: bool = False

    @property
    def origin(self) -> str:
        """What tells this deployment from all others, also from those of another API behind the same gateway."""
        return f"{self.endpoint.base_url}/{self.deployment}"

    @property
    def habits(self) -> str:
        """What its habits are kept under: another version of the API refuses other things."""
        return f"{self.origin} {self.api_version}".rstrip()

    @property
    def default_api(self) -> Api:
        """The API that is tried first."""
        return "responses" if self.endpoint.kind == "v1" else "chat"

    @property
    def key_setting(self) -> str:
        """The variable of the key."""
        return "OPENAI_API_KEY" if self.endpoint.kind == "compatible" else "AZURE_OPENAI_API_KEY"

    @property
    def deployment_setting(self) -> str:
        """The variable of the deployment, or of the model where there are no deployments."""
        return "OPENAI_MODEL" if self.endpoint.kind == "compatible" else "AZURE_OPENAI_DEPLOYMENT"

    @property
    def deployment_noun(self) -> str:
        """What the service calls what is asked."""
        return "model" if self.endpoint.kind == "compatible" else "deployment"


def resolve(target: Target) -> Destination:
    """Where the target leads. What is set wins over what the endpoint names; a version "v1" asks for the v1 API.

    Raises:
        SettingsError: a value is missing or cannot be used; the message names its variable.
    """
    endpoint = understand_endpoint(target.endpoint, compatible=target.compatible)
    bare = Destination(endpoint, "")
    deployment = clean_setting(bare.deployment_setting, target.deployment or endpoint.deployment_in_url)
    version = target.api_version.strip().strip("\"'").strip()
    if endpoint.kind == "classic" and version in _V1_VERSIONS:
        endpoint = Endpoint("v1", endpoint.base_url, endpoint.host, endpoint.deployment_in_url)
    if endpoint.kind == "classic":
        version = _checked_version(version or endpoint.api_version_in_url or DEFAULT_API_VERSION)
    else:
        version = ""
    return Destination(endpoint, deployment, version, entra=target.sign_in == "entra", saved=target.saved)


def describe(target: Target) -> str:
    """Where the target leads, in words: "Azure OpenAI · my-resource · v1 API · deployment gpt-4o".

    Raises:
        SettingsError: a value is missing or cannot be used; the message names its variable.
    """
    destination = resolve(target)
    endpoint = destination.endpoint
    where = f"{destination.deployment_noun} {destination.deployment}"
    match endpoint.kind:
        case "compatible":
            kind = "OpenAI" if endpoint.service == "OpenAI" else "OpenAI-compatible API"
            return f"{kind} · {endpoint.host} · {where}"
        case "v1":
            return f"Azure OpenAI · {endpoint.resource} · v1 API · {where}"
        case "classic":
            return f"Azure OpenAI · {endpoint.resource} · classic API {destination.api_version} · {where}"


def api_key(target: Target, destination: Destination) -> str:
    """The key to send.

    Raises:
        SettingsError: there is none where one is needed, or it cannot be sent.
    """
    if destination.endpoint.kind == "compatible" and not target.api_key.strip():
        return _NO_KEY
    return clean_setting(destination.key_setting, target.api_key)


def clean_setting(variable: str, text: str) -> str:
    """A key, deployment or version without surrounding blanks and quotes.

    Raises:
        SettingsError: it is empty, or has characters that cannot be sent; the value itself is never told.
    """
    text = text.strip().strip("\"'").strip()
    if not text:
        raise SettingsError(f"{variable} is empty.", f"Set {variable}, or start with --offline.")
    if not text.isascii() or not text.isprintable() or " " in text:
        raise SettingsError(
            f"{variable} has a character that cannot be part of it.", "Copy the value again from the Azure portal."
        )
    return text


def _checked_version(version: str) -> str:
    if not _VERSION.match(version):
        raise SettingsError(
            "AZURE_OPENAI_API_VERSION is not a version of the API.",
            f"Set it to a date such as {DEFAULT_API_VERSION}, to v1, or leave it out.",
        )
    return version
