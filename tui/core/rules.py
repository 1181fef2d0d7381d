"""The rules about calls: what one may do, what stands out in it, and whether it runs unasked."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from tui.core.events import AllowanceRevoked, Event, Json, ToolStarted
from tui.core.ports import FileChange, Mode, ServerStatus, ToolSpec
from tui.core.text import reveal

Need: TypeAlias = Literal["nothing", "telling", "asking"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a call needs before it runs; `risk` and `why` are one sentence each."""

    need: Need
    why: str
    risk: str = ""


def allowed_here(log: Iterable[Event]) -> Mapping[tuple[str, str], ToolStarted]:
    """What the person has allowed for the conversation with this log: the latest such call, by server and tool."""
    allowed: dict[tuple[str, str], ToolStarted] = {}
    for event in log:
        if isinstance(event, AllowanceRevoked):
            allowed.pop((event.server, event.name), None)
        elif isinstance(event, ToolStarted) and (event.approval.decided_by, event.approval.scope) == (
            "person",
            "conversation",
        ):
            allowed[event.server, event.name] = event
    return allowed


def without_allowance(event: Event) -> Event:
    """The event without what it would allow in a conversation that goes on from it."""
    if isinstance(event, ToolStarted) and event.approval.scope != "once":
        return replace(event, approval=replace(event.approval, scope="once"))
    return event


def judge(spec: ToolSpec, is_ours: bool, change: FileChange | None, mode: Mode, risk: str) -> Judgement:
    """What a call needs by its tool alone. `is_ours`: of the bundled server, which this application launched."""
    hints = spec.annotations
    if is_ours and hints.read_only and not hints.open_world:
        return Judgement("nothing", "It only reads, and Callscope launched its server itself.")
    if is_ours and change is not None and change.before is None:
        return Judgement("telling", f"It only creates the new file “{reveal(change.path)}”.")
    if mode == "read_only" and hints.read_only and not is_ours:
        return Judgement("nothing", "It says that it only reads, and the mode lets such tools run.")
    if is_ours:
        return Judgement("asking", "It is a tool of the bundled server, but it does more than read.", risk)
    return Judgement("asking", f"Its server, “{reveal(spec.server)}”, is not part of Callscope.", risk)


def risk_of(spec: ToolSpec, is_ours: bool, change: FileChange | None) -> str:
    """What running the tool may do, in one sentence. Hints that are missing count as the worst case."""
    if change is not None and change.before is not None:
        return f"It replaces the file “{reveal(change.path)}”, which is there already."
    hints = spec.annotations
    if hints.read_only:
        reach = "" if hints.open_world is False else ", also outside of this computer"
        return f"It only reads{reach}." if is_ours else f"It says that it only reads{reach}; that cannot be checked."
    may = "add to what is there" if hints.destructive is False else "change or delete things"
    reach = "" if hints.open_world is False else ", also outside of this computer"
    return f"It may {may}{reach}."


def warnings_about(arguments: Mapping[str, Json], holds_secret: Callable[[str], bool]) -> tuple[str, ...]:
    """What stands out in the arguments so much that the person is always asked, as sentences."""
    texts = list(_texts(arguments))
    warnings: list[str] = []
    if any(holds_secret(text) for text in texts):
        warnings.append("Its arguments hold what looks like a key or a token.")
    if any(reveal(text) != text for text in texts):
        warnings.append("Its arguments hold characters that cannot be seen.")
    return tuple(warnings)


def known_as(server: str, servers: Iterable[ServerStatus]) -> str:
    """What a server is known by over runs: the one we launch by its name, others by their address too."""
    status = next((status for status in servers if status.name == server), None)
    if status is None or status.bundled:
        return server
    return f"{server} {status.url}"


def _texts(value: Json) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield key
            yield from _texts(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _texts(item)
