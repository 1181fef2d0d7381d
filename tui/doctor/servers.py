"""The MCP servers: each one's state, version, offers, and how fast it answers."""

from collections.abc import Iterator, Sequence

from tui.core.doctor import fault, note, well
from tui.core.ports import Diagnosis, Host, LogEntry, ServerStatus

AREA = "Servers"
SLOW_SECONDS = 1.0
QUICK_METHODS = ("ping", "tools/list")
"""What a server answers without working for it; every connection begins with these."""


def examine_servers(host: Host) -> Iterator[Diagnosis]:
    """Each configured server."""
    servers = host.servers()
    if not servers:
        yield note(AREA, "There is none.", "/server bundled starts the bundled one.")
    for server in servers:
        yield from _examine(server, host)


def _examine(server: ServerStatus, host: Host) -> Iterator[Diagnosis]:
    where = f"{server.name} at {server.url}" if server.url else server.name
    if server.state != "ready":
        give = note if server.state in ("starting", "reconnecting") else fault
        message, _, last_words = server.detail.partition("\n")
        yield give(AREA, f"{where} is {server.state}. {message}".strip(), server.hint, detail=last_words)
        return
    tools = sum(spec.server == server.name for spec in host.specs())
    resources = sum(resource.server == server.name for resource in host.resources())
    prompts = sum(prompt.server == server.name for prompt in host.prompts())
    offers = f"{tools} tools, {resources} resources, {prompts} prompts"
    yield well(AREA, f"{where} is ready: {server.version or 'no version told'}, {server.transport}, {offers}.")
    if server.detail:
        yield note(AREA, server.detail)
    if not tools:
        yield note(AREA, f"{server.name} offers no tools.", "A model cannot use it; /logs shows what it answered.")
    yield from _speed(server, host.log(server.name))


def _speed(server: ServerStatus, log: Sequence[LogEntry]) -> Iterator[Diagnosis]:
    last = next((entry for entry in reversed(log) if entry.method in QUICK_METHODS and entry.seconds), None)
    if last is None or last.seconds is None:
        return
    words = f"{server.name} answered {last.method} in {last.seconds * 1000:.0f} ms."
    if last.seconds < SLOW_SECONDS:
        yield well(AREA, words)
    else:
        yield note(AREA, words, "It, or the way to it, is slow.")
