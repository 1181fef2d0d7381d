"""Where the optional API tool connects to: allowed hosts at checked addresses, and nowhere else."""

from pathlib import Path

import pytest

from server.api_client import is_public
from tests.server.api_tools import Names, ask, client, local, settings
from tests.server.certificates import certificate
from tests.server.clients import error_of, text_of
from tests.server.http_api import answer, http_api


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
