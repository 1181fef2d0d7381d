"""What there is to know about one item, as styled text for a given width."""

from collections.abc import Mapping, Sequence

from textual.content import Content

from tui.core.ports import PromptSpec, ResourceSpec, SentTool, ServerStatus, ToolSpec
from tui.ui.figures import count
from tui.ui.theme import MUTED
from tui.ui.tools.catalog import Item, Offer
from tui.ui.tools.columns import columns, fitted
from tui.ui.tools.json_view import json_content
from tui.ui.tools.parameter_table import parameter_table
from tui.ui.tools.schema_fields import fields_of
from tui.ui.tools.sent_view import left_out_content, sent_view
from tui.ui.tools.untrusted import as_prose, on_one_line
from tui.ui.tools.words import SERVER_STATES, annotation_chips


def heading(offer: Offer) -> Content:
    """The item's name, and on a second line what it is."""
    match offer:
        case ToolSpec():
            return _named(offer.title or offer.name, _sub(offer.title and offer.name, "tool", offer.server))
        case ResourceSpec():
            return _named(offer.name or offer.uri, _sub("", "resource", offer.server))
        case PromptSpec():
            return _named(offer.title or offer.name, _sub(offer.title and offer.name, "prompt", offer.server))
        case ServerStatus():
            what = "MCP server, launched by this application" if offer.bundled else "MCP server"
            return _named(offer.name, Content.styled(what, MUTED))


def overview(item: Item, counts: Mapping[str, int], width: int, *, raw_schema: bool = False) -> Content:
    """The body below the heading. `counts` (items by group) matter for a server, `raw_schema` for a tool."""
    match offer := item.offer:
        case ToolSpec():
            return _tool(offer, item.sent, width, raw_schema)
        case ResourceSpec():
            facts = [("uri", offer.uri), ("type", offer.mime_type or "not given")]
            return _paragraphs(_facts(facts, width), _prose(offer.description))
        case PromptSpec():
            return _prompt(offer, width)
        case ServerStatus():
            return _server(offer, counts, width)


def _tool(spec: ToolSpec, sent: SentTool | None, width: int, raw_schema: bool) -> Content:
    top = [_prose(spec.description), annotation_chips(spec.annotations, width)]
    if sent and sent.left_out:
        top.append(left_out_content(sent.left_out))
    if raw_schema and sent:
        return _paragraphs(*top, sent_view(spec.parameters, sent, width))
    if raw_schema:
        return _paragraphs(*top, _titled("Schema", json_content(spec.parameters, width)))
    fields = fields_of(spec.parameters)
    if not fields:
        return _paragraphs(*top, Content.styled("It takes no parameters.", MUTED))
    return _paragraphs(*top, _titled("Parameters", parameter_table(fields, width), len(fields)))


def _prompt(spec: PromptSpec, width: int) -> Content:
    if not spec.arguments:
        none = Content.styled("It has no blanks to fill in.", MUTED)
        return _paragraphs(_prose(spec.description), none)
    rows = [
        [
            Content.styled(on_one_line(argument.name), "bold"),
            Content.styled("required" if argument.required else "optional", MUTED),
            Content(as_prose(argument.description)),
        ]
        for argument in spec.arguments
    ]
    table = columns(rows, fitted(rows, (24, 8), width))
    return _paragraphs(_prose(spec.description), _titled("Blanks", table, len(rows)))


def _server(status: ServerStatus, counts: Mapping[str, int], width: int) -> Content:
    glyph, word, style = SERVER_STATES[status.state]
    state = Content.styled(f"{glyph} {word}", style)
    offers = " · ".join(count(counts.get(f"{one.title()}s", 0), one) for one in ("tool", "resource", "prompt"))
    facts: list[tuple[str, str | Content]] = [("state", state)]
    if status.detail:
        facts.append(("why", Content.styled(as_prose(status.detail), style)))
    if status.hint:
        facts.append(("what to do", as_prose(status.hint)))
    facts += [
        ("address", status.url or "none"),
        ("transport", status.transport),
        ("version", status.version or "not reported"),
        ("offers", offers),
    ]
    if status.log_path:
        facts.append(("log", status.log_path))
    return _facts(facts, width)


def _named(name: str, below: Content) -> Content:
    return Content("\n").join([Content.styled(on_one_line(name), "bold"), below])


def _sub(name: str, kind: str, server: str) -> Content:
    place = Content.styled(f"{kind} of {on_one_line(server)}", MUTED)
    return Content.assemble(on_one_line(name), ("  ·  ", MUTED), place) if name else place


def _titled(word: str, body: Content, count: int | None = None) -> Content:
    number = "" if count is None else f" {count:,}"
    return Content.assemble((word, "bold"), (number, MUTED), "\n\n", body)


def _prose(text: str) -> Content:
    return Content(as_prose(text)) if text.strip() else Content.styled("No description.", MUTED)


def _facts(facts: Sequence[tuple[str, str | Content]], width: int) -> Content:
    rows = [
        [
            Content.styled(label, MUTED),
            value if isinstance(value, Content) else Content(as_prose(value, 2_000)),
        ]
        for label, value in facts
    ]
    return columns(rows, fitted(rows, (12,), width))


def _paragraphs(*parts: Content) -> Content:
    return Content("\n\n").join(part for part in parts if part)
