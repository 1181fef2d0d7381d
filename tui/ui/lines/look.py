"""The styles that lines are drawn with, resolved from the theme."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rich.style import Style

NAMES = (
    "text",
    "muted",
    "accent",
    "strong",
    "heading",
    "code",
    "block",
    "link",
    "rule",
    "success",
    "warning",
    "error",
    "keyword",
    "string",
    "number",
    "function",
    "comment",
    "chosen",
    "hint",
)
"""Every style, as the suffix of its component class `lines--<name>`. `block` is the ground of fenced code, `chosen`
that of the selected block; the five before them colour code and sit on `block`."""

COMPONENT_CLASSES = frozenset(f"lines--{name}" for name in NAMES)


@dataclass(frozen=True, slots=True)
class Look:
    """Rich styles by name, each complete with the ground it sits on."""

    styles: Mapping[str, Style]

    def __getitem__(self, name: str) -> Style:
        return self.styles[name]

    @classmethod
    def resolve(cls, component_style: Callable[[str], Style]) -> "Look":
        """Ask for the style of each component class."""
        return cls(MappingProxyType({name: component_style(f"lines--{name}") for name in NAMES}))


DEFAULT_CSS = """
AnchoredView {
    height: 1fr;
    background: $background;
    color: $foreground;
    overflow-x: hidden;
    overflow-y: auto;
    scrollbar-gutter: stable;
    scrollbar-size-vertical: 1;

    & .lines--text { color: $foreground; }
    & .lines--muted { color: $text-muted; }
    & .lines--accent { color: $accent; text-style: bold; }
    & .lines--strong { color: $foreground; text-style: bold; }
    & .lines--heading { color: $primary; text-style: bold; }
    & .lines--code { color: $foreground; background: $panel; }
    & .lines--block { color: $foreground; background: $surface; }
    & .lines--link { color: $secondary; text-style: underline; }
    & .lines--rule { color: $foreground 25%; }
    & .lines--success { color: $success; }
    & .lines--warning { color: $warning; }
    & .lines--error { color: $error; }
    & .lines--keyword { color: $primary; background: $surface; }
    & .lines--string { color: $success; background: $surface; }
    & .lines--number { color: $warning; background: $surface; }
    & .lines--function { color: $secondary; background: $surface; text-style: bold; }
    & .lines--comment { color: $text-muted; background: $surface; text-style: italic; }
    & .lines--chosen { color: $foreground; background: $panel; }
    & .lines--hint { color: $background; background: $accent; }
}
"""
"""One accent; green, amber and red for states. All colours are the theme's."""
