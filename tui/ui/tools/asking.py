"""The message that asks the model to use a tool, written from the tool's definition, to be finished in the prompt."""

import re

from tui.core.ports import ToolSpec
from tui.ui.tools.schema_fields import Field, fields_of
from tui.ui.tools.untrusted import on_one_line

_BLANK = "…"
_MOST_OPTIONAL = 4
_SENTENCE_END = re.compile(r"[.!?:](?:\s|$)|\n")
_NOT_A_VERB = frozenset({"a", "an", "the", "this", "it", "tool", "mock", "for", "to"})


def asking_for(spec: ToolSpec) -> str:
    """Such as `Use the calculate tool to do basic arithmetic, with operation = add, a = … and b = ….`"""
    purpose = _purpose(spec.description)
    fields = [field for field in fields_of(spec.parameters) if not field.whole]
    required = [field for field in fields if field.required]
    optional = [field for field in fields if not field.required and field.initial]
    blanks = [f"{on_one_line(field.name)} = {_sample(field)}" for field in [*required, *optional[:_MOST_OPTIONAL]]]
    text = f"Use the {on_one_line(spec.name)} tool"
    if purpose:
        text += f" to {purpose}"
    if blanks:
        text += f"{',' if purpose else ''} with {_listed(blanks)}"
    return f"{text}."


def _purpose(description: str) -> str:
    """The first sentence as it reads after "to"; empty if it does not begin with a verb's plain form."""
    sentence = on_one_line(_SENTENCE_END.split(description.strip(), maxsplit=1)[0].strip(), 160)
    first, _, rest = sentence.partition(" ")
    is_verb = first.isalpha() and first[1:].islower() and first.lower() not in _NOT_A_VERB
    if not rest or not is_verb or (first.endswith("s") and not first.endswith("ss")):
        return ""
    return f"{first.lower()} {rest}"


def _sample(field: Field) -> str:
    if field.initial:
        return on_one_line(field.initial, 60)
    return on_one_line(field.choices[0].label, 60) if field.choices else _BLANK


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
