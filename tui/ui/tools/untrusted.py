"""Server text made fit to be shown: what cannot be seen is spelled out, and no length is without a limit."""

from inspect import cleandoc

from tui.core.text import reveal

LONGEST_NAME = 200
LONGEST_PROSE = 8_000


def on_one_line(text: str, longest: int = LONGEST_NAME) -> str:
    """The text on one line; line ends and tabs are spelled out too."""
    head = text[:longest]
    shown = reveal(head).replace("\n", "<U+000A>").replace("\t", "<U+0009>")
    return f"{shown}…" if len(text) > longest else shown


def as_prose(text: str, longest: int = LONGEST_PROSE) -> str:
    """The text over as many lines as it has, without a docstring's indentation; a cut is said."""
    shown = reveal(cleandoc(text[:longest].replace("\r\n", "\n")))
    return f"{shown}\n… {len(text) - longest:,} more characters" if len(text) > longest else shown
