"""The chat model on Azure OpenAI's Chat Completions: one request a call, streamed."""

import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import cast

import httpx2
from openai import APIConnectionError, AsyncAzureOpenAI, AsyncStream, DefaultAsyncHttpxClient, OpenAIError, omit
from openai.types.chat import ChatCompletionChunk, ChatCompletionFunctionToolParam

from tui.azure.assembly import Assembler
from tui.azure.endpoint import clean_setting, is_loopback, normalise_endpoint
from tui.azure.errors import Deployment, model_error
from tui.azure.tool_schemas import sent_tools
from tui.azure.wire_messages import message_params
from tui.core.errors import SettingsError
from tui.core.ports import AnswerPart, AssistantMessage, Message, SentTool, ToolSpec

_TIMEOUT = httpx2.Timeout(connect=10, read=60, write=30, pool=10)


class AzureChatModel:
    """A deployment on Azure OpenAI, as `core.ports.ChatModel`. It sends each request once.

    `transport` replaces the network (the offline planner, tests); `label` and `offline` are what the screen tells.

    Raises:
        SettingsError: a value is missing or cannot be used; the message names its variable.
    """

    def __init__(
        self,
        endpoint: str,
        api_key: str,
        deployment: str,
        api_version: str,
        *,
        transport: httpx2.AsyncBaseTransport | None = None,
        label: str = "",
        offline: bool = False,
    ) -> None:
        _keep_log_off_terminal()
        base = normalise_endpoint(endpoint)
        host = httpx2.URL(base).host
        key = clean_setting("AZURE_OPENAI_API_KEY", api_key)
        self._name = clean_setting("AZURE_OPENAI_DEPLOYMENT", deployment)
        self._label = label or self._name
        self._offline = offline
        self._deployment = Deployment(host=host, name=self._name, secret=key)
        self._client = AsyncAzureOpenAI(
            azure_endpoint=base,
            api_key=key,
            api_version=clean_setting("AZURE_OPENAI_API_VERSION", api_version),
            max_retries=0,
            timeout=_TIMEOUT,
            http_client=_http_client(host, transport),
        )

    @property
    def label(self) -> str:
        """The deployment's name, or the planner's."""
        return self._label

    @property
    def offline(self) -> bool:
        """Whether this is the offline planner, not a language model."""
        return self._offline

    async def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSpec], *, may_call: bool = True
    ) -> AsyncGenerator[AnswerPart]:
        """Ask once and stream the answer; the last part is an `AnswerEnd`. Closing it closes the connection.

        Raises:
            ModelError: the endpoint refused, failed or fell silent. Parts that came before stand.
        """
        used_ids = [call.id for m in messages if isinstance(m, AssistantMessage) for call in m.calls]
        answer = Assembler([tool.name for tool in tools], used_ids)
        try:
            async with aclosing(await self._ask(messages, tools, may_call)) as chunks:
                async for chunk in chunks:
                    for part in answer.feed(chunk):
                        yield part
        except APIConnectionError as error:
            # Once the answer is complete, only the token count can be lost.
            if not answer.finished:
                raise model_error(error, self._deployment) from None
        except (
            OpenAIError,
            httpx2.HTTPError,
            httpx2.InvalidURL,
            httpx2.StreamError,
            ValueError,
            RecursionError,
        ) as error:
            raise model_error(error, self._deployment) from None
        for part in answer.end():
            yield part

    def sent_tools(self, tools: Sequence[ToolSpec]) -> Sequence[SentTool]:
        """How each of these tools would be sent now, in the same order."""
        return sent_tools(tools, api="chat", set_aside={})

    async def aclose(self) -> None:
        """Close the connections to the endpoint."""
        await self._client.close()

    async def _ask(
        self, messages: Sequence[Message], tools: Sequence[ToolSpec], may_call: bool
    ) -> AsyncStream[ChatCompletionChunk]:
        sent = [tool.sent for tool in self.sent_tools(tools) if tool.sent is not None]
        return await self._client.chat.completions.create(
            model=self._name,
            messages=message_params(messages),
            tools=cast("list[ChatCompletionFunctionToolParam]", sent) if sent else omit,
            tool_choice=("auto" if may_call else "none") if sent else omit,
            stream=True,
            stream_options={"include_usage": True},
        )


def _keep_log_off_terminal() -> None:
    """Undo OPENAI_LOG, with which the library writes to standard error, over the screen."""
    logger = logging.getLogger("openai")
    logger.setLevel(logging.WARNING)
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


def _http_client(host: str, transport: httpx2.AsyncBaseTransport | None) -> httpx2.AsyncClient:
    try:
        # No proxy of the environment for this machine's own addresses: over plain http it would see the key.
        return DefaultAsyncHttpxClient(transport=transport, timeout=_TIMEOUT, trust_env=not is_loopback(host))
    except (ImportError, ValueError, OSError) as error:
        raise SettingsError(
            "The proxy or the certificate file that the environment names cannot be used.",
            "Check HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE.",
            detail=type(error).__name__,
        ) from None
