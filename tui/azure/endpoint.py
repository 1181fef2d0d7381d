"""What a person pasted as endpoint, understood: where the service is, and which form of its API is meant."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from tui.core.errors import SettingsError

EndpointKind: TypeAlias = Literal["classic", "v1", "compatible"]
"""Azure's API with deployments in the path and dated versions; Azure's v1 API; another service with OpenAI's API."""

AZURE_ENDPOINT = "AZURE_OPENAI_ENDPOINT"
COMPATIBLE_ENDPOINT = "OPENAI_BASE_URL"

_EXAMPLES = {
    AZURE_ENDPOINT: "Set it to your resource's address, such as https://my-resource.openai.azure.com.",
    COMPATIBLE_ENDPOINT: "Set it to the address of the API, such as http://localhost:11434/v1.",
}
_HAS_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://")
_HOST_NAME = re.compile(r"^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.?)+$")
# Hosts of Azure OpenAI resources in the public, government and China clouds, and of API Management before them.
_RESOURCE = re.compile(r"\.(?:openai|cognitiveservices|services\.ai)\.azure\.(?:com|us|cn)$")
_GATEWAY = re.compile(r"\.azure-api\.(?:net|us|cn)$|\.api\.cognitive\.(?:microsoft\.com|azure\.us|azure\.cn)$")
_FOUNDRY = re.compile(r"\.services\.ai\.azure\.(?:com|us|cn)$")
_FOUNDRY_PATH = re.compile(r"^/(?:models|api/projects)(?:/.*)?$")
_OPENAI_PART = re.compile(r"/openai(?=/|$)")
_DEPLOYMENT_PART = re.compile(r"^/deployments/([^/]+)")
_BARE_DEPLOYMENT = re.compile(r"/deployments/([^/]+)(?=/chat/completions$|$)")
_OPERATION = re.compile(r"/(?:chat/completions|completions|responses|models)$")
_PORTAL = re.compile(r"(?:^|\.)(?:portal|ai|oai)\.azure\.(?:com|us|cn)$")
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where requests go. `base_url` has no slash at its end: the resource's address before `/openai`, and the whole
    address of the API where it is an OpenAI-compatible one. `host` has the port, where it is not the usual one.
    """

    kind: EndpointKind
    base_url: str
    host: str
    deployment_in_url: str = ""
    api_version_in_url: str = ""
    has_openai_path: bool = True
    """Whether `/openai` follows the base address; a gateway can do without."""

    @property
    def classic_url(self) -> str:
        """The address that the deployments are under."""
        return f"{self.base_url}/openai" if self.has_openai_path else self.base_url

    @property
    def v1_url(self) -> str:
        """The address of the v1 API of the same resource, or of the compatible API."""
        return self.base_url if self.kind == "compatible" else f"{self.classic_url}/v1"

    @property
    def is_loopback(self) -> bool:
        """Whether it is on this machine."""
        return is_loopback(urlsplit(self.base_url).hostname or "")

    @property
    def setting(self) -> str:
        """The variable that it is set with."""
        return COMPATIBLE_ENDPOINT if self.kind == "compatible" else AZURE_ENDPOINT

    @property
    def service(self) -> str:
        """The service's name in a sentence."""
        if self.kind != "compatible":
            return "Azure OpenAI"
        return "OpenAI" if self.host == "api.openai.com" else self.host

    @property
    def resource(self) -> str:
        """The resource's name where the host has one, otherwise the host."""
        return self.host.split(".", 1)[0] if _RESOURCE.search(self.host) else self.host


def understand_endpoint(text: str, *, compatible: bool = False) -> Endpoint:
    """The endpoint in what was pasted: https, or http to this machine.

    A missing scheme becomes https. What the portal shows as "Target URI" loses everything from `/openai` on; a path
    before it stays, since API Management serves under one. `/openai/v1` and `/openai/responses` mean the v1 API, and so
    does a resource of Foundry without a path; other resources without a path are asked through the classic API. With
    `compatible`, and for hosts elsewhere with a path that ends in `/v1`, it is an OpenAI-compatible API.

    Raises:
        SettingsError: it is no address, or one that the key must not be sent to unencrypted.
    """
    variable = COMPATIBLE_ENDPOINT if compatible else AZURE_ENDPOINT
    text = text.strip().strip("\"'").strip()
    if not text:
        raise SettingsError(f"{variable} is empty.", _EXAMPLES[variable])
    if not _HAS_SCHEME.match(text):
        name = text.lstrip("/")
        local = is_loopback(_split(f"//{name}", variable).hostname or "")
        text = f"{'http' if local else 'https'}://{name}"
    parts = _split(text, variable)
    if _PORTAL.search(parts.hostname or "") and not _RESOURCE.search(parts.hostname or ""):
        raise SettingsError(
            f"{variable} is a page of the Azure portal, not an endpoint.",
            "Copy the endpoint or “Target URI” that the page of the resource or deployment shows.",
        )
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise SettingsError(
            f"{variable} uses http, which would send your key unencrypted.",
            "Use https; plain http is accepted only for this machine (localhost).",
        )
    return _endpoint(parts, compatible)


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, by name or by address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _endpoint(parts: SplitResult, compatible: bool) -> Endpoint:
    name, host = (parts.hostname or "").lower(), _host(parts)
    root = f"{parts.scheme}://{host}"
    path = re.sub(r"//+", "/", parts.path).rstrip("/")
    is_azure = bool(_RESOURCE.search(name) or _GATEWAY.search(name))
    prefix, *rest = _OPENAI_PART.split(path, maxsplit=1)
    if not is_azure and (compatible or name == "api.openai.com" or (not rest and _is_v1(path))):
        return Endpoint("compatible", f"{root}{_OPERATION.sub('', path) or '/v1'}", host)
    if _FOUNDRY.search(name):
        prefix = _FOUNDRY_PATH.sub("", prefix)
    version = next(iter(parse_qs(parts.query).get("api-version", [])), "")
    if not rest and (bare := _BARE_DEPLOYMENT.search(path)):
        return Endpoint("classic", f"{root}{path[: bare.start()]}", host, unquote(bare[1]), version, False)
    operation = rest[0] if rest else ""
    if re.match(r"/(?:v1|responses)(?:/|$)", operation) or (not operation and _FOUNDRY.search(name)):
        return Endpoint("v1", f"{root}{prefix}", host, "", version)
    deployment = _DEPLOYMENT_PART.match(operation)
    return Endpoint("classic", f"{root}{prefix}", host, unquote(deployment[1]) if deployment else "", version)


def _is_v1(path: str) -> bool:
    return _OPERATION.sub("", path).endswith("/v1")


def _host(parts: SplitResult) -> str:
    name = (parts.hostname or "").lower()
    name = f"[{name}]" if ":" in name else name
    return name if parts.port in (None, _PORTS[parts.scheme]) else f"{name}:{parts.port}"


def _split(text: str, variable: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port  # reading it is what checks it
    except ValueError:
        raise SettingsError(f"{variable} is not a valid address.", _EXAMPLES[variable]) from None
    host = parts.hostname or ""
    if parts.scheme not in ("https", "http", "") or parts.username is not None or not _is_host(host):
        raise SettingsError(f"{variable} is not a valid address.", _EXAMPLES[variable])
    return parts


def _is_host(host: str) -> bool:
    if ":" not in host:
        return bool(_HOST_NAME.match(host))
    try:
        return ipaddress.ip_address(host).version == 6
    except ValueError:
        return False
