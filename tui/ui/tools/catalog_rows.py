"""The catalog as rows of a list: a heading for each server, a count for each group, a line for each item."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from textual.content import Content

from tui.core.ports import ServerStatus
from tui.ui.theme import MUTED
from tui.ui.tools.catalog import Catalog, Group, Item, ItemKey, Section
from tui.ui.tools.untrusted import as_prose
from tui.ui.tools.words import NOT_SENT, SERVER_STATES

_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Row:
    """One row; without a key it cannot be highlighted."""

    text: Content
    key: ItemKey | None = None


def rows_of(catalog: Catalog, query: str, width: int) -> list[Row]:
    """The rows for a list of `width` cells, with the parts of names that the query found marked."""
    found = _pattern(query)
    rows: list[Row] = []
    for section in catalog.sections:
        if rows:
            rows.append(Row(Content(" ")))
        rows.extend(_section_rows(section, found, width))
    return rows


def _section_rows(section: Section, found: re.Pattern[str] | None, width: int) -> Iterator[Row]:
    yield Row(_server_heading(section.status, section.server.label), section.server.key)
    if section.status.state != "ready":
        yield from _reasons(section.status, width)
    if not section.groups and section.status.state == "ready" and found is None:
        yield Row(Content.styled("  It offers nothing yet.", MUTED))
    for group in section.groups:
        yield Row(_group_heading(group))
        for item in group.items:
            yield Row(_item_line(item, found), item.key)


def _server_heading(status: ServerStatus, label: str) -> Content:
    glyph, word, style = SERVER_STATES[status.state]
    return Content.assemble((f"{glyph} ", style), (label, "bold"), "" if status.state == "ready" else f"  {word}")


def _reasons(status: ServerStatus, width: int) -> Iterator[Row]:
    """Why a server is not ready and what to do, below its heading."""
    style = SERVER_STATES[status.state][2]
    for text, colour in ((status.detail, style), (status.hint, MUTED)):
        if text:
            for line in Content.styled(as_prose(text, _LONGEST_REASON), colour).wrap(max(8, width - 2)):
                yield Row(Content("  ") + line)


def _group_heading(group: Group) -> Content:
    shown = len(group.items)
    count = f"{shown:,}" if shown == group.total else f"{shown:,} of {group.total:,}"
    return Content.styled(f"  {group.title} {count}", MUTED)


def _item_line(item: Item, found: re.Pattern[str] | None) -> Content:
    name = Content(item.label)
    if found:
        name = name.highlight_regex(found, style="underline")
    if item.sent and item.sent.left_out:
        return Content.assemble((f"  {NOT_SENT.glyph} ", f"${NOT_SENT.style}"), name, f"  {NOT_SENT.words}")
    return Content("    ") + name


def _pattern(query: str) -> re.Pattern[str] | None:
    words = query.split()
    return re.compile("|".join(map(re.escape, words)), re.IGNORECASE) if words else None
