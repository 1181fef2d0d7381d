"""Arithmetic in a clause, as a tree of operations. Nothing is computed here: that is the calculate tool's work."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tui.azure.planner.numerals import digits_for_words

OperationName: TypeAlias = Literal["add", "subtract", "multiply", "divide"]

MAX_TOKENS = 100
"""An expression with more numbers, operators and parentheses is not taken apart; it would need dozens of calls."""

_OPERATIONS: dict[str, OperationName] = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}
SYMBOLS = {name: symbol for symbol, name in _OPERATIONS.items()}
_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2}


class BadExpressionError(ValueError):
    """It is meant as arithmetic, and cannot be read or is more than the four operations."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written, without thousands separators."""

    text: str


@dataclass(frozen=True, slots=True)
class Previous:
    """The result before: "that", "it", or nothing at all, as in "multiply by 3"."""


@dataclass(frozen=True, slots=True)
class Operation:
    """Two operands and what to do with them."""

    name: OperationName
    left: "Node"
    right: "Node"


Node: TypeAlias = Number | Previous | Operation

_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]{1,40}(?![0-9]))?(?:\.[0-9]{1,40})?(?:e[+-]?[0-9]{1,3})?"
_TOKEN = re.compile(
    rf"(?P<number>(?![0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}\b)(?=[.0-9]){_NUMBER}(?<=[0-9])(?![\w.,]{{0,60}}[0-9a-z_]))"
    r"|(?P<previous>(?:(?:that|this|the|your|my|our)\s+)?(?:(?:last|previous|final|latest|same)\s+)?"
    r"(?:result|answer|number|value|sum|product|total|quotient|difference)\b|\b(?:that|it|this)\b)"
    r"|(?P<bad>\*\*|//|[\^%√!]|\b(?:squared|cubed|sqrt|root|power|modulo|mod|factorial|percent|log|sin|cos|tan)\b"
    r"|\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b|[\w.,]{0,60}[0-9][\w.,]{0,60}\w)"
    r"|(?P<operator>[-+*/])|(?P<open>\()|(?P<close>\))|(?P<space>\s+)|(?P<other>[^\W\d_]+|.)",
    re.DOTALL,
)
_WORDS = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(?<=[0-9)])\s*(?:%|percent)\s+of\s+", " / 100 * "),
        (r"[×·∙⋅]|\btimes\b|\bmultiplied by\b|(?<=[0-9)])\s*x\s*(?=[0-9(.])", " * "),
        (r"÷|\bdivided by\b|\bover\b", " / "),
        (r"\bplus\b", " + "),
        (r"[−–]|\bminus\b", " - "),
    )
]
_OPENS_WITH_OPERATOR = re.compile(r"\s*(?:plus|minus|times|multiplied by|divided by|[+*/×÷])\s")
_ASKS = re.compile(
    r"\b(?:calculate|compute|evaluate|solve|work out|what is|what['’]?s|whats|how much|result of|add|subtract|"
    r"multiply|divide|sum|product|times|plus|minus|divided|multiplied)\b"
)
_HARMLESS = re.compile(
    r"(?:what|s|is|whats|the|a|of|to|for|me|please|and|then|now|equals?|do|does|you|can|how|much|many|"
    r"calculate|compute|evaluate|solve|square|cube|raised)\Z"
)
# A verb's operands: multiply A by B. Without A it means the result before: multiply by B.
_FORMS: tuple[tuple[re.Pattern[str], OperationName, Sequence[str]], ...] = (
    (re.compile(r"\bmultiply(?:ing)?\s+by\s+(?P<b>.+)"), "multiply", ("", "b")),
    (re.compile(r"\bmultiply(?:ing)?\s+(?P<a>.{1,200}?)\s+(?:by|with)\s+(?P<b>.+)"), "multiply", ("a", "b")),
    (re.compile(r"\bdivid(?:e|ing)\s+by\s+(?P<b>.+)"), "divide", ("", "b")),
    (re.compile(r"\bdivid(?:e|ing)\s+(?P<a>.{1,200}?)\s+by\s+(?P<b>.+)"), "divide", ("a", "b")),
    (re.compile(r"\bquotient\s+of\s+(?P<a>.{1,200}?)\s+and\s+(?P<b>.+)"), "divide", ("a", "b")),
    (re.compile(r"\bsubtract(?:ing)?\s+(?P<a>.{1,200}?)\s+from\s+(?P<b>.+)"), "subtract", ("b", "a")),
    (re.compile(r"\bdifference\s+(?:of|between)\s+(?P<a>.{1,200}?)\s+and\s+(?P<b>.+)"), "subtract", ("a", "b")),
    (re.compile(r"\bsubtract(?:ing)?\s+(?P<b>.+)"), "subtract", ("", "b")),
    (re.compile(r"\badd(?:ing)?\s+(?P<a>.{1,200}?)\s+to\s+(?P<b>.+)"), "add", ("b", "a")),
    (re.compile(r"\badd\s+(?P<b>.+)"), "add", ("", "b")),
)
# Operands in a list: add 1, 2 and 3.
_LISTS: tuple[tuple[re.Pattern[str], OperationName], ...] = (
    (re.compile(r"\b(?:add(?:ing)?|(?:sum|total)\s+of)\s+(?P<list>.+)"), "add"),
    (re.compile(r"\b(?:multiply(?:ing)?|product\s+of)\s+(?P<list>.+)"), "multiply"),
)
_LIST_SEPARATOR = re.compile(r"\s*,\s+(?:and\s+)?|\s+and\s+")
_FACTORS: tuple[tuple[re.Pattern[str], OperationName, str], ...] = (
    (re.compile(r"\b(?:double|twice)\s+(?P<a>.+)"), "multiply", "2"),
    (re.compile(r"\btriple\s+(?P<a>.+)"), "multiply", "3"),
    (re.compile(r"\b(?:halve|half\s+of)\s+(?P<a>.+)"), "divide", "2"),
)


def find_expressions(clause: str) -> list[Operation]:
    """The arithmetic that a clause asks for, left to right; empty when it asks for none.

    Raises:
        BadExpressionError: it is meant as arithmetic, and is not understood.
    """
    text = digits_for_words(clause.lower())
    if operation := _spoken(text):
        return [operation]
    if _OPENS_WITH_OPERATOR.match(f"{text} "):
        text = f"that {text}"
    runs, others, is_bad = _runs(text)
    is_all_arithmetic = all(map(_HARMLESS.match, others))
    if is_bad:
        if is_all_arithmetic and re.search("[0-9]", text):
            raise BadExpressionError
        return []
    if not is_all_arithmetic and not _ASKS.search(text):
        return []
    trees = [_parse(run) for run in runs if any(token in _PRECEDENCE for token in run) and len(run) > 1]
    return [tree for tree in trees if isinstance(tree, Operation)]


def _spoken(text: str) -> Operation | None:
    """An operation named by a verb, when its operands can be read."""
    for pattern, name, factor in _FACTORS:
        if (found := pattern.search(text)) and (operand := _operand(found["a"])):
            return Operation(name, operand, Number(factor))
    for pattern, name in _LISTS:
        if (found := pattern.search(text)) and (operation := _listed(name, _LIST_SEPARATOR.split(found["list"]))):
            return operation
    for pattern, name, order in _FORMS:
        if found := pattern.search(text):
            left, right = (_operand(found[group]) if group else Previous() for group in order)
            if left and right:
                return Operation(name, left, right)
    return None


def _listed(name: OperationName, texts: Sequence[str]) -> Operation | None:
    operands = [_operand(text) for text in texts[:MAX_TOKENS]]
    combined = operands[0]
    for operand in operands[1:]:
        if combined is None or operand is None:
            return None
        combined = Operation(name, combined, operand)
    return combined if len(operands) > 1 and isinstance(combined, Operation) else None


def _operand(text: str) -> Node | None:
    """The one number, reference or expression in a text."""
    runs, others, is_bad = _runs(text)
    if is_bad or len(runs) != 1 or not all(map(_HARMLESS.match, others)):
        return None
    try:
        return _parse(runs[0])
    except BadExpressionError:
        return None


def _runs(text: str) -> tuple[list[list[str]], list[str], bool]:
    """The stretches of arithmetic in a text, the other words in it, and whether some of it is beyond reading."""
    for pattern, replacement in _WORDS:
        text = pattern.sub(replacement, text)
    runs: list[list[str]] = [[]]
    others: list[str] = []
    is_bad = False
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "space":
            continue
        if kind in ("other", "bad"):
            is_bad |= kind == "bad"
            runs.append([])
            if kind == "other" and token[0].isalpha():
                others.append(token[0])
        else:
            runs[-1].append("that" if kind == "previous" else token[0].replace(",", ""))
    return [run for run in runs if run], others, is_bad


def _parse(tokens: list[str]) -> Node:
    if len(tokens) > MAX_TOKENS:
        raise BadExpressionError
    parser = _Parser(tokens)
    node = parser.expression(0)
    if not parser.at_end:
        raise BadExpressionError
    return node


class _Parser:
    """Precedence climbing over a run of tokens."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._position = 0

    @property
    def at_end(self) -> bool:
        return self._position >= len(self._tokens)

    def expression(self, least: int) -> Node:
        left = self._operand()
        while not self.at_end and (precedence := _PRECEDENCE.get(self._tokens[self._position], -1)) >= least:
            operator = self._next()
            left = Operation(_OPERATIONS[operator], left, self.expression(precedence + 1))
        return left

    def _operand(self) -> Node:
        token = self._next()
        match token:
            case "(":
                node = self.expression(0)
                if self._next() != ")":
                    raise BadExpressionError
                return node
            case "that":
                return Previous()
            case "-" | "+":
                return self._signed(token)
            case _ if token[0] in ".0123456789" and math.isfinite(float(token)):
                return Number(token)
            case _:
                raise BadExpressionError

    def _signed(self, sign: str) -> Node:
        operand = self._operand()
        if sign == "+":
            return operand
        if isinstance(operand, Number) and not operand.text.startswith("-"):
            return Number(f"-{operand.text}")
        return Operation("subtract", Number("0"), operand)

    def _next(self) -> str:
        if self.at_end:
            raise BadExpressionError
        self._position += 1
        return self._tokens[self._position - 1]
