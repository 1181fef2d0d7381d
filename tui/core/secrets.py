"""Texts that look like secrets: keys and tokens of well-known services, by their published forms."""

import re

_FORMS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\bsk-[A-Za-z0-9_-]{20,}"  # OpenAI
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"  # AWS
    r"|\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_[A-Za-z0-9_]{22,}"  # GitHub
    r"|\bxox[abprs]-[A-Za-z0-9-]{10,}"  # Slack
    r"|\bAIza[A-Za-z0-9_-]{35}"  # Google
    r"|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"  # a signed JSON Web Token
    r"|AccountKey=[A-Za-z0-9+/]{40,}={0,2}|SharedAccessSignature=|[?&]sig=[A-Za-z0-9%]{30,}"  # Azure Storage
)


def looks_secret(text: str) -> bool:
    """Whether the text holds something in the form of a well-known service's key or token."""
    return _FORMS.search(text) is not None
