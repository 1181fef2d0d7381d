"""The loopback Azure endpoint beside a test that drives a terminal: its event loop runs in a thread of its own."""

import asyncio
import threading
from collections.abc import Coroutine, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

from tests.azure_endpoint import WAIT_SECONDS, Answer, AzureEndpoint, Model, Received, Stalls

T = TypeVar("T")


class AzureThread:
    """Serves from entering to leaving. `variables` is what the application needs in its environment.

    `path` leads to another API than the classic one; `deployments` are the models, by name.
    """

    def __init__(
        self,
        *,
        api_key: str = "an-azure-key",
        pace: float = 0,
        path: str = "",
        deployments: Mapping[str, Model] | None = None,
    ) -> None:
        self.endpoint = AzureEndpoint(api_key=api_key, pace=pace, deployments=deployments)
        self._path = path
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="azure endpoint")

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self.endpoint.__aenter__())
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        try:
            self._run(self.endpoint.__aexit__())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    @property
    def variables(self) -> dict[str, str]:
        """The environment that leads here."""
        return {
            "AZURE_OPENAI_ENDPOINT": f"{self.endpoint.url}{self._path}",
            "AZURE_OPENAI_API_KEY": self.endpoint.api_key,
            "AZURE_OPENAI_DEPLOYMENT": self.endpoint.deployment,
        }

    @property
    def requests(self) -> list[Received]:
        """What came in so far."""
        return list(self.endpoint.requests)

    def script(self, *answers: Answer) -> int:
        """Answer with these from now on, without any with the planner; returns how many requests came in before."""
        self.endpoint.answer_with(answers or None)
        return len(self.endpoint.requests)

    def reached(self, stall: Stalls) -> None:
        """Wait until a stalling answer has fallen silent."""
        self._run(stall.reached.wait())

    def release(self, stall: Stalls) -> None:
        """Let a stalling answer go on."""
        self._loop.call_soon_threadsafe(stall.release)

    def left(self, stall: Stalls) -> None:
        """Wait until the client has left a stalling answer."""
        self._run(stall.left.wait())

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(asyncio.wait_for(coroutine, WAIT_SECONDS), self._loop).result()
