import asyncio
from typing import Any

import httpx2
import pytest

from tests.azure.response_wire import message, stream
from tests.azure.wire import DEPLOYMENT, DONE, KEY, STOP, TARGET, Recorded, Scripted, chunk, refusal, words
from tui.azure import probe
from tui.azure.target import Target
from tui.core.errors import SettingsError

V1 = Target(endpoint="https://res.openai.azure.com/openai/v1/", deployment=DEPLOYMENT, api_key=KEY)
FINE = Recorded([*words("OK"), STOP, DONE])


async def test_a_deployment_that_works_is_told_step_by_step() -> None:
    transport = Scripted(FINE)
    findings = await probe.test_deployment(TARGET, transport)
    assert all(finding.ok for finding in findings)
    assert [finding.words for finding in findings] == [
        "res.openai.azure.com answers.",
        "The API key is accepted.",
        f"The deployment “{DEPLOYMENT}” is there.",
        "It answers through Chat Completions.",
        "The model is gpt-4o-mini-2024-07-18, which takes in 128,000 tokens.",
        "Tools are accepted.",
    ]
    assert len(transport.requests) == 1
    assert transport.bodies[0]["max_completion_tokens"] == 16


async def test_the_api_that_works_is_found_out_and_the_changes_are_told() -> None:
    error = {"code": "OperationNotSupported", "message": "The chatCompletion operation does not work."}
    transport = Scripted(refusal(400, error), Recorded(stream(message(0, "OK"))))
    told = [finding.words for finding in await probe.test_deployment(TARGET, transport)]
    assert "It answers through the Responses API." in told
    assert "through the Responses API from now on" in told[-1]
    assert transport.bodies[-1]["max_output_tokens"] == 16


async def test_an_old_version_that_does_not_know_the_limit_of_tokens_is_fine() -> None:
    transport = Scripted(
        refusal(400, {"message": "Unrecognized request argument supplied: max_completion_tokens"}), FINE
    )
    assert all(finding.ok for finding in await probe.test_deployment(TARGET, transport))


async def test_a_model_that_only_thinks_within_the_limit_is_there() -> None:
    findings = await probe.test_deployment(TARGET, Recorded([chunk({}, "length"), DONE]))
    assert all(finding.ok for finding in findings)


async def test_a_model_without_tools_is_told() -> None:
    transport = Scripted(refusal(400, {"message": "The model does not support tools"}), FINE)
    findings = await probe.test_deployment(TARGET, transport)
    assert [finding.words for finding in findings if not finding.ok] == ["The model does not take tools."]


@pytest.mark.parametrize(
    ("answer", "passed", "says"),
    [
        (httpx2.ConnectError("x"), 0, "cannot be reached"),
        (refusal(407, {"message": "x"}), 0, "proxy"),
        (refusal(401, {"code": "401", "message": "x"}), 1, "did not accept the API key"),
        (refusal(403, {"code": "403", "message": "Firewall."}), 1, "refused access"),
        (refusal(404, {"code": "404", "message": "Resource not found"}), 1, "does not know this address"),
        (refusal(404, {"code": "DeploymentNotFound", "message": "x"}), 2, "There is no deployment"),
        (refusal(429, {"code": "429", "message": "x"}, retry_after="30"), 3, "asks to wait 30 seconds"),
        (refusal(500, {"code": "500", "message": "x"}), 3, "had a problem of its own"),
    ],
)
async def test_what_fails_is_told_after_what_must_have_worked(answer: Any, passed: int, says: str) -> None:
    transport = Scripted(answer)
    findings = await probe.test_deployment(TARGET, transport)
    assert [finding.ok for finding in findings] == [True] * passed + [False]
    assert says in findings[-1].words
    assert findings[-1].hint
    assert len(transport.requests) == 1
    assert KEY not in str(findings)


async def test_a_login_page_of_the_network_is_told() -> None:
    findings = await probe.test_deployment(TARGET, Recorded([b"<html>"], headers={"content-type": "text/html"}))
    assert [finding.ok for finding in findings] == [False]
    assert "web page" in findings[0].words


async def test_a_page_that_is_no_answer_is_told() -> None:
    findings = await probe.test_deployment(TARGET, Recorded([b"<html>Welcome</html>"]))
    assert [finding.ok for finding in findings] == [True, False]
    assert "not a chat answer" in findings[-1].words


async def test_what_is_missing_is_a_setting_to_mend_not_a_finding() -> None:
    with pytest.raises(SettingsError, match="AZURE_OPENAI_API_KEY"):
        await probe.test_deployment(Target(endpoint=V1.endpoint, deployment="d"), FINE)


async def test_the_sign_in_is_told_as_what_it_is() -> None:
    async def provider() -> str:
        return "t0ken"

    target = Target(endpoint=V1.endpoint, deployment=DEPLOYMENT, sign_in="entra")
    findings = await probe.test_deployment(target, Recorded(stream(message(0, "OK"))), token_provider=provider)
    assert findings[1].words == "The sign-in with Microsoft Entra ID is accepted."


async def test_cancelling_the_test_leaves_nothing_open() -> None:
    asked, gone = asyncio.Event(), asyncio.Event()

    class Silent(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            asked.set()
            try:
                await asyncio.Event().wait()
            finally:
                gone.set()
            raise AssertionError

    task = asyncio.create_task(probe.test_deployment(TARGET, Silent()))
    async with asyncio.timeout(5):
        await asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await gone.wait()
