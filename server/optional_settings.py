"""What the environment says about the optional tools, checked. A tool without settings is not offered."""

import ipaddress
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

from server.errors import USAGE_STATUS, StartError

DATABASE_VARIABLE = "CALLSCOPE_DATABASE"
WRITABLE_VARIABLE = "CALLSCOPE_DATABASE_WRITABLE"
API_HOSTS_VARIABLE = "CALLSCOPE_API_HOSTS"
API_METHODS_VARIABLE = "CALLSCOPE_API_METHODS"
API_HEADERS_PREFIX = "CALLSCOPE_API_HEADERS_"

Scheme = Literal["http", "https"]
_DEFAULT_PORTS: Mapping[Scheme, int] = {"http": 80, "https": 443}
_METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
_HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?|[0-9a-f:.]*:[0-9a-f:.]*")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_YES, _NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """The SQLite file that `query_database` asks."""

    file: Path
    writable: bool = False


@dataclass(frozen=True, slots=True)
class AllowedHost:
    """One origin that `call_external_api` may call, and the headers that the server adds there.

    `private`: it may have addresses of this computer and of its networks. `headers` are never shown to the model.
    """

    scheme: Scheme
    name: str
    port: int
    private: bool = False
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    @property
    def origin(self) -> str:
        """As it is written in a URL."""
        name = f"[{self.name}]" if ":" in self.name else self.name
        return f"{self.scheme}://{name}" + ("" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}")


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """What `call_external_api` may call, and how."""

    hosts: Sequence[AllowedHost]
    methods: Sequence[str] = ("GET",)


def load_database(file: str | None, writable: bool, environment: Mapping[str, str]) -> DatabaseSettings | None:
    """The database of the options or the environment; raises StartError when it is no file."""
    name, source = (file, "--database") if file else (environment.get(DATABASE_VARIABLE), DATABASE_VARIABLE)
    may_write = writable or _is_yes(WRITABLE_VARIABLE, environment)
    if not name:
        if may_write:
            raise _problem("A writable database is asked for, and none is named.", f"Name it with {DATABASE_VARIABLE}.")
        return None
    path = Path(name).absolute()
    if not path.is_file():
        raise _problem(f"{source} names a file that is not there: {name[:200]}.", "Name an SQLite file that exists.")
    return DatabaseSettings(path, may_write)


def load_api(environment: Mapping[str, str]) -> ApiSettings | None:
    """The hosts of the environment; raises StartError naming what cannot be understood, never a header's value."""
    hosts = [_host(entry) for entry in _listed(environment.get(API_HOSTS_VARIABLE, ""))]
    secrets = {
        name.removeprefix(API_HEADERS_PREFIX): text
        for name, text in environment.items()
        if name.startswith(API_HEADERS_PREFIX) and text
    }
    owners = [_variable_part(host) for host in hosts]
    for part in secrets:
        if owners.count(part) != 1:
            raise _problem(
                f"{API_HEADERS_PREFIX}{part} belongs to {'no' if part not in owners else 'more than one'} host of "
                f"{API_HOSTS_VARIABLE}.",
                f"The name for api.example.com is {API_HEADERS_PREFIX}API_EXAMPLE_COM.",
            )
    if not hosts:
        return None
    methods = tuple(method.upper() for method in _listed(environment.get(API_METHODS_VARIABLE, ""))) or ("GET",)
    if unknown := [method for method in methods if method not in _METHODS]:
        raise _problem(f"{API_METHODS_VARIABLE} has {unknown[0][:40]!r}.", f"The methods are {', '.join(_METHODS)}.")
    filled = [
        replace(host, headers=_headers(part, secrets[part])) if part in secrets else host
        for host, part in zip(hosts, owners, strict=True)
    ]
    return ApiSettings(filled, methods)


def _host(entry: str) -> AllowedHost:
    """`api.example.com`, `http://127.0.0.1:9000`, or `https://intranet.example private`."""
    address, _, word = entry.partition(" ")
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        port, name = parts.port, (parts.hostname or "").lower()
    except ValueError:
        raise _bad_host(entry) from None
    plain = parts.path in ("", "/") and not parts.query and not parts.fragment and "@" not in parts.netloc
    if word.strip() not in ("", "private") or parts.scheme not in get_args(Scheme) or not plain:
        raise _bad_host(entry)
    if _HOST_NAME.fullmatch(name) is None:
        raise _bad_host(entry)
    scheme = cast("Scheme", parts.scheme)
    return AllowedHost(scheme, name, port or _DEFAULT_PORTS[scheme], bool(word) or _is_private(name))


def _is_private(name: str) -> bool:
    # Whoever lists an address, or localhost, means what is there.
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name == "localhost"
    return True


def _variable_part(host: AllowedHost) -> str:
    port = "" if host.port == _DEFAULT_PORTS[host.scheme] else f"_{host.port}"
    return re.sub(r"[^A-Z0-9]", "_", f"{host.name}{port}".upper())


def _headers(part: str, text: str) -> Mapping[str, str]:
    try:
        headers = json.loads(text)
    except ValueError:
        headers = None
    if not isinstance(headers, dict) or not all(
        isinstance(value, str) and value and value.isascii() and value.isprintable() and _HEADER_NAME.fullmatch(name)
        for name, value in cast("dict[str, object]", headers).items()
    ):
        raise _problem(
            f"{API_HEADERS_PREFIX}{part} is not a JSON object of header names and values.",
            'For example {"Authorization": "Bearer ..."}.',
        )
    return cast("dict[str, str]", headers)


def _listed(text: str) -> list[str]:
    return [entry.strip() for entry in text.split(",") if entry.strip()]


def _is_yes(variable: str, environment: Mapping[str, str]) -> bool:
    text = environment.get(variable, "").lower()
    if text and text not in _YES + _NO:
        raise _problem(f"{variable} must be 1 or 0, not {text[:40]!r}.", f"For example {variable}=1.")
    return text in _YES


def _bad_host(entry: str) -> StartError:
    return _problem(
        f"{API_HOSTS_VARIABLE} has {entry[:80]!r}, which is no host.",
        "For example api.example.com,http://127.0.0.1:9000,https://intranet.example private",
    )


def _problem(message: str, hint: str) -> StartError:
    return StartError(message, hint, status=USAGE_STATUS)
