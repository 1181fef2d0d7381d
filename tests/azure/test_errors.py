import json
import socket
import ssl
from typing import Any

import httpx2
import pytest

from tests.azure.conversing import ask
from tests.azure.wire import DEPLOYMENT, DONE, KEY, REQUEST_ID, Recorded, event, model_on, words
from tui.core.errors import ModelError
from tui.core.ports import UserMessage


async def failure(transport: httpx2.AsyncBaseTransport) -> ModelError:
    with pytest.raises(ModelError) as caught:
        await ask(model_on(transport), [UserMessage("hello")])
    error = caught.value
    everything = f"{error.message} {error.hint} {error.detail}"
    assert KEY not in everything
    assert "Traceback" not in everything
    assert "\n" not in everything
    assert error.__cause__ is None
    return error


def refusal(status: int, error: dict[str, Any], **headers: str) -> Recorded:
    body = json.dumps({"error": error}).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Recorded([body], status=status, headers={"content-type": "application/json", **names})


FILTERED = {
    "code": "content_filter",
    "message": "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
    "innererror": {
        "code": "ResponsibleAIPolicyViolation",
        "content_filter_result": {
            "hate": {"filtered": False, "severity": "safe"},
            "self_harm": {"filtered": True, "severity": "medium"},
            "violence": {"filtered": True, "severity": "high"},
        },
    },
}


@pytest.mark.parametrize(
    ("status", "error", "headers", "says", "hints"),
    [
        (
            401,
            {"code": "401", "message": "Access denied due to invalid subscription key"},
            {},
            "API key",
            "AZURE_OPENAI_API_KEY",
        ),
        (
            401,
            {"code": "PermissionDenied", "message": "The principal lacks the data action"},
            {},
            "lacks the",
            "Cognitive Services OpenAI User",
        ),
        (
            403,
            {"code": "403", "message": "Access denied due to Virtual Network/Firewall rules."},
            {},
            "Firewall rules",
            "firewall",
        ),
        (
            403,
            {"code": "AuthenticationTypeDisabled", "message": "Key based authentication is disabled"},
            {},
            "API keys",
            "portal",
        ),
        (
            404,
            {"code": "DeploymentNotFound", "message": "The API deployment does not exist."},
            {},
            DEPLOYMENT,
            "AZURE_OPENAI_DEPLOYMENT",
        ),
        (404, {"code": "404", "message": "Resource not found"}, {}, "res.openai.azure.com", "AZURE_OPENAI_ENDPOINT"),
        (429, {"code": "429", "message": "Rate limit"}, {"retry_after": "7"}, "7 seconds", "7 seconds"),
        (429, {"code": "429", "message": "Rate limit"}, {"retry_after_ms": "200"}, "1 second.", "1 second"),
        (429, {"code": "429", "message": "Please retry after 12 seconds."}, {}, "12 seconds", "12 seconds"),
        (429, {"code": "429", "message": "Rate limit"}, {"retry_after": "86400"}, "larger than", "new conversation"),
        (429, {"code": "429", "message": "Rate limit"}, {}, "Too many", "again"),
        (429, {"code": "insufficient_quota", "message": "x"}, {}, "used up", "quota"),
        (400, FILTERED, {}, "self harm, violence", "other words"),
        (
            400,
            {**FILTERED, "innererror": {"content_filter_results": {"hate": {"filtered": True}}}},
            {},
            "(hate)",
            "other words",
        ),
        (400, {"code": "content_filter", "message": "x", "innererror": None}, {}, "content filter", "other words"),
        (400, {"code": "context_length_exceeded", "message": "x"}, {}, "too long", "MAX_CONVERSATION_LENGTH"),
        (
            400,
            {"code": None, "message": "Unknown parameter: 'stream_options'."},
            {},
            "stream_options",
            "AZURE_OPENAI_API_VERSION",
        ),
        (
            400,
            {"code": None, "message": "Function tools with reasoning_effort are not supported ... use /v1/responses"},
            {},
            DEPLOYMENT,
            "another model",
        ),
        (
            400,
            {"code": "OperationNotSupported", "message": "The chatCompletion operation does not work with the model"},
            {},
            DEPLOYMENT,
            "another model",
        ),
        (
            400,
            {"code": None, "message": "Invalid schema for function 'x': bad", "param": "tools[0]"},
            {},
            "Invalid schema for function 'x'",
            "own",
        ),
        (408, {"code": "408", "message": "x"}, {}, "waiting", "again"),
        (413, {"code": "413", "message": "x"}, {}, "too large", "MAX_CONVERSATION_LENGTH"),
        (418, {"code": "418", "message": "teapot"}, {}, "teapot", "AZURE_OPENAI_ENDPOINT"),
        (500, {"code": "500", "message": "x"}, {}, "HTTP 500", "again"),
        (503, {"code": "503", "message": "x"}, {}, "HTTP 503", "again"),
    ],
)
async def test_a_refusal_is_one_sentence_a_hint_and_the_request_id(
    status: int, error: dict[str, Any], headers: dict[str, str], says: str, hints: str
) -> None:
    transport = refusal(status, error, **headers)
    told = await failure(transport)
    assert says in told.message
    assert hints in told.hint
    assert f"HTTP {status}" in told.detail
    assert REQUEST_ID in told.detail
    assert len(transport.requests) == 1


@pytest.mark.parametrize(
    "body", [b"", b"<html>Bad gateway</html>", b"[]", b'"x"', b'{"error": "words"}', b'{"error": null}']
)
@pytest.mark.parametrize("status", [400, 401, 404, 429, 502])
async def test_an_error_body_of_any_shape_is_told_in_words(status: int, body: bytes) -> None:
    told = await failure(Recorded([body], status=status))
    assert told.message
    assert "<html>" not in told.message


async def test_a_service_that_repeats_the_key_does_not_get_it_on_the_screen() -> None:
    told = await failure(refusal(400, {"code": f"bad {KEY}", "message": f"Incorrect key {KEY} \x1b[2Jgiven"}))
    assert "Incorrect key ••• given" in told.message


def caused_by(wrapper: Exception, cause: Exception) -> Exception:
    wrapper.__cause__ = cause
    return wrapper


@pytest.mark.parametrize(
    ("error", "says", "hints"),
    [
        (
            caused_by(httpx2.ConnectError("x"), ConnectionRefusedError(111, "refused")),
            "refused the connection",
            "AZURE_OPENAI_ENDPOINT",
        ),
        (
            caused_by(httpx2.ConnectError("x"), ExceptionGroup("x", [ConnectionRefusedError(111, "x")])),
            "refused the connection",
            "AZURE_OPENAI_ENDPOINT",
        ),
        (
            caused_by(httpx2.ConnectError("x"), socket.gaierror(-2, "Name or service not known")),
            "no host res.openai.azure.com",
            "AZURE_OPENAI_ENDPOINT",
        ),
        (
            caused_by(httpx2.ConnectError("x"), ssl.SSLCertVerificationError(1, "self-signed")),
            "certificate",
            "SSL_CERT_FILE",
        ),
        (caused_by(httpx2.ConnectError("x"), ssl.SSLError(1, "wrong version number")), "secure connection", "network"),
        (httpx2.ConnectError("x"), "cannot be reached", "network"),
        (httpx2.ConnectTimeout("x"), "within 10 seconds", "network"),
        (httpx2.ReadTimeout("x"), "60 seconds", "again"),
        (httpx2.WriteTimeout("x"), "too long to send", "network"),
        (httpx2.ProxyError("x"), "proxy", "HTTPS_PROXY"),
        (httpx2.RemoteProtocolError("x"), "broke", "again"),
        (httpx2.TooManyRedirects("x"), "circle", "AZURE_OPENAI_ENDPOINT"),
    ],
)
async def test_a_network_failure_names_its_cause(error: Exception, says: str, hints: str) -> None:
    told = await failure(Recorded([], refuse=error))
    assert says in told.message
    assert hints in told.hint


async def test_silence_in_the_middle_of_an_answer_is_told() -> None:
    assert "fell silent" in (await failure(Recorded([*words("a"), httpx2.ReadTimeout("x")]))).message


@pytest.mark.parametrize("piece", [b"data: {not json\n\n", b"data: \xff\xfe\n\n", b"data: " + b"[" * 100_000 + b"\n\n"])
async def test_a_chunk_that_is_no_json_is_told(piece: bytes) -> None:
    assert "not a chat answer" in (await failure(Recorded([*words("a"), piece, DONE]))).message


async def test_an_error_event_in_the_stream_is_told_in_its_words() -> None:
    error = event({"error": {"code": "server_error", "message": "The server had an error while processing."}})
    told = await failure(Recorded([*words("a"), error]))
    assert "The server had an error while processing." in told.message
    assert "server_error" in told.detail
