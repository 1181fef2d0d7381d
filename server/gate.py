"""Who may talk to the server: the checks of Host, Origin and bearer token, before anything else sees a request."""

import hmac
import re
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]/@]+)(?::\d{1,5})?")


class Gate:
    """Lets a request through to `app`, or answers it with 403, 421 or 401.

    No browser page may talk to the server: whatever has an Origin header is refused. `hosts` are the names under which
    the server may be addressed (a page of a rebound DNS name uses another one); None allows all. `token` is what every
    request but those to the `open_paths` must bear; None asks for none.
    """

    def __init__(
        self, app: ASGIApp, *, token: str | None, hosts: Collection[str] | None, open_paths: Collection[str]
    ) -> None:
        self._app = app
        self._credentials = None if token is None else f"Bearer {token}".encode()
        self._hosts = hosts
        self._open_paths = open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        headers = Headers(scope=scope)
        if "origin" in headers:
            return _answer(403, "Requests of web pages are not accepted.")
        if self._hosts is not None and not self._is_own_name(headers.get("host", "")):
            return _answer(421, "The server is not known under this host name.")
        if scope["path"] not in self._open_paths and not self._is_authorized(headers):
            return _answer(401, "A valid bearer token is required.", {"WWW-Authenticate": "Bearer"})
        return None

    def _is_own_name(self, host: str) -> bool:
        parsed = _HOST.fullmatch(host.lower())
        return parsed is not None and self._hosts is not None and parsed[1] in self._hosts

    def _is_authorized(self, headers: Headers) -> bool:
        if self._credentials is None:
            return True
        scheme, _, token = headers.get("authorization", "").partition(" ")
        # The scheme is case-insensitive (RFC 9110, 11.1); the token is compared in constant time.
        given = f"{scheme.capitalize()} {token}".encode("latin-1", "replace")
        return hmac.compare_digest(given, self._credentials)


def _answer(status: int, words: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": words}, status, headers)
