"""The planner in the place of the network: the real client talks to it as to Azure OpenAI."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping

import httpx2

from tui.azure.planner.plan import reply_to
from tui.azure.planner.refusal import RequestRefused
from tui.azure.planner.request import read_request
from tui.azure.planner.wire import reply_events
from tui.core.events import Json


class PlannerTransport(httpx2.AsyncBaseTransport):
    """Answers Chat Completions requests; `pace` is the seconds between two words."""

    def __init__(self, pace: float) -> None:
        self._pace = pace

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer to one request, streamed; a 400 in Azure's shape to a request that Azure would refuse."""
        body = await request.aread()
        if request.method != "POST" or not request.url.path.endswith("/chat/completions"):
            return _json_response(404, {"error": {"code": "404", "message": "Resource not found"}})
        try:
            # In a thread: a message of 10,000 characters takes a few tenths of a second to understand.
            conversation = await asyncio.to_thread(read_request, body)
        except RequestRefused as refusal:
            return _json_response(400, refusal.body)
        reply = await asyncio.to_thread(reply_to, conversation)
        events = reply_events(reply, conversation)
        return httpx2.Response(
            200, headers={"content-type": "text/event-stream; charset=utf-8"}, stream=_PacedStream(events, self._pace)
        )


class _PacedStream(httpx2.AsyncByteStream):
    def __init__(self, events: Iterator[bytes], pace: float) -> None:
        self._events = events
        self._pace = pace

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for event in self._events:
            await asyncio.sleep(self._pace)
            yield event


def _json_response(status: int, body: Mapping[str, Json]) -> httpx2.Response:
    return httpx2.Response(status, headers={"content-type": "application/json"}, content=json.dumps(body).encode())
