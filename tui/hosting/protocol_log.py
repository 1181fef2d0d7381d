"""What passed between this host and one server: the last messages, each cut, harmless and without secrets."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

from mcp_types import JSONRPCError, JSONRPCMessage, JSONRPCNotification, JSONRPCRequest, RequestId

from tui.core.ports import LogDirection, LogEntry, LogKind
from tui.core.text import sanitize

ENTRY_LIMIT = 500
TEXT_LIMIT = 4 * 1024
"""Characters of a message that are kept."""

MARGIN = 4 * 1024
"""Characters beyond those in which secrets are looked for: half of one, at the cut, must not stay either."""

WAITING_LIMIT = 1000
"""Requests whose answers are recognised; a server that never answers does not fill the memory."""

CANCELLED = "notifications/cancelled"

Redact = Callable[[str], str]


@dataclass(slots=True)
class _Waiting:
    """A request that has no answer yet; `given_up`: the other side was told that none is wanted."""

    method: str
    since: float
    given_up: bool = False


class ProtocolLog:
    """The log of one server over all its connections. `begin` is called for each of them."""

    def __init__(
        self,
        redact: Redact = str,
        *,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._redact = redact
        self._wall = wall
        self._steady = steady
        self._entries: deque[LogEntry] = deque(maxlen=ENTRY_LIMIT)
        self._count = 0
        self._waiting: OrderedDict[tuple[LogDirection, RequestId], _Waiting] = OrderedDict()

    def begin(self) -> None:
        """A new connection: what was not answered on the one before never will be."""
        self._waiting.clear()

    def entries(self) -> tuple[LogEntry, ...]:
        """The last messages, oldest first."""
        return tuple(self._entries)

    def add(self, direction: LogDirection, message: JSONRPCMessage) -> None:
        """Note a message that was sent or received."""
        text = message.model_dump_json(by_alias=True, exclude_unset=True)
        match message:
            case JSONRPCRequest():
                self._wait_for(direction, message)
                self._note(direction, "request", message.method, str(message.id), text)
            case JSONRPCNotification():
                if message.method == CANCELLED:
                    self._give_up(direction, message)
                self._note(direction, "notification", message.method, "", text)
            case _:
                self._answer(direction, message.id, text, is_error=isinstance(message, JSONRPCError))

    def add_garbage(self, text: str) -> None:
        """Note something received that is no message."""
        self._note("received", "garbage", "", "", text, remark="not a message of MCP; it was ignored")

    def _wait_for(self, direction: LogDirection, request: JSONRPCRequest) -> None:
        self._waiting[direction, request.id] = _Waiting(request.method, self._steady())
        if len(self._waiting) > WAITING_LIMIT:
            self._waiting.popitem(last=False)

    def _give_up(self, direction: LogDirection, cancelled: JSONRPCNotification) -> None:
        request_id = (cancelled.params or {}).get("requestId")
        if isinstance(request_id, str | int) and (waiting := self._waiting.get((direction, request_id))):
            waiting.given_up = True

    def _answer(self, direction: LogDirection, request_id: RequestId | None, text: str, *, is_error: bool) -> None:
        asked_by: LogDirection = "sent" if direction == "received" else "received"
        waiting = self._waiting.pop((asked_by, request_id), None) if request_id is not None else None
        if waiting is None:
            remark = "nothing waits for this answer; it was ignored"
        else:
            remark = "too late; it was ignored" if waiting.given_up else ""
        self._note(
            direction,
            "error" if is_error else "answer",
            waiting.method if waiting else "",
            "" if request_id is None else str(request_id),
            text,
            seconds=self._steady() - waiting.since if waiting else None,
            remark=remark,
        )

    def _note(
        self,
        direction: LogDirection,
        kind: LogKind,
        method: str,
        request_id: str,
        text: str,
        *,
        seconds: float | None = None,
        remark: str = "",
    ) -> None:
        self._count += 1
        self._entries.append(
            LogEntry(
                number=self._count,
                at=self._wall(),
                direction=direction,
                kind=kind,
                method=sanitize(method[:200]),
                id=sanitize(request_id[:80]),
                size=len(text) if text.isascii() else len(text.encode("utf-8", "replace")),
                text=self._harmless(text),
                seconds=seconds,
                remark=remark,
            )
        )

    def _harmless(self, text: str) -> str:
        head = self._redact(sanitize(text[: TEXT_LIMIT + MARGIN]))
        if len(text) > TEXT_LIMIT + MARGIN:
            head = head[:-MARGIN]
        return head[:TEXT_LIMIT]
