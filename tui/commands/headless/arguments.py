"""The arguments of a call from the command line, as its tool's schema wants them."""

from collections.abc import Mapping, Sequence

from tui.core.arguments import parse_arguments
from tui.core.errors import SettingsError
from tui.core.events import Json
from tui.core.ports import ToolSpec
from tui.core.text import reveal
from tui.ui.tools.field_values import UnreadableError, value_of
from tui.ui.tools.schema_fields import Field, fields_of

_AS_JSON = "--arguments takes them as a JSON object."


def arguments_of(text: str) -> Mapping[str, Json]:
    """The arguments that are given as one JSON object.

    Raises:
        SettingsError: they are none.
    """
    try:
        return parse_arguments(text)
    except ValueError as error:
        raise SettingsError(str(error), "In a shell, put it into single quotes.") from error


def arguments_from(pairs: Sequence[str], spec: ToolSpec) -> Mapping[str, Json]:
    """The arguments that are given as `key=value`, each converted as the tool's schema says.

    Raises:
        SettingsError: a key is not one of the tool's, is given twice, or its value is not of the type.
    """
    fields = {field.name: field for field in fields_of(spec.parameters)}
    if pairs and any(field.whole for field in fields.values()):
        raise SettingsError(f"The arguments of {reveal(spec.name)} cannot be given one by one.", _AS_JSON)
    arguments: dict[str, Json] = {}
    faults: list[str] = []
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            faults.append(f"“{reveal(pair)}” is not of the form key=value.")
        elif name not in fields:
            known = ", ".join(map(reveal, fields)) or "none"
            faults.append(f"It has no argument “{reveal(name)}”; it has {known}.")
        elif name in arguments:
            faults.append(f"{reveal(name)} is given more than once.")
        else:
            try:
                arguments[name] = _value(fields[name], text)
            except UnreadableError as error:
                faults.append(f"{reveal(name)}: {error}")
    missing = [reveal(field.name) for field in fields.values() if field.required and not field.whole]
    missing = [name for name in missing if name not in {pair.partition("=")[0] for pair in pairs}]
    if missing:
        faults.append(f"{', '.join(missing)} must be given.")
    if faults:
        raise SettingsError(f"{reveal(spec.name)} cannot be called like this. {' '.join(faults)}", _AS_JSON)
    return arguments


def _value(field: Field, text: str) -> Json:
    if field.nullable and text == "null":
        return None
    if field.kind == "boolean" and text not in ("true", "false"):
        raise UnreadableError("Must be true or false.")
    if field.kind == "choice" and text not in (labels := [choice.label for choice in field.choices]):
        raise UnreadableError(f"Must be one of: {', '.join(map(reveal, labels))}.")
    try:
        return value_of(field, text)
    except UnreadableError:
        if field.kind == "json" and {"string", "any"} & set(field.type_words.split(" or ")):
            return text
        raise
