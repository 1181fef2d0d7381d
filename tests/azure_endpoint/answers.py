"""What a scripted endpoint answers with."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Finish: TypeAlias = Literal["stop", "length", "content_filter"]


@dataclass(frozen=True)
class Says:
    """An answer in words, streamed. `thoughts` is the summary of a reasoning model's thoughts."""

    text: str
    finish: Finish = "stop"
    thoughts: str = ""


@dataclass(frozen=True)
class Wish:
    """A call in an answer. `arguments` as a string goes out as it is, valid JSON or not."""

    name: str
    arguments: Mapping[str, Any] | str = field(default_factory=dict[str, Any])


class Asks:
    """An answer that asks for calls, in parallel, after some words where there are any."""

    def __init__(self, *wishes: Wish, text: str = "", thoughts: str = "") -> None:
        self.wishes = wishes
        self.text = text
        self.thoughts = thoughts


@dataclass(frozen=True)
class Refuses:
    """An error status. `message`, `code` and `param` make the service's usual body; `body` replaces it whole."""

    status: int
    code: str | None = None
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes | None = None
    param: str | None = None


@dataclass(frozen=True)
class Breaks:
    """Some words, then the connection is closed in the middle of the body."""

    text: str


@dataclass(frozen=True)
class EndsEarly:
    """Some words, then a clean end without finish reason and without `[DONE]`."""

    text: str


@dataclass(frozen=True)
class Fails:
    """Some words, then an error event in the stream, in the shape of the API that was asked."""

    text: str
    code: str | None = "server_error"
    message: str = "The server had an error while processing your request. Sorry about that!"


@dataclass
class Stalls:
    """Some words, then silence until `release()`, then the rest. `reached` and `left` (the client) are for tests.

    Without words it is silent before the first event, with `in_headers` even before the status. With a `wish` it is
    silent in the middle of the call's arguments.
    """

    text: str = ""
    then: str = ""
    wish: Wish | None = None
    in_headers: bool = False
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """Let the answer go on."""
        self.released.set()


@dataclass(frozen=True)
class Sends:
    """These bytes as the body, in these pieces; `content_type` as Azure sends it with streams."""

    pieces: Sequence[bytes]
    content_type: str = "text/event-stream; charset=utf-8"


Answer: TypeAlias = Says | Asks | Refuses | Breaks | EndsEarly | Fails | Stalls | Sends


@dataclass(frozen=True)
class AskedCall:
    """A call with its id, as it goes out."""

    call_id: str
    name: str
    arguments: str


@dataclass(frozen=True)
class Written:
    """An answer ready to be streamed in either API's events."""

    text: str = ""
    calls: tuple[AskedCall, ...] = ()
    finish: Finish = "stop"
    thoughts: str = ""


@dataclass(frozen=True)
class Events:
    """A streamed answer, event by event: `body` is the words and calls, in small pieces."""

    opening: Sequence[bytes]
    body: Sequence[bytes]
    ending: Sequence[bytes]

    @property
    def all(self) -> list[bytes]:
        """The whole answer."""
        return [*self.opening, *self.body, *self.ending]

    @property
    def unfinished(self) -> list[bytes]:
        """All but its end."""
        return [*self.opening, *self.body]
