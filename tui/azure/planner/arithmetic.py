"""An expression as steps: one call for each operation, the inner ones first."""

from tui.azure.planner.draft import Draft
from tui.azure.planner.expression import SYMBOLS, Node, Number, Operation, Previous
from tui.azure.planner.results import number_in
from tui.azure.planner.steps import Ref, Slot, Step

_ADDITIVE = ("add", "subtract")


def add_expression(draft: Draft, expression: Operation) -> None:
    """Add the steps of an expression; a reference that leads nowhere is remarked instead."""
    previous = draft.last_value()
    if isinstance(previous, str):
        previous = number_in(previous)
    if previous is None and _refers(expression):
        draft.remark("nothing_earlier", "number")
        return
    _add(draft, expression, previous, partial=False)


def _refers(node: Node) -> bool:
    match node:
        case Previous():
            return True
        case Number():
            return False
        case Operation():
            return _refers(node.left) or _refers(node.right)


def _add(draft: Draft, operation: Operation, previous: Slot, *, partial: bool) -> tuple[int, tuple[str | Ref, ...]]:
    """The number of the operation's step, and how the operation is written."""
    a, left = _operand(draft, operation.left, previous)
    b, right = _operand(draft, operation.right, previous)
    if isinstance(operation.left, Operation) and _needs_parentheses(operation.left, operation, is_right=False):
        left = ("(", *left, ")")
    if isinstance(operation.right, Operation) and _needs_parentheses(operation.right, operation, is_right=True):
        right = ("(", *right, ")")
    shown = (*left, f" {SYMBOLS[operation.name]} ", *right)
    step = Step("calculate", {"operation": operation.name, "a": a, "b": b}, shown, partial=partial)
    return draft.add(step), shown


def _operand(draft: Draft, node: Node, previous: Slot) -> tuple[Slot, tuple[str | Ref, ...]]:
    match node:
        case Number(text):
            return number_in(text) if number_in(text) is not None else float(text), (text,)
        case Previous():
            return previous, (previous if isinstance(previous, Ref) else str(previous),)
        case Operation():
            number, shown = _add(draft, node, previous, partial=True)
            return Ref((number,)), shown


def _needs_parentheses(inner: Operation, outer: Operation, *, is_right: bool) -> bool:
    if inner.name in _ADDITIVE:
        return outer.name not in _ADDITIVE or (is_right and outer.name == "subtract")
    return is_right and outer.name not in _ADDITIVE
