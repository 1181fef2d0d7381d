"""The way of a request through the service's checks, and how an answer to it looks."""

import json
from collections.abc import Mapping
from typing import Any

from tests.azure_endpoint import chat, responses
from tests.azure_endpoint.addresses import Address, address_of, check_key, no_deployment
from tests.azure_endpoint.answers import Events, Written
from tests.azure_endpoint.http import Received
from tests.azure_endpoint.models import CHARACTERS_PER_TOKEN, Model, check_chat, check_responses
from tests.azure_endpoint.responses_request import Issued, read_responses
from tui.azure.planner.refusal import request_in
from tui.azure.planner.request import Conversation, read_request

_CACHE_STEP = 128
"""Tokens of a prompt are cached in steps of so many [Azure OpenAI, prompt caching]."""


class Asked:
    """A request that was accepted, and how an answer to it looks."""

    def __init__(
        self,
        request: Mapping[str, Any],
        address: Address,
        model: Model,
        conversation: Conversation,
        issued: Issued,
        cached: int,
    ) -> None:
        self.conversation = conversation
        self._request = request
        self._is_chat = address.api == "chat"
        self._model = model
        self._issued = issued
        self._cached = cached

    def events(self, answer: Written) -> Events:
        """The answer in the events of the API that was asked."""
        if self._is_chat:
            return chat.chat_events(answer, self._request, self._model, cached=self._cached)
        return responses.responses_events(answer, self._request, self._model, self._issued, cached=self._cached)

    def failing(self, text: str, code: str | None, message: str) -> list[bytes]:
        """Some words, then an error."""
        events = self.events(Written(text)).unfinished
        if self._is_chat:
            return [*events, chat.error_event(code, message)]
        return [*events, responses.failed_event(self._request, self._model, code, message, after=len(events))]


class Checks:
    """What the service knows: its key, its deployments, and what it has answered so far."""

    def __init__(self, api_key: str, deployments: Mapping[str, Model]) -> None:
        self._api_key = api_key
        self._deployments = deployments
        self._issued = Issued()
        self._last_prompt = ""

    def check(self, received: Received) -> Asked:
        """The request, checked as the service checks it, and in this order.

        Raises:
            RefusedError, RequestRefused: the service would refuse it.
        """
        check_key(received, self._api_key)
        address = address_of(received)
        request: Mapping[str, Any] = request_in(received.raw_body)
        name = address.deployment or str(request.get("model", ""))
        model = self._deployments.get(name)
        if model is None:
            raise no_deployment(address.kind, name)
        if address.api == "chat":
            chat.check_parameters(request, address)
            check_chat(model, request)
            conversation = read_request(received.raw_body)
        else:
            check_responses(model, request)
            conversation = read_responses(request, self._issued)
        return Asked(request, address, model, conversation, self._issued, self._cached_tokens(request))

    def _cached_tokens(self, request: Mapping[str, Any]) -> int:
        """How much of the prompt, from its beginning, is that of the request before."""
        read = [request.get(name) for name in ("tools", "instructions", "messages", "input")]
        prompt = json.dumps([part for part in read if part is not None])
        same = next((i for i, (a, b) in enumerate(zip(prompt, self._last_prompt, strict=False)) if a != b), 0)
        self._last_prompt = prompt
        return round(same / CHARACTERS_PER_TOKEN) // _CACHE_STEP * _CACHE_STEP
