"""A repair for handlers of the SDK that answer a second time, or stop in the middle, when the server is stopping."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class WholeResponse:
    """Gives each response one head and one end: a second head is dropped, a missing end is sent.

    Without it every stream that is open when the server stops would leave an error in the log.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = ended = False

        async def send_once(message: Message) -> None:
            nonlocal started, ended
            is_head = message["type"] == "http.response.start"
            if ended or (is_head and started):
                return
            started = started or is_head
            ended = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        await self._app(scope, receive, send_once)
        if started:
            await send_once({"type": "http.response.body"})
