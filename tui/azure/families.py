"""What is known of models by their names: how much they take in, and whether they think before they answer."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """Models whose names begin like this. `context_window` is in tokens, input and output together; None: not known."""

    names: re.Pattern[str]
    context_window: int | None
    reasons: bool = False


# Context windows [Azure OpenAI in Microsoft Foundry models]; the first that matches counts.
_FAMILIES = (
    Family(re.compile(r"gpt-5\.4-(?:mini|nano)"), 400_000, reasons=True),
    Family(re.compile(r"gpt-5\.[45]"), 1_050_000, reasons=True),
    Family(re.compile(r"gpt-5-chat"), 128_000),
    Family(re.compile(r"gpt-5\.\d-chat"), 128_000, reasons=True),
    Family(re.compile(r"gpt-5(?:\.[123])?(?![.\d])"), 400_000, reasons=True),
    Family(re.compile(r"gpt-(?:5\.\d|[6-9])"), None, reasons=True),
    Family(re.compile(r"gpt-4\.1"), 1_047_576),
    Family(re.compile(r"gpt-4o|gpt-4-(?:turbo|1106|0125)"), 128_000),
    Family(re.compile(r"gpt-4-32k"), 32_768),
    Family(re.compile(r"gpt-4(?![.\w])"), 8_192),
    Family(re.compile(r"gpt-3\.?5-turbo"), 16_385),
    Family(re.compile(r"o1-(?:mini|preview)"), 128_000, reasons=True),
    Family(re.compile(r"o[134](?!\w)|codex-mini"), 200_000, reasons=True),
    Family(re.compile(r"gpt-oss"), 131_072, reasons=True),
)


def context_window(model: str) -> int | None:
    """Tokens that the model takes in and gives out together; None where that is not known."""
    family = _family_of(model)
    return family.context_window if family else None


def reasons(model: str) -> bool | None:
    """Whether the model thinks before it answers; None where that is not known."""
    family = _family_of(model)
    return family.reasons if family else None


def _family_of(model: str) -> Family | None:
    """By the name that the service reports, or by a deployment that is named after its model."""
    name = model.lower().rsplit("/", 1)[-1]
    return next((family for family in _FAMILIES if family.names.match(name)), None)
