"""A repair for the SDK's handler of `/sse`, which answers a second time when its stream ends before the client leaves."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class OneResponse:
    """Lets each request be answered once: the head of a second answer is dropped, its end closes the first one.

    Without it every stream that is open when the server stops would leave a traceback in the log.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        started = ended = False

        async def send_once(message: Message) -> None:
            nonlocal started, ended
            is_head = message["type"] == "http.response.start"
            if ended or (is_head and started):
                return
            started = started or is_head
            ended = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        await self._app(scope, receive, send_once if scope["type"] == "http" else send)
