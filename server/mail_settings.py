"""What the environment says about sending e-mail, checked: the mail server, the sender, who may be written to."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast, get_args

from server.errors import USAGE_STATUS, StartError

PREFIX = "CALLSCOPE_SMTP_"
HOST_VARIABLE = f"{PREFIX}HOST"

Encryption = Literal["starttls", "implicit", "none"]
SUBMISSION_PORT = 587
IMPLICIT_TLS_PORT = 465

# No quoted local parts, no comments, no groups: what people have. One "@", nothing that a header gives a meaning to.
_DOMAIN = r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
_ADDRESS = re.compile(rf"[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-]+)*@{_DOMAIN}")
_ANYBODY_OF = re.compile(rf"@{_DOMAIN}")
_LOCAL_PART_LIMIT = 64


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The mail server that `send_email` uses. `recipients` are addresses, or `@domain` for all of a domain."""

    host: str
    port: int
    sender: str
    recipients: tuple[str, ...]
    encryption: Encryption
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    def allows(self, address: str) -> bool:
        """Whether this address may be written to; capital letters make no difference."""
        wanted = address.lower()
        return wanted in self.recipients or f"@{wanted.rpartition('@')[2]}" in self.recipients


def is_address(text: str) -> bool:
    """Whether the text is one plain e-mail address."""
    return _ADDRESS.fullmatch(text) is not None and len(text.partition("@")[0]) <= _LOCAL_PART_LIMIT


def load_mail(environment: Mapping[str, str]) -> MailSettings | None:
    """The mail server of the environment; raises StartError naming what is missing or wrong, never the password."""
    given = {name.removeprefix(PREFIX): text for name, text in environment.items() if name.startswith(PREFIX) and text}
    if not given:
        return None
    for name in ("HOST", "FROM", "RECIPIENTS"):
        if name not in given:
            others = ", ".join(f"{PREFIX}{other}" for other in sorted(given))
            raise _problem(f"{PREFIX}{name} is not set, but {others} is.", "Set it, or none of them.")
    host = given["HOST"].strip().lower()
    port = _port(given.get("PORT", str(SUBMISSION_PORT)))
    recipients = tuple(entry.strip().lower() for entry in given["RECIPIENTS"].split(",") if entry.strip())
    if not is_address(given["FROM"]):
        raise _problem(f"{PREFIX}FROM is not an e-mail address.", f"For example {PREFIX}FROM=callscope@example.com.")
    if not recipients or not all(is_address(entry) or _ANYBODY_OF.fullmatch(entry) for entry in recipients):
        raise _problem(
            f"{PREFIX}RECIPIENTS must have addresses or @domains, with commas between them.",
            f"For example {PREFIX}RECIPIENTS=me@example.com,@team.example.com.",
        )
    if ("USER" in given) != ("PASSWORD" in given):
        raise _problem(f"{PREFIX}USER and {PREFIX}PASSWORD belong together.", "Set both, or none of them.")
    encryption = _encryption(given.get("TLS"), host, port)
    return MailSettings(host, port, given["FROM"], recipients, encryption, given.get("USER"), given.get("PASSWORD"))


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5) or not 0 < int(text) <= 65535:
        raise _problem(f"{PREFIX}PORT must be a whole number from 1 to 65535.", f"For example {PREFIX}PORT=587.")
    return int(text)


def _encryption(text: str | None, host: str, port: int) -> Encryption:
    if text is not None and text not in get_args(Encryption):
        raise _problem(
            f"{PREFIX}TLS must be starttls, implicit or none.", "Leave it out for what the port is used for."
        )
    if text == "none" and not _is_loopback(host):
        raise _problem(f"{PREFIX}TLS=none is for a mail server on this computer alone.", f"Set {PREFIX}TLS=starttls.")
    if text is not None:
        return cast("Encryption", text)
    if port == IMPLICIT_TLS_PORT:
        return "implicit"
    return "none" if _is_loopback(host) else "starttls"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _problem(message: str, hint: str) -> StartError:
    return StartError(message, hint, status=USAGE_STATUS)
