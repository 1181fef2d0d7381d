"""The optional tool that calls HTTP APIs, against a real server on loopback: what it reaches and what not."""

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from server.api_client import SIZE_LIMIT, ApiClient, is_public
from server.errors import StartError
from server.files import FileFolder
from server.mcp_server import build_server
from server.optional_settings import ApiSettings, load_api
from server.tools.external_api import external_api_tools
from tests.server.certificates import certificate
from tests.server.clients import call, error_of, text_of
from tests.server.http_api import HttpApi, answer, http_api

SECRET = "canary-api-secret"


def settings(hosts: str, methods: str = "", **headers: str) -> ApiSettings:
    """As the environment says it."""
    variables = {f"CALLSCOPE_API_HEADERS_{part}": json.dumps({"Authorization": text}) for part, text in headers.items()}
    loaded = load_api({"CALLSCOPE_API_HOSTS": hosts, "CALLSCOPE_API_METHODS": methods, **variables})
    assert loaded is not None
    return loaded


def client(tmp_path: Path, settings: ApiSettings, **options: Any) -> Client:
    tools = external_api_tools(ApiClient(settings, **options))
    return Client(build_server(FileFolder(tmp_path), toolsets=[tools]))


async def ask(to: Client, url: str, **arguments: Any) -> Any:
    return await call(to, "call_external_api", {"url": url, **arguments})


def local(api: HttpApi) -> str:
    return f"http://127.0.0.1:{api.port}"


class Names:
    """A resolver that answers from a list, one entry for each look-up."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked = 0

    async def __call__(self, name: str, port: int) -> Sequence[str]:
        self.asked += 1
        return self._answers.pop(0)


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


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "http://api.test/",
        "https://api.test:8443/",
        "https://api.test@evil.example/",
        "https://user:word@api.test/",
        "https://api.test.evil.example/",
        "https://127.0.0.1/",
        "//api.test/",
        "file:///etc/passwd",
        "api.test",
        "https://api.test\\@evil.example/",
        "https://evil.example#@api.test/",
        "",
        "http://[",
    ],
)
async def test_other_hosts_schemes_and_ports_are_not_even_looked_up(tmp_path: Path, url: str) -> None:
    names = Names()
    async with client(tmp_path, settings("api.test"), resolve=names) as to:
        error_of(await ask(to, url))
    assert names.asked == 0


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1"),
        *("64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::"),
    ],
)
async def test_name_that_leads_to_a_private_address_is_not_connected_to(tmp_path: Path, address: str) -> None:
    assert not is_public(address)
    async with http_api() as api:
        allowed = settings(f"http://api.test:{api.port}")
        for addresses in ([address], ["93.184.215.14", address]):
            async with client(tmp_path, allowed, resolve=Names(addresses)) as to:
                error = error_of(await ask(to, f"http://api.test:{api.port}/"))
            assert "private network" in error
            assert address not in error
    assert api.connections == 0


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


async def test_name_listed_as_private_is_looked_up_once_and_connected_to_where_it_was_checked(tmp_path: Path) -> None:
    async with http_api() as api:
        names = Names(["127.0.0.1"])
        async with client(tmp_path, settings(f"http://api.test:{api.port} private"), resolve=names) as to:
            api.answers["/"] = answer("here")
            assert "here" in text_of(await ask(to, f"http://API.test:{api.port}/"))
    assert names.asked == 1
    assert api.received[0].headers["host"] == f"api.test:{api.port}"


async def test_each_redirect_is_looked_up_anew_and_connected_to_where_it_was_checked(tmp_path: Path) -> None:
    async with http_api() as api:
        names = Names(["127.0.0.1"], [])
        async with client(tmp_path, settings(f"http://api.test:{api.port} private"), resolve=names) as to:
            api.answers["/"] = answer(status="302 Found", location="/next")
            assert "cannot be reached" in error_of(await ask(to, f"http://api.test:{api.port}/"))
    assert names.asked == 2
    assert [request.target for request in api.received] == ["/"]


async def test_second_address_is_used_when_the_first_does_not_answer(tmp_path: Path) -> None:
    async with http_api() as api:
        names = Names(["::1", "127.0.0.1"])
        async with client(tmp_path, settings(f"http://api.test:{api.port} private"), resolve=names) as to:
            api.answers["/"] = answer("here")
            assert "here" in text_of(await ask(to, f"http://api.test:{api.port}/"))


async def test_redirect_within_the_host_is_followed(tmp_path: Path) -> None:
    async with http_api() as api, client(tmp_path, settings(local(api))) as to:
        api.answers["/old"] = answer(b"not read", "302 Found", location="/new", content_encoding="gzip")
        api.answers["/new"] = answer("new place")
        assert "new place" in text_of(await ask(to, f"{local(api)}/old"))


async def test_redirect_to_anywhere_else_is_not_followed(tmp_path: Path) -> None:
    async with http_api() as api, http_api() as other, client(tmp_path, settings(local(api), "POST")) as to:
        api.answers["/"] = answer(status="307 Temporary Redirect", location=f"{local(other)}/")
        api.answers["/get"] = answer(status="303 See Other", location="/")
        for path in ("/", "/get"):
            error = error_of(await ask(to, f"{local(api)}{path}", method="POST"))
            assert "redirects to another host or method" in error
    assert other.connections == 0
    assert len(api.received) == 2


async def test_redirects_in_a_circle_end(tmp_path: Path) -> None:
    async with http_api() as api, client(tmp_path, settings(local(api))) as to:
        api.answers["/"] = answer(status="302 Found", location="/")
        assert "more than 5 times" in error_of(await ask(to, f"{local(api)}/"))
    assert len(api.received) == 6


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


async def test_proxy_of_the_environment_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with http_api() as api, http_api() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, local(proxy))
        api.answers["/"] = answer("direct")
        async with client(tmp_path, settings(local(api))) as to:
            assert "direct" in text_of(await ask(to, f"{local(api)}/"))
    assert proxy.connections == 0


async def test_https_proves_the_name_though_the_address_is_connected_to(tmp_path: Path) -> None:
    good = certificate(tmp_path, "api.test")
    async with http_api(good.server) as api:
        api.answers["/"] = answer("secure")
        for name, words in (("api.test", "secure"), ("other.test", "cannot be trusted")):
            allowed = settings(f"{name}:{api.port} private")
            async with client(tmp_path, allowed, resolve=Names(["127.0.0.1"]), tls=good.client) as to:
                result = await ask(to, f"https://{name}:{api.port}/")
                assert words in (error_of if result.is_error else text_of)(result)
    assert len(api.received) == 1


@pytest.mark.parametrize(("methods", "is_safe"), [("", True), ("GET,HEAD", True), ("GET,POST", False)])
async def test_annotations_tell_what_a_call_may_do(tmp_path: Path, methods: str, is_safe: bool) -> None:
    async with client(tmp_path, settings("api.example.com,http://127.0.0.1:9000", methods)) as to:
        (found,) = (await to.list_tools()).tools
    assert found.annotations is not None
    assert found.annotations.open_world_hint is True
    assert found.annotations.read_only_hint is is_safe
    assert found.annotations.destructive_hint is not is_safe
    assert "https://api.example.com, http://127.0.0.1:9000" in (found.description or "")


def test_hosts_are_https_on_the_usual_port_unless_they_say_otherwise() -> None:
    hosts = settings(
        "api.example.com, HTTP://Localhost:9000/, https://[::1]:9443, http://intranet.example private"
    ).hosts
    assert [(host.origin, host.private) for host in hosts] == [
        ("https://api.example.com", False),
        ("http://localhost:9000", True),
        ("https://[::1]:9443", True),
        ("http://intranet.example", True),
    ]


@pytest.mark.parametrize(
    "variables",
    [
        {"CALLSCOPE_API_HOSTS": "ftp://a.example"},
        {"CALLSCOPE_API_HOSTS": "https://a.example/path"},
        {"CALLSCOPE_API_HOSTS": "https://user@a.example"},
        {"CALLSCOPE_API_HOSTS": "a.example:port"},
        {"CALLSCOPE_API_HOSTS": "*.example"},
        {"CALLSCOPE_API_HOSTS": "a.example public"},
        {"CALLSCOPE_API_HOSTS": "a.example", "CALLSCOPE_API_METHODS": "TRACE"},
        {"CALLSCOPE_API_HOSTS": "a.example", "CALLSCOPE_API_HEADERS_A_EXAMPLE": SECRET},
        {"CALLSCOPE_API_HOSTS": "a.example", "CALLSCOPE_API_HEADERS_A_EXAMPLE": f'{{"A": "{SECRET}\\n"}}'},
        {"CALLSCOPE_API_HOSTS": "a.example", "CALLSCOPE_API_HEADERS_B_EXAMPLE": f'{{"A": "{SECRET}"}}'},
        {"CALLSCOPE_API_HOSTS": "a-b.example,a.b.example", "CALLSCOPE_API_HEADERS_A_B_EXAMPLE": f'{{"A": "{SECRET}"}}'},
    ],
)
def test_settings_that_cannot_be_meant_are_refused_without_repeating_a_secret(variables: dict[str, str]) -> None:
    with pytest.raises(StartError, match="CALLSCOPE_API_") as caught:
        load_api(variables)
    assert SECRET not in caught.value.message + caught.value.hint
    assert caught.value.status == 2
