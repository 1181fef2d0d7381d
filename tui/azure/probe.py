"""Tries a deployment out: one tiny request, and in words what works and what does not."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import httpx2

from tui.azure.credentials import TokenProvider
from tui.azure.destination import Destination
from tui.azure.errors import EndpointError
from tui.azure.families import context_window
from tui.azure.model import AzureChatModel
from tui.azure.target import Target
from tui.core.errors import ModelError
from tui.core.ports import AdaptedPart, AnswerEnd, AnswerPart, Finding, ToolSpec, UserMessage

_SECONDS = 30.0
_QUESTION = UserMessage("Reply with the word OK.")
_TOOL = ToolSpec("noop", "", "Does nothing; do not call it.", {"type": "object", "properties": {}})
_API_NAMES = {"chat": "Chat Completions", "responses": "the Responses API"}


async def test_deployment(
    target: Target,
    transport: httpx2.AsyncBaseTransport | None = None,  # noqa: PT028 - not a test of pytest's
    *,
    token_provider: TokenProvider | None = None,  # noqa: PT028
) -> list[Finding]:
    """Send one tiny request and tell what was found, in the order in which a request gets through.

    It is sent again only where it has to be changed; what a person would have to wait for is a finding.

    Raises:
        SettingsError: the target cannot be asked at all.
    """
    model = AzureChatModel(
        target, transport=transport, token_provider=token_provider, requests_per_minute=0, trial=True
    )
    try:
        async with asyncio.timeout(_SECONDS), aclosing(model.stream([_QUESTION], [_TOOL])) as parts:
            return await _findings(parts, model)
    except TimeoutError:
        return [_failed(f"{model.destination.endpoint.host} did not answer within {_SECONDS:.0f} seconds.")]
    except ModelError as error:
        return [*_passed_before(error, model.destination), _failed(error.message, error.hint, error.detail)]
    finally:
        await model.aclose()


async def _findings(parts: AsyncGenerator[AnswerPart], model: AzureChatModel) -> list[Finding]:
    adapted: list[Finding] = []
    async for part in parts:
        if isinstance(part, AdaptedPart):
            adapted.append(Finding(True, part.message, part.hint))
        elif isinstance(part, AnswerEnd):
            return [*_answered(part, model), *adapted]
    return [_failed("The answer had no end.")]


def _answered(end: AnswerEnd, model: AzureChatModel) -> list[Finding]:
    destination = model.destination
    if end.finish_reason == "cut_off":
        hint = f"Check that {destination.endpoint.setting} leads to an API for chats."
        return [_reached(destination), _failed("What came back is not a chat answer.", hint)]
    findings = [_reached(destination), _let_in(destination), _there(destination)]
    findings.append(Finding(True, f"It answers through {_API_NAMES[end.report.api]}."))
    if end.model:
        window = context_window(end.model)
        room = f", which takes in {window:,} tokens" if window else ""
        findings.append(Finding(True, f"The model is {end.model}{room}."))
    left_out = model.sent_tools([_TOOL])[0].left_out
    findings.append(Finding(not left_out, left_out or "Tools are accepted."))
    return findings


def _passed_before(error: ModelError, destination: Destination) -> list[Finding]:
    """What must have worked for the request to fail where it did."""
    stages = ("address", "sign_in", "deployment", "request")
    reached = stages.index(error.stage if isinstance(error, EndpointError) else "address")
    return [_reached(destination), _let_in(destination), _there(destination)][:reached]


def _reached(destination: Destination) -> Finding:
    return Finding(True, f"{destination.endpoint.host} answers.")


def _let_in(destination: Destination) -> Finding:
    what = "sign-in with Microsoft Entra ID" if destination.entra else "API key"
    return Finding(True, f"The {what} is accepted.")


def _there(destination: Destination) -> Finding:
    return Finding(True, f"The {destination.deployment_noun} “{destination.deployment}” is there.")


def _failed(words: str, hint: str = "", detail: str = "") -> Finding:
    return Finding(False, words, hint, detail)
