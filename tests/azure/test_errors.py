import socket
import ssl
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from tests.azure.conversing import ask
from tests.azure.wire import DEPLOYMENT, DONE, KEY, REQUEST_ID, TARGET, Recorded, event, model_on, refusal, words
from tui.azure.target import Target
from tui.core.errors import ContextTooLongError, ModelError
from tui.core.ports import UserMessage


async def failure(transport: httpx2.AsyncBaseTransport, target: Target = TARGET) -> ModelError:
    with pytest.raises(ModelError) as caught:
        await ask(model_on(transport, target), [UserMessage("hello")])
    error = caught.value
    everything = f"{error.message} {error.hint} {error.detail}"
    assert KEY not in everything
    assert "Traceback" not in everything
    assert "\n" not in everything
    assert error.__cause__ is None
    return error


async def test_hint_speaks_of_the_form_where_no_variables_are_set() -> None:
    refused = refusal(401, {"code": "401", "message": "Access denied"})
    hint = (await failure(refused, replace(TARGET, saved=True))).hint
    assert hint == "Check the key and the endpoint: they must be of the same resource. /connect changes what was saved."


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
            {"code": "context_length_exceeded", "message": "Your input exceeds the context window of this model."},
            {},
            "too long",
            "new conversation",
        ),
        (
            400,
            {"code": None, "message": "Unknown parameter: 'messages[0].colour'."},
            {},
            "messages[0].colour",
            "AZURE_OPENAI_API_VERSION",
        ),
        (400, {"code": "x", "message": "API version not supported"}, {}, "API version", "AZURE_OPENAI_API_VERSION"),
        (
            400,
            {"code": None, "message": "Invalid schema for function 'x': bad", "param": "tools[0]"},
            {},
            "Invalid schema for function 'x'",
            "own",
        ),
        (302, {"message": "x"}, {"location": "https://elsewhere.example/"}, "another address", "AZURE_OPENAI_ENDPOINT"),
        (407, {"message": "x"}, {}, "proxy", "HTTPS_PROXY"),
        (408, {"code": "408", "message": "x"}, {}, "waiting", "again"),
        (409, {"code": "409", "message": "Busy elsewhere."}, {}, "Busy elsewhere.", "again"),
        (429, {"code": "429", "message": "Rate limit"}, {"retry_after": "121"}, "121 seconds", "121 seconds"),
        (429, {"code": "429", "message": "Rate limit"}, {"retry_after": "1200"}, "20 minutes", "20 minutes"),
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
    assert isinstance(told, ContextTooLongError) == (status == 413 or error.get("code") == "context_length_exceeded")
    again = status in (408, 409, 429, 500, 503) and error.get("code") != "insufficient_quota"
    too_long_a_wait = headers.get("retry_after") in ("121", "1200", "86400")
    assert len(transport.requests) == (3 if again and not too_long_a_wait else 1)


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
        (httpx2.ReadTimeout("x"), "fell silent", "again"),
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


HTML = b"<!DOCTYPE html><html><body>Blocked by Example Proxy</body></html>"


@pytest.mark.parametrize("status", [200, 400, 403])
async def test_a_web_page_of_a_proxy_is_told_as_one(status: int) -> None:
    told = await failure(Recorded([HTML], status=status, headers={"content-type": "text/html"}))
    assert "web page" in told.message
    assert "HTTPS_PROXY" in told.hint


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"upstream connect error", "upstream connect error"),
        (b'{"statusCode": 400, "message": "Missing header"}', "Missing header"),
        (b'{"error": "plain words"}', "plain words"),
        (b'{"detail": "plain detail"}', "plain detail"),
        (b'{"detail": [{"loc": ["body", "seed"], "msg": "wrong"}]}', "body.seed: wrong"),
    ],
)
async def test_the_words_of_gateways_and_other_servers_are_found(body: bytes, says: str) -> None:
    assert says in (await failure(Recorded([body], status=400))).message


COMPATIBLE = Target(endpoint="http://localhost:11434/v1", deployment="llama3", api_key=KEY, compatible=True)
V1 = Target(endpoint="https://res.openai.azure.com/openai/v1", deployment=DEPLOYMENT, api_key=KEY)
ENTRA = Target(endpoint="https://res.openai.azure.com", deployment=DEPLOYMENT, sign_in="entra", ad_token="t0ken-canary")


@pytest.mark.parametrize(
    ("status", "error", "says", "hints"),
    [
        (401, {"message": "x"}, "localhost:11434 did not accept the API key", "OPENAI_API_KEY"),
        (403, {"message": "no entry"}, "no entry", "OPENAI_API_KEY"),
        (404, {"message": "model 'llama3' not found"}, "no model “llama3”", "OPENAI_MODEL"),
        (404, {"message": "page not found"}, "does not know this address", "OPENAI_BASE_URL"),
        (429, {"message": "slow down"}, "this model", "again"),
        (500, {"message": "x"}, "localhost:11434 had a problem", "again"),
        (400, {"code": "content_filter", "message": "x"}, "The service's content filter", "other words"),
        (400, {"message": "This model's maximum context length is 8192 tokens."}, "too long", "new conversation"),
    ],
)
async def test_another_service_is_never_called_azure(status: int, error: dict[str, Any], says: str, hints: str) -> None:
    told = await failure(refusal(status, error), COMPATIBLE)
    assert says in told.message
    assert hints in told.hint
    assert "azure" not in f"{told.message} {told.hint}".lower()


async def test_another_service_that_is_not_running_is_not_called_azure() -> None:
    error = caused_by(httpx2.ConnectError("x"), ConnectionRefusedError(111, "refused"))
    told = await failure(Recorded([], refuse=error), COMPATIBLE)
    assert "localhost:11434 refused the connection" in told.message
    assert "OPENAI_BASE_URL" in told.hint
    assert "Azure" not in f"{told.message} {told.hint}"


async def test_a_token_that_is_refused_is_told_as_the_sign_in() -> None:
    told = await failure(refusal(401, {"code": "401", "message": "Unauthorized. Token t0ken-canary expired"}), ENTRA)
    assert "Microsoft Entra ID" in told.message
    assert "AZURE_OPENAI_AD_TOKEN" in told.hint
    assert "canary" not in f"{told.message} {told.hint} {told.detail}"


async def test_the_v1_api_has_no_version_to_check() -> None:
    told = await failure(refusal(404, {"code": "404", "message": "Resource not found"}), V1)
    assert "AZURE_OPENAI_API_VERSION" not in told.hint


async def test_the_filter_of_the_responses_api_names_its_categories() -> None:
    verdicts = {"violence": {"filtered": True, "severity": "high"}, "hate": {"filtered": False, "severity": "safe"}}
    filters = [{"source_type": "prompt", "blocked": True, "content_filter_results": verdicts}]
    told = await failure(refusal(400, {"code": "content_filter", "message": "x", "content_filters": filters}), V1)
    assert "(violence)" in told.message
