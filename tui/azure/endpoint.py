"""What a person pasted as endpoint, key and deployment, made into what the client needs."""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from tui.core.errors import SettingsError

_ENDPOINT = "AZURE_OPENAI_ENDPOINT"
_EXAMPLE = "Set it to your resource's address, such as https://my-resource.openai.azure.com."
_HAS_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://")
_HOST = re.compile(r"^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.?)+$")


def normalise_endpoint(text: str) -> str:
    """The resource's base address, without a trailing slash: https, or http to this machine.

    A missing scheme becomes https, and what the portal shows as "Target URI" loses everything from `/openai` on; a
    path before it stays, since API Management serves under one.

    Raises:
        SettingsError: it is no address, or one that the key must not be sent to unencrypted.
    """
    text = text.strip().strip("\"'").strip()
    if not text:
        raise SettingsError(f"{_ENDPOINT} is empty.", _EXAMPLE)
    if not _HAS_SCHEME.match(text):
        text = f"https://{text.lstrip('/')}"
    parts = _split(text)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise SettingsError(
            f"{_ENDPOINT} uses http, which would send your key unencrypted.",
            "Use https; plain http is accepted only for this machine (localhost).",
        )
    return f"{parts.scheme}://{parts.netloc}{_base_path(parts.path)}"


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, by name or by address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


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


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port  # reading it is what checks it
    except ValueError:
        raise SettingsError(f"{_ENDPOINT} is not a valid address.", _EXAMPLE) from None
    host = parts.hostname or ""
    if parts.scheme not in ("https", "http") or parts.username is not None or not _is_host(host):
        raise SettingsError(f"{_ENDPOINT} is not a valid address.", _EXAMPLE)
    return parts


def _is_host(host: str) -> bool:
    if ":" not in host:
        return bool(_HOST.match(host))
    try:
        return ipaddress.ip_address(host).version == 6
    except ValueError:
        return False


def _base_path(path: str) -> str:
    """The path up to `/openai`, which the client appends itself."""
    return re.split(r"/openai(?=/|$)", path, maxsplit=1)[0].rstrip("/")
