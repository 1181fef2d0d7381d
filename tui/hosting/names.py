"""Names of tools that every model accepts, unique over all servers; a map goes back, names are never taken apart."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence

NAME_LIMIT = 64
"""Azure OpenAI takes names of `^[a-zA-Z0-9_-]{1,64}$`."""

NAMED_TOOLS = 50
"""How many tools an answer to an unknown name lists."""

_UNSAFE = re.compile(r"[^a-zA-Z0-9_-]+")
_HASH_DIGITS = 8

Origin = tuple[str, str]
"""A server's name and the server's own name for a tool."""


def unique_names(origins: Iterable[Origin]) -> dict[Origin, str]:
    """A safe name for each tool: its own if it can be, with its server's before it where two servers share it."""
    listed = list(dict.fromkeys(origins))
    wanted = Counter(_safe(tool) for _, tool in listed)
    names: dict[Origin, str] = {}
    taken: set[str] = set()
    for server, tool in listed:
        name = _safe(tool)
        if wanted[name] > 1:
            name = _fitted(f"{_safe(server)}_{name}", server, tool)
        if name in taken:
            name = _hashed(name, server, tool)
        taken.add(name)
        names[server, tool] = name
    return names


def unknown_tool(name: str, names: Sequence[str]) -> str:
    """What a model is told that asks for a tool which does not exist."""
    more = f" and {len(names) - NAMED_TOOLS} more" if len(names) > NAMED_TOOLS else ""
    offer = f"The tools are: {', '.join(names[:NAMED_TOOLS])}{more}." if names else "No server offers any tool now."
    return f"There is no tool called {name}. {offer}"


def _safe(text: str) -> str:
    safe = _UNSAFE.sub("_", text)
    if safe == text and 0 < len(text) <= NAME_LIMIT:
        return text
    return _hashed(safe, "", text)


def _fitted(name: str, server: str, tool: str) -> str:
    return name if len(name) <= NAME_LIMIT else _hashed(name, server, tool)


def _hashed(stem: str, server: str, tool: str) -> str:
    digest = hashlib.sha256(f"{server}\0{tool}".encode("utf-8", "replace")).hexdigest()[:_HASH_DIGITS]
    return f"{stem[: NAME_LIMIT - _HASH_DIGITS - 1]}_{digest}"
