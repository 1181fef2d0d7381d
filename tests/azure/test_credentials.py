import importlib.util

import httpx2
import pytest

from tests.azure.conversing import ask
from tests.azure.response_wire import message, stream
from tests.azure.wire import DEPLOYMENT, DONE, KEY, STOP, Recorded, model_on
from tui.azure.model import AzureChatModel
from tui.azure.target import Target
from tui.core.errors import ModelError, SettingsError
from tui.core.ports import Message, UserMessage

HELLO: list[Message] = [UserMessage("hello")]
CLASSIC = "https://res.openai.azure.com"
V1 = "https://res.openai.azure.com/openai/v1"


def answer_for(endpoint: str) -> Recorded:
    return Recorded(stream(message(0, "x")) if endpoint == V1 else [STOP, DONE])


@pytest.fixture(autouse=True)
def a_misleading_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AZURE_OPENAI_AD_TOKEN", "AZURE_OPENAI_API_KEY", "OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.setenv(name, "of-the-environment")
    monkeypatch.setenv("OPENAI_BASE_URL", "https://elsewhere.example/v1")
    monkeypatch.setenv("OPENAI_API_VERSION", "1999-01-01")


async def sent_with(target: Target, **options: object) -> httpx2.Request:
    transport = answer_for(target.endpoint)
    await ask(model_on(transport, target, **options), HELLO)
    return transport.requests[0]


@pytest.mark.parametrize("endpoint", [CLASSIC, V1])
async def test_an_api_key_is_sent_as_one(endpoint: str) -> None:
    request = await sent_with(Target(endpoint=endpoint, deployment=DEPLOYMENT, api_key=KEY))
    assert request.headers["api-key"] == KEY
    assert request.headers.get("authorization", f"Bearer {KEY}") == f"Bearer {KEY}"
    assert request.url.host == "res.openai.azure.com"


@pytest.mark.parametrize("endpoint", [CLASSIC, V1])
async def test_a_token_that_was_given_is_sent_as_bearer_without_any_key(endpoint: str) -> None:
    target = Target(endpoint=endpoint, deployment=DEPLOYMENT, api_key=KEY, sign_in="entra", ad_token="t0ken")
    request = await sent_with(target)
    assert request.headers["authorization"] == "Bearer t0ken"
    assert "api-key" not in request.headers


@pytest.mark.parametrize("endpoint", [CLASSIC, V1])
async def test_the_identity_of_this_computer_is_asked_for_a_token_for_every_request(endpoint: str) -> None:
    tokens = iter(["first", "second"])

    async def provider() -> str:
        return next(tokens)

    transport = answer_for(endpoint)
    target = Target(endpoint=endpoint, deployment=DEPLOYMENT, sign_in="entra")
    model = model_on(transport, target, token_provider=provider)
    await ask(model, HELLO)
    await ask(model, HELLO)
    assert [request.headers["authorization"] for request in transport.requests] == ["Bearer first", "Bearer second"]
    assert all("api-key" not in request.headers for request in transport.requests)


@pytest.mark.parametrize("endpoint", [CLASSIC, V1])
async def test_a_sign_in_that_fails_is_told_in_words_and_nothing_is_sent(endpoint: str) -> None:
    async def provider() -> str:
        raise RuntimeError("EnvironmentCredential: not\nconfigured \x1b[31m")

    transport = answer_for(endpoint)
    target = Target(endpoint=endpoint, deployment=DEPLOYMENT, sign_in="entra")
    with pytest.raises(ModelError, match="Microsoft Entra ID") as caught:
        await ask(model_on(transport, target, token_provider=provider), HELLO)
    assert "az login" in caught.value.hint
    assert caught.value.detail == "RuntimeError: EnvironmentCredential: not configured"
    assert transport.requests == []


@pytest.mark.skipif(importlib.util.find_spec("azure") is not None, reason="azure-identity may be here")
def test_without_the_library_the_hint_says_how_to_get_it() -> None:
    with pytest.raises(SettingsError, match="azure-identity") as caught:
        model_on(Recorded([]), Target(endpoint=CLASSIC, deployment=DEPLOYMENT, sign_in="entra"))
    assert "pip install 'callscope[entra]'" in caught.value.hint


@pytest.mark.parametrize("endpoint", [CLASSIC, V1])
def test_a_missing_key_is_named(endpoint: str) -> None:
    with pytest.raises(SettingsError, match="AZURE_OPENAI_API_KEY"):
        model_on(Recorded([]), Target(endpoint=endpoint, deployment=DEPLOYMENT))


async def test_a_server_on_this_machine_needs_no_key() -> None:
    target = Target(endpoint="http://localhost:11434", deployment="llama3", compatible=True)
    transport = Recorded([STOP, DONE])
    await ask(model_on(transport, target), HELLO)
    request = transport.requests[0]
    assert str(request.url) == "http://localhost:11434/v1/chat/completions"
    assert "environment" not in str(request.headers)
    assert "api-key" not in request.headers


async def test_requests_go_where_a_gateway_serves_the_deployment() -> None:
    pasted = "https://gw.azure-api.net/team/deployments/gpt/chat/completions?api-version=2024-06-01"
    transport = Recorded([STOP, DONE])
    await ask(model_on(transport, Target(endpoint=pasted, api_key=KEY)), HELLO)
    assert str(transport.requests[0].url) == pasted


async def test_a_redirect_is_not_followed_with_the_key() -> None:
    transport = Recorded([], status=307, headers={"location": "https://elsewhere.example/"})
    with pytest.raises(ModelError, match="another address"):
        await ask(model_on(transport, Target(endpoint=CLASSIC, deployment=DEPLOYMENT, api_key=KEY)), HELLO)
    assert [request.url.host for request in transport.requests] == ["res.openai.azure.com"]


async def test_a_proxy_that_cannot_be_used_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "fax://name:secret@proxy.example")
    model = AzureChatModel(Target(endpoint=CLASSIC, deployment=DEPLOYMENT, api_key=KEY))
    with pytest.raises(SettingsError, match="proxy") as caught:
        await ask(model, HELLO)
    assert "HTTPS_PROXY" in caught.value.hint
    assert "secret" not in f"{caught.value.message} {caught.value.hint} {caught.value.detail}"
    await model.aclose()
