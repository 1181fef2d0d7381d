"""A call that waits, as a document: everything that one should know before saying yes."""

import json
from collections.abc import Iterator, Sequence

from tui.core.ports import ApprovalRequest
from tui.core.text import reveal
from tui.ui.approval.change_block import change_blocks
from tui.ui.lines.block import Block, TextBlock
from tui.ui.tool_log.call_detail import chunks
from tui.ui.tools.untrusted import on_one_line

WARNING_GLYPH = "!"


def question_blocks(request: ApprovalRequest, server: str, *, edited: bool) -> list[Block]:
    """The call, what it may do and why it is asked about; `server` is what the server is known by."""
    blocks: list[Block] = list(_facts(request, server))
    if request.seen_definition:
        blocks.append(TextBlock("How its definition has changed", "heading", gap=1))
        blocks += change_blocks(_laid_out(request.seen_definition), _laid_out(request.spec.definition))
    blocks.append(TextBlock(f"Arguments{', edited by you' if edited else ''}", "heading", gap=1))
    blocks += chunks(arguments_text(request), "json")
    if change := request.change:
        what = "New file" if change.before is None else "What changes in"
        blocks.append(TextBlock(f"{what} {on_one_line(change.path)}", "heading", gap=1))
        blocks += _file_change(change.before or "", change.after)
    return blocks


def arguments_text(request: ApprovalRequest) -> str:
    """The arguments as JSON over several lines, exactly as they are sent."""
    return json.dumps(request.arguments, indent=2, ensure_ascii=False)


def flags(request: ApprovalRequest) -> Sequence[str]:
    """What stands out so much that the call is answered on its own, as sentences."""
    changed = ("Its definition has changed since you saw or approved it.",) if request.seen_definition else ()
    return (*changed, *request.warnings)


def _facts(request: ApprovalRequest, server: str) -> Iterator[Block]:
    yield TextBlock(f"tool    {on_one_line(request.spec.name)}", "strong")
    yield TextBlock(f"server  {on_one_line(server)}")
    yield TextBlock(f"risk    {request.risk}", "warning")
    if not flags(request):
        yield TextBlock(f"asked   {request.why}", "muted")
    for flag in flags(request):
        yield TextBlock(f"{WARNING_GLYPH} {flag}", "error")


def _file_change(before: str, after: str) -> Iterator[Block]:
    if before == after:
        yield TextBlock("Nothing: it has this text already.", "muted")
    yield from change_blocks(before, after)


def _laid_out(definition: str) -> str:
    """A definition over several lines; one that was cut is no JSON any more, and stays on one."""
    try:
        return json.dumps(json.loads(definition), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return definition


def one_line(request: ApprovalRequest) -> str:
    """The call in the list of those that wait."""
    arguments = json.dumps(request.arguments, ensure_ascii=False)
    return f"{on_one_line(request.spec.name)}  {reveal(arguments[:200])}"
