"""A transport of the SDK whose messages are noted in the protocol log as they pass."""

from types import TracebackType
from typing import Self

from mcp.client import Transport
from mcp.client._transport import ReadStream, TransportStreams, WriteStream
from mcp.shared.message import SessionMessage

from tui.hosting.protocol_log import ProtocolLog


class LoggedTransport:
    """A transport whose messages are noted as they pass."""

    def __init__(self, transport: Transport, log: ProtocolLog) -> None:
        self._transport = transport
        self._log = log

    async def __aenter__(self) -> TransportStreams:
        reading, writing = await self._transport.__aenter__()
        self._log.begin()
        return _LoggedReading(reading, self._log), _LoggedWriting(writing, self._log)

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> bool | None:
        return await self._transport.__aexit__(exc_type, exc_val, exc_tb)


class _LoggedReading:
    def __init__(self, stream: ReadStream[SessionMessage | Exception], log: ProtocolLog) -> None:
        self._stream = stream
        self._log = log

    @property
    def last_context(self) -> object:
        """What the SDK asks its streams for: the sender's context."""
        return getattr(self._stream, "last_context", None)

    async def receive(self) -> SessionMessage | Exception:
        return self._noted(await self._stream.receive())

    async def aclose(self) -> None:
        await self._stream.aclose()

    def __aiter__(self) -> ReadStream[SessionMessage | Exception]:
        return self

    async def __anext__(self) -> SessionMessage | Exception:
        return self._noted(await self._stream.__anext__())

    async def __aenter__(self) -> Self:
        await self._stream.__aenter__()
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> bool | None:
        return await self._stream.__aexit__(exc_type, exc_val, exc_tb)

    def _noted(self, item: SessionMessage | Exception) -> SessionMessage | Exception:
        if isinstance(item, Exception):
            self._log.add_garbage(str(item))
        else:
            self._log.add("received", item.message)
        return item


class _LoggedWriting:
    def __init__(self, stream: WriteStream[SessionMessage], log: ProtocolLog) -> None:
        self._stream = stream
        self._log = log

    async def send(self, item: SessionMessage, /) -> None:
        self._log.add("sent", item.message)
        await self._stream.send(item)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def __aenter__(self) -> Self:
        await self._stream.__aenter__()
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> bool | None:
        return await self._stream.__aexit__(exc_type, exc_val, exc_tb)
