"""A tool's parameters as a table: name, type, whether it is required, default, meaning."""

from collections.abc import Sequence

from textual.content import Content

from tui.ui.theme import MUTED
from tui.ui.tools.columns import columns, fitted
from tui.ui.tools.schema_fields import Field
from tui.ui.tools.untrusted import as_prose, on_one_line

_TABLE_FROM = 72
_MOST_ROWS = 100
_LIMITS = (24, 20, 8, 20)
_LONGEST_MEANING = 1_000
_MOST_CHOICES = 24


def parameter_table(fields: Sequence[Field], width: int) -> Content:
    """The table in `width` cells; in a narrow place each parameter becomes a short paragraph instead."""
    if len(fields) > _MOST_ROWS:
        more = f"\n\n… {len(fields) - _MOST_ROWS:,} more; the schema lists them all"
        return Content.assemble(parameter_table(fields[:_MOST_ROWS], width), (more, MUTED))
    if width < _TABLE_FROM:
        return Content("\n\n").join(_paragraph(field, width) for field in fields)
    header = [Content.styled(word, MUTED) for word in ("name", "type", "required", "default", "meaning")]
    rows = [header, *(_row(field) for field in fields)]
    if not any(field.initial for field in fields):
        rows = [[*row[:3], row[4]] for row in rows]
    return columns(rows, fitted(rows, _LIMITS[: len(rows[0]) - 1], width))


def meaning(field: Field) -> Content:
    """What the server says about a parameter, then the values to choose from and the limits."""
    parts = [Content(as_prose(field.description, _LONGEST_MEANING))] if field.description else []
    if field.choices:
        shown = [on_one_line(choice.label, 40) for choice in field.choices[:_MOST_CHOICES]]
        more = len(field.choices) - len(shown)
        listed = " · ".join([*shown, f"and {more} more"] if more else shown)
        parts.append(Content.styled(listed, "$accent"))
    if field.limits:
        parts.append(Content.styled(on_one_line(field.limits), MUTED))
    return Content("\n").join(parts)


def default_in_words(field: Field) -> str:
    """The default on one line; a boolean that starts off has one only if the schema says so."""
    if field.kind == "boolean" and "default" not in field.schema:
        return ""
    return on_one_line(field.initial, 60)


def _row(field: Field) -> list[Content]:
    return [
        Content.styled(on_one_line(field.name), "bold"),
        Content.styled(on_one_line(field.type_words), MUTED),
        Content("yes") if field.required else Content.styled("no", MUTED),
        Content(default_in_words(field)),
        meaning(field),
    ]


def _paragraph(field: Field, width: int) -> Content:
    facts = [on_one_line(field.type_words), "required" if field.required else "optional"]
    if default := default_in_words(field):
        facts.append(f"default {default}")
    head = Content.assemble((on_one_line(field.name), "bold"), "  ", (" · ".join(facts), MUTED))
    body = meaning(field)
    return Content("\n").join([head, _indented(body, width)] if body else [head])


def _indented(text: Content, width: int) -> Content:
    return Content("\n").join(Content("  ") + line for line in text.wrap(max(1, width - 2)))
