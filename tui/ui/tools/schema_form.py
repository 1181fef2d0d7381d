"""A filled-in form: the texts typed into its fields become arguments, or one sentence on what is wrong by field."""

from collections.abc import Mapping
from dataclasses import dataclass

from tui.core.events import Json
from tui.ui.tools.field_values import UnreadableError, is_left_out, value_of
from tui.ui.tools.schema_fields import Field
from tui.ui.tools.schema_shape import Schema, as_mapping


@dataclass(frozen=True, slots=True)
class Submission:
    """What the texts come to: arguments to send, if `errors` (one sentence by field name) is empty."""

    arguments: Mapping[str, Json]
    errors: Mapping[str, str]


def collect(fields: tuple[Field, ...], texts: Mapping[str, str], schema: Schema) -> Submission:
    """The arguments that the typed texts come to, checked against `schema`.

    An optional field that still has its initial text is not sent; nor is one that was emptied, unless it holds text.
    A choice's text is its label, a boolean's `true` or `false`.
    """
    from tui.ui.tools.validation import Checker  # jsonschema takes 70 ms to import: not before the first frame

    checker = Checker(schema)
    arguments: dict[str, Json] = {}
    errors: dict[str, str] = {}
    for asked in fields:
        text = texts.get(asked.name, asked.initial)
        if is_left_out(asked, text):
            continue
        try:
            value = value_of(asked, text)
        except UnreadableError as unreadable:
            errors[asked.name] = str(unreadable)
            continue
        if problem := checker.problem(value, asked.schema):
            errors[asked.name] = problem
        elif asked.whole:
            arguments.update(as_mapping(value))
        else:
            arguments[asked.name] = value
    return Submission(arguments, errors)
