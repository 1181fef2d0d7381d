"""Who is let in: Host, Origin and token, asked of the whole application in this process."""

import re
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import httpx2
import pytest

from server.app import build_app
from server.files import FileFolder
from server.mcp_server import build_server
from server.serving import LOOPBACK_NAMES

TOKEN = "canary-token"


async def status(
    tmp_path: Path,
    headers: Mapping[str, str],
    *,
    path: str = "/messages/",
    token: str | None = None,
    open_to_all: bool = False,
) -> tuple[int, httpx2.Response]:
    """What a request is answered with; 405 is the application's own answer to a GET of /messages/: it was let in."""
    app = build_app(build_server(FileFolder(tmp_path)), token=token, hosts=None if open_to_all else LOOPBACK_NAMES)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://localhost:8000") as client:
        response = await client.get(path, headers=dict(headers))
    assert not [name for name in response.headers if name.startswith("access-control-")]
    return response.status_code, response


LET_IN = 405


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "LOCALHOST:1", "127.0.0.1:8000", "[::1]:8000", "[::1]"]
)
async def test_own_names_are_let_in(tmp_path: Path, host: str) -> None:
    assert (await status(tmp_path, {"Host": host}))[0] == LET_IN


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "127.0.0.1.evil.example:8000",
        "localhost:8000@evil.example",
        "localhost:port",
        "localhost:",
        "0.0.0.0:8000",
        "2130706433",
        "::1",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/sse", "/messages/", "/mcp", "/health"])
async def test_any_other_host_name_is_misdirected(tmp_path: Path, host: str, path: str) -> None:
    assert (await status(tmp_path, {"Host": host}, path=path))[0] == 421


@pytest.mark.parametrize(
    "origin", ["http://localhost:8000", "http://127.0.0.1:8000", "https://evil.example", "null", ""]
)
@pytest.mark.parametrize("path", ["/sse", "/messages/", "/mcp", "/health"])
async def test_web_pages_are_refused_even_with_the_token(tmp_path: Path, origin: str, path: str) -> None:
    headers = {"Origin": origin, "Authorization": f"Bearer {TOKEN}"}
    assert (await status(tmp_path, headers, path=path, token=TOKEN))[0] == 403


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer wrong", f"Bearer {TOKEN}x", f"Bearer  {TOKEN}", f"Basic {TOKEN}", TOKEN],
)
@pytest.mark.parametrize("path", ["/sse", "/messages/", "/mcp", "/nothing"])
async def test_without_the_right_token_nothing_is_served(tmp_path: Path, authorization: str | None, path: str) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    code, response = await status(tmp_path, headers, path=path, token=TOKEN)
    assert code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert TOKEN not in response.text


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_the_right_token_is_let_in(tmp_path: Path, scheme: str) -> None:
    headers = {"Authorization": f"{scheme} {TOKEN}"}
    assert (await status(tmp_path, headers, token=TOKEN))[0] == LET_IN


async def test_health_needs_no_token_and_tells_what_is_served(tmp_path: Path) -> None:
    code, response = await status(tmp_path, {}, path="/health", token=TOKEN)
    assert code == 200
    told = response.json()
    assert (told["status"], told["name"], told["tools"]) == ("ok", "Azure OpenAI MCP Server", 6)
    assert told["version"] == version("callscope")
    assert re.fullmatch("[0-9a-f]{8}", told["instance"])


async def test_open_to_other_computers_any_host_name_is_fine_but_the_token_is_needed(tmp_path: Path) -> None:
    headers = {"Host": "mcp.example.org"}
    assert (await status(tmp_path, headers, token=TOKEN, open_to_all=True))[0] == 401
    headers["Authorization"] = f"Bearer {TOKEN}"
    assert (await status(tmp_path, headers, token=TOKEN, open_to_all=True))[0] == LET_IN
