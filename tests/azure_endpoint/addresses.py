"""The addresses of a resource, and the keys that open them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import unquote

from tests.azure_endpoint.answers import Refuses
from tests.azure_endpoint.http import Received
from tests.azure_endpoint.refusals import RefusedError, refused

Kind: TypeAlias = Literal["classic", "v1", "compatible"]
Api: TypeAlias = Literal["chat", "responses"]

OLD_VERSIONS = ("2024-02-01", "2024-06-01")
VERSIONS = (
    *OLD_VERSIONS,
    "2024-08-01-preview",
    "2024-10-21",
    "2024-12-01-preview",
    "2025-01-01-preview",
    "2025-03-01-preview",
    "2025-04-01-preview",
)
RESPONSES_SINCE = "2025-03-01-preview"

_CLASSIC_CHAT = re.compile(r"/openai/deployments/([^/]+)/chat/completions\Z")
_OTHERS: Mapping[str, tuple[Kind, Api]] = {
    "/openai/responses": ("classic", "responses"),
    "/openai/v1/chat/completions": ("v1", "chat"),
    "/openai/v1/responses": ("v1", "responses"),
    "/v1/chat/completions": ("compatible", "chat"),
}


@dataclass(frozen=True)
class Address:
    """What a request is for. `deployment` is empty where the body has to name it."""

    kind: Kind
    api: Api
    deployment: str = ""
    api_version: str = ""


def address_of(request: Received) -> Address:
    """The address that was asked.

    Raises:
        RefusedError: there is nothing at this address, or not in this version.
    """
    path, version = unquote(request.path), request.query.get("api-version", "")
    if request.method != "POST":
        raise _not_found()
    if found := _CLASSIC_CHAT.match(path):
        if version not in VERSIONS:
            raise _not_found()
        return Address("classic", "chat", found[1], version)
    if path not in _OTHERS:
        raise _not_found()
    kind, api = _OTHERS[path]
    if kind == "classic" and version not in VERSIONS:
        raise _not_found()
    if kind == "classic" and version < RESPONSES_SINCE:
        raise RefusedError(
            Refuses(
                400,
                "BadRequest",
                f"Azure OpenAI Responses API is enabled only for api-version {RESPONSES_SINCE} and later",
            )
        )
    if kind == "v1" and version not in ("", "v1", "preview"):
        raise RefusedError(Refuses(400, "BadRequest", "API version not supported"))
    return Address(kind, api, "", version)


def check_key(request: Received, key: str) -> None:
    """Let in who has the key, in either of its headers; elsewhere than on Azure only as a bearer.

    Raises:
        RefusedError: the key is missing or another one.
    """
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not request.path.startswith("/openai"):
        if bearer != key:
            raise refused("Incorrect API key provided.", code="invalid_api_key", status=401)
    elif key not in (bearer, request.headers.get("api-key")):
        message = (
            "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key "
            "for an active subscription and use a correct regional API endpoint for your resource."
        )
        raise RefusedError(Refuses(401, "401", message))


def no_deployment(kind: Kind, name: str) -> RefusedError:
    """There is no deployment, or model, of this name."""
    if kind == "compatible":
        message = f"The model `{name}` does not exist or you do not have access to it."
        return refused(message, code="model_not_found", status=404)
    message = (
        "The API deployment for this resource does not exist. If you created the deployment within the last 5 "
        "minutes, please wait a moment and try again."
    )
    return RefusedError(Refuses(404, "DeploymentNotFound", message))


def _not_found() -> RefusedError:
    return RefusedError(Refuses(404, "404", "Resource not found"))
