"""The optional tool that calls HTTP APIs, against a real server on loopback: what a call is and what it answers."""

import logging
from pathlib import Path

import pytest

from server.api_client import SIZE_LIMIT, ApiClient
from server.optional_settings import load_api
from tests.server.api_tools import ask, client, local, settings
from tests.server.clients import error_of, text_of
from tests.server.http_api import answer, http_api

SECRET = "canary-api-secret"


async def test_answer_comes_with_its_status_and_type(tmp_path: Path) -> None:
    async with http_api() as api, client(tmp_path, settings(local(api))) as to:
        api.answers["/v1/items?q=a%20b"] = answer('{"é": 1}', content_type="application/json")
        result = await ask(to, f"{local(api)}/v1/items?q=a b#part", headers={"accept": "application/json"})
        assert text_of(result) == 'HTTP 200 OK\ncontent-type: application/json\n\n{"é": 1}'
    (request,) = api.received
    assert (request.method, request.headers["host"]) == ("GET", f"127.0.0.1:{api.port}")
    assert request.headers["accept"] == "application/json"


async def test_allowed_methods_carry_a_body(tmp_path: Path) -> None:
    async with http_api() as api, client(tmp_path, settings(local(api), "get,POST")) as to:
        api.answers["/items"] = answer(status="201 Created")
        content = {"method": "post", "body": '{"a": "é"}', "headers": {"Content-Type": "application/json"}}
        assert text_of(await ask(to, f"{local(api)}/items", **content)).startswith("HTTP 201 Created")
        assert "not allowed: GET, POST" in error_of(await ask(to, f"{local(api)}/items", method="DELETE"))
    (request,) = api.received
    assert (request.method, request.body) == ("POST", '{"a": "é"}')


async def test_error_of_the_api_is_an_error_with_its_words(tmp_path: Path) -> None:
    async with http_api() as api, client(tmp_path, settings(local(api))) as to:
        api.answers["/"] = answer("no such item", "404 Not Found")
        assert error_of(await ask(to, f"{local(api)}/")) == "HTTP 404 Not Found\n\nno such item"


async def test_secret_headers_are_added_and_never_shown(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with http_api() as api:
        part = f"127_0_0_1_{api.port}"
        allowed = settings(local(api), **{part: f"Bearer {SECRET}"})
        with caplog.at_level(logging.INFO):
            async with client(tmp_path, allowed) as to:
                api.answers["/"] = answer(f"you sent Authorization: Bearer {SECRET}, or just {SECRET}")
                api.answers["/bad"] = answer(SECRET, "403 Forbidden", content_type=f"x/{SECRET}")
                texts = [text_of(await ask(to, f"{local(api)}/")), error_of(await ask(to, f"{local(api)}/bad"))]
                texts += [error_of(await ask(to, f"{local(api)}/", headers={"authorization": "Bearer mine"}))]
                texts += [found.model_dump_json() for found in (await to.list_tools()).tools]
    assert api.received[0].headers["authorization"] == f"Bearer {SECRET}"
    assert len(api.received) == 2
    assert "you sent Authorization: [secret], or just [secret]" in texts[0]
    assert SECRET not in "".join([*texts, caplog.text, repr(allowed)])


async def test_header_of_the_server_wins_over_one_of_the_model(tmp_path: Path) -> None:
    async with http_api() as api:
        headers = {f"CALLSCOPE_API_HEADERS_127_0_0_1_{api.port}": '{"Accept": "text/plain"}'}
        allowed = load_api({"CALLSCOPE_API_HOSTS": local(api), **headers})
        assert allowed is not None
        async with client(tmp_path, allowed) as to:
            api.answers["/"] = answer()
            text_of(await ask(to, f"{local(api)}/", headers={"accept": "application/json"}))
    assert api.received[0].headers["accept"] == "text/plain"


@pytest.mark.parametrize(
    "name", ["Host", "authorization", "Cookie", "X-Forwarded-For", "transfer-encoding", "Accept-Encoding", "x-api-key"]
)
async def test_headers_that_are_not_the_models_are_refused(tmp_path: Path, name: str) -> None:
    async with http_api() as api, client(tmp_path, settings(local(api))) as to:
        assert "may not be set" in error_of(await ask(to, f"{local(api)}/", headers={name: "x"}))
        assert "must be one line" in error_of(await ask(to, f"{local(api)}/", headers={"accept": "a\r\nHost: evil"}))
    assert api.connections == 0


async def test_answer_over_the_limit_is_cut_off_with_a_word(tmp_path: Path) -> None:
    async with http_api() as api:
        api.answers["/"] = answer(b"x" * 3_000_000)
        got = await ApiClient(settings(local(api))).call(f"{local(api)}/", "GET", {}, "")
        assert (len(got.text), got.cut) == (SIZE_LIMIT, True)
        async with client(tmp_path, settings(local(api))) as to:
            assert "[Cut off after 1,048,576 bytes.]" in text_of(await ask(to, f"{local(api)}/"))[:200]


async def test_compressed_answer_is_not_unpacked(tmp_path: Path) -> None:
    async with http_api() as api, client(tmp_path, settings(local(api))) as to:
        api.answers["/"] = answer(b"\x1f\x8b", content_encoding="gzip")
        assert "compressed" in error_of(await ask(to, f"{local(api)}/"))
    assert api.received[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (None, "did not answer within 0.2 seconds"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf", "broke off"),
        (b"\x00\x01garbage", "broke off"),
    ],
)
async def test_server_that_fails_is_described_in_a_sentence(tmp_path: Path, raw: bytes | None, words: str) -> None:
    async with http_api() as api, client(tmp_path, settings(local(api)), seconds=0.2) as to:
        api.answers["/"] = raw
        assert words in error_of(await ask(to, f"{local(api)}/"))


async def test_server_that_is_not_there_is_said_to_be_out_of_reach(tmp_path: Path) -> None:
    async with http_api() as api:
        pass
    async with client(tmp_path, settings(local(api))) as to:
        assert "cannot be reached" in error_of(await ask(to, f"{local(api)}/"))


async def test_bytes_that_are_no_text_are_counted(tmp_path: Path) -> None:
    async with http_api() as api, client(tmp_path, settings(local(api))) as to:
        api.answers["/"] = answer(b"\x89PNG\x00\x01", content_type="image/png")
        assert "[Not text: 6 bytes.]" in text_of(await ask(to, f"{local(api)}/"))


@pytest.mark.parametrize(("methods", "is_safe"), [("", True), ("GET,HEAD", True), ("GET,POST", False)])
async def test_annotations_tell_what_a_call_may_do(tmp_path: Path, methods: str, is_safe: bool) -> None:
    async with client(tmp_path, settings("api.example.com,http://127.0.0.1:9000", methods)) as to:
        (found,) = (await to.list_tools()).tools
    assert found.annotations is not None
    assert found.annotations.open_world_hint is True
    assert found.annotations.read_only_hint is is_safe
    assert found.annotations.destructive_hint is not is_safe
    assert "https://api.example.com, http://127.0.0.1:9000" in (found.description or "")
