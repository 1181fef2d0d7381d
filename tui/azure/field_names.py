"""What the variables of a deployment are called where a person filled in the form of /connect instead."""

import re
from collections.abc import Mapping
from types import MappingProxyType

FIELD_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "AZURE_OPENAI_ENDPOINT": "The endpoint",
        "OPENAI_BASE_URL": "The endpoint",
        "AZURE_OPENAI_API_KEY": "The key",
        "OPENAI_API_KEY": "The key",
        "AZURE_OPENAI_DEPLOYMENT": "The deployment",
        "OPENAI_MODEL": "The model",
        "AZURE_OPENAI_API_VERSION": "The API version",
    }
)
"""The name of each variable's field, as a sentence begins with it."""


def without_variables(text: str) -> str:
    """The text with the names of the form's fields in place of those of variables."""
    for variable, name in FIELD_NAMES.items():
        text = re.sub(rf"(?<!^)(?<![.!?] )\b{variable}\b", name.lower().replace(" api ", " API "), text)
        text = re.sub(rf"\b{variable}\b", name, text)
    return text
