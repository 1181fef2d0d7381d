"""The real server as a process: its routes, its limits, its start and its end."""

import asyncio
import re
import signal
import sqlite3
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path

import httpx2
import pytest

from tests.server.clients import ROUTES, Route, bearer, call, connect, error_of, text_of
from tests.server.http_api import answer, http_api
from tests.server.mail_server import mail_server
from tests.server.process import TOKEN, ServerProcess, end, serving, start


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[ServerProcess, None, None]:
    with serving(tmp_path_factory.mktemp("server")) as process:
        yield process
        assert TOKEN not in process.output + process.log


@pytest.mark.parametrize("route", ROUTES)
async def test_each_route_lists_and_calls_tools(server: ServerProcess, route: Route) -> None:
    async with connect(server.url, route, TOKEN) as client:
        assert len((await client.list_tools()).tools) == 6
        assert len((await client.list_resources()).resources) == 2
        assert len((await client.list_prompts()).prompts) == 2
        result = await call(client, "calculate", {"operation": "multiply", "a": 15, "b": 8})
        assert text_of(result) == "Result: 15.0 multiply 8.0 = 120.0"
        assert "Division by zero" in error_of(await call(client, "calculate", {"operation": "divide", "a": 1, "b": 0}))


async def test_files_are_kept_in_the_folder_that_was_named(server: ServerProcess) -> None:
    async with connect(server.url, "sse", TOKEN) as client:
        await call(client, "save_text_file", {"filename": "calculation.txt", "content": "120.0"})
    assert (server.folder / "files" / "calculation.txt").read_text() == "120.0"


async def test_many_clients_at_once_each_get_their_own_answers(server: ServerProcess) -> None:
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(connect(server.url, ROUTES[i % 3], TOKEN)) for i in range(9)]

        async def ask(number: int) -> str:
            name = f"caller {number}"
            return text_of(await call(clients[number % len(clients)], "greet", {"name": name}))

        answers = await asyncio.gather(*(ask(number) for number in range(180)))
    assert [answer.split("!")[0] for answer in answers] == [f"Hello caller {number}" for number in range(180)]


@pytest.mark.parametrize("headers", [{}, bearer("wrong"), bearer(TOKEN + "x")])
@pytest.mark.parametrize("path", ["/sse", "/mcp", "/messages/"])
async def test_supervised_server_refuses_whoever_lacks_its_token(
    server: ServerProcess, headers: dict[str, str], path: str
) -> None:
    async with httpx2.AsyncClient(headers=headers) as http:
        assert (await http.post(server.url + path)).status_code == 401


async def test_foreign_host_names_and_web_pages_are_refused(server: ServerProcess) -> None:
    async with httpx2.AsyncClient(headers=bearer(TOKEN)) as http:
        assert (await http.get(f"{server.url}/sse", headers={"Host": "evil.example"})).status_code == 421
        assert (await http.get(f"{server.url}/sse", headers={"Origin": server.url})).status_code == 403


async def test_guessed_session_and_nonsense_are_refused(server: ServerProcess) -> None:
    guess = f"{server.url}/messages/?session_id={'0' * 32}"
    async with httpx2.AsyncClient(headers=bearer(TOKEN)) as http, open_stream(server) as session:
        assert (await http.post(guess, json={})).status_code == 404
        nested = b"[" * 100_000 + b"]" * 100_000
        json_type = {"Content-Type": "application/json"}
        assert (await http.post(server.url + session, content=nested, headers=json_type)).status_code == 400


@pytest.mark.parametrize("chunked", [False, True])
async def test_body_over_four_megabytes_is_refused(server: ServerProcess, chunked: bool) -> None:
    async def pieces() -> AsyncGenerator[bytes, None]:
        for _ in range(5):
            yield b" " * 1_000_000

    headers = bearer(TOKEN) | {"Content-Type": "application/json"}
    async with httpx2.AsyncClient(headers=headers) as http, open_stream(server) as session:
        content = pieces() if chunked else b" " * 5_000_000
        assert (await http.post(server.url + session, content=content)).status_code == 413


@asynccontextmanager
async def open_stream(server: ServerProcess) -> AsyncGenerator[str, None]:
    """An open `/sse` stream; yields the path with the session to post to."""
    async with (
        httpx2.AsyncClient(headers=bearer(TOKEN)) as http,
        http.stream("GET", f"{server.url}/sse") as response,
    ):
        async for line in response.aiter_lines():
            if line.startswith("data: "):
                yield line.removeprefix("data: ")
                return


@asynccontextmanager
async def open_legacy_stream(server: ServerProcess) -> AsyncGenerator[None, None]:
    """An open stream of the older streamable HTTP, on which a server sends what was not asked for."""
    accept = {"Accept": "application/json, text/event-stream"}
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    }
    async with httpx2.AsyncClient(headers=bearer(TOKEN) | accept) as http:
        answer = await http.post(f"{server.url}/mcp", json=hello)
        session = {"Mcp-Session-Id": answer.headers["mcp-session-id"]}
        async with http.stream("GET", f"{server.url}/mcp", headers=session) as response:
            assert response.status_code == 200
            yield


@asynccontextmanager
async def open_streams(server: ServerProcess) -> AsyncGenerator[None, None]:
    """A stream of each kind that a client may leave open for ever."""
    async with open_stream(server), open_legacy_stream(server):
        yield


async def test_process_ends_when_its_standard_input_closes_though_streams_are_open(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        async with open_streams(server):
            closed = time.monotonic()
            server.close_input()
            assert await asyncio.to_thread(server.wait) == 0
            assert time.monotonic() - closed < 1
        assert server.log == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_process_ends_in_order_on_a_signal_though_streams_are_open(
    tmp_path: Path, number: signal.Signals
) -> None:
    with serving(tmp_path) as server:
        async with open_streams(server):
            told = time.monotonic()
            server.signal(number)
            assert await asyncio.to_thread(server.wait) == 0
            assert time.monotonic() - told < 2
        assert server.log == ""


def test_start_up_lines_tell_where_it_is_and_what_it_offers(tmp_path: Path) -> None:
    with serving(tmp_path, supervised=False) as server:
        assert httpx2.get(f"{server.url}/health").json()["tools"] == 6
        lines = server.output.splitlines()
        port = server.url.rpartition(":")[2]
    assert re.fullmatch(r"Azure OpenAI MCP Server \d\S*", lines[0])
    shown = {name.strip(): text.strip() for name, _, text in (line.partition(":") for line in lines[1:])}
    assert shown == {
        "URL": f"http://localhost:{port}/sse",
        "HTTP": f"http://localhost:{port}/mcp",
        "Files": str(tmp_path / "files"),
        "Access": "this computer only, without a token",
        "Tools": "greet, calculate, get_system_info, save_text_file, read_text_file, get_weather",
        "Off": (
            "query_database (CALLSCOPE_DATABASE), call_external_api (CALLSCOPE_API_HOSTS), "
            "send_email (CALLSCOPE_SMTP_HOST); see --help"
        ),
        "Resources": "info://server-capabilities, info://usage-examples",
        "Prompts": "calculation_prompt, file_operations_prompt",
    }


async def test_without_a_token_this_computer_is_served_freely(tmp_path: Path) -> None:
    with serving(tmp_path, supervised=False) as server:
        async with connect(server.url, "sse") as client:
            assert text_of(await call(client, "greet")).startswith("Hello world!")


@pytest.mark.parametrize("line", [b"", b"\n", b"two words\n", b"\xff\n"])
def test_supervised_server_without_a_usable_token_does_not_start(tmp_path: Path, line: bytes) -> None:
    process = start(tmp_path, ["--supervised", "--port", "0"])
    try:
        process.communicate(line, timeout=20)
    finally:
        end(process)
    assert process.returncode == 2
    assert (tmp_path / "stderr").read_text().startswith("callscope-server: No token came on the first line")


async def test_optional_tools_work_in_the_real_server_and_no_secret_leaves_it(tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE goods (name)")
    async with http_api() as api, mail_server(password="canary-password") as mail:
        api.answers["/"] = answer("canary-header and all")
        environment = {
            "CALLSCOPE_DATABASE": str(file),
            "CALLSCOPE_API_HOSTS": f"http://127.0.0.1:{api.port}",
            f"CALLSCOPE_API_HEADERS_127_0_0_1_{api.port}": '{"X-Key": "canary-header"}',
            "CALLSCOPE_SMTP_HOST": "127.0.0.1",
            "CALLSCOPE_SMTP_PORT": str(mail.port),
            "CALLSCOPE_SMTP_USER": "me",
            "CALLSCOPE_SMTP_PASSWORD": "canary-password",
            "CALLSCOPE_SMTP_FROM": "server@home.example",
            "CALLSCOPE_SMTP_RECIPIENTS": "@home.example",
        }
        with serving(tmp_path, environment=environment) as server:
            async with connect(server.url, "sse", server.token) as client:
                tools = (await client.list_tools()).tools
                assert [tool.name for tool in tools[6:]] == ["query_database", "call_external_api", "send_email"]
                api_url = {"url": f"http://127.0.0.1:{api.port}/"}
                message = {"to": "ada@home.example", "subject": "Hi", "body": "Hello"}
                seen = [tool.model_dump_json() for tool in tools]
                seen.append(text_of(await call(client, "query_database", {"sql": "SELECT name FROM goods"})))
                seen.append(text_of(await call(client, "call_external_api", api_url)))
                seen.append(text_of(await call(client, "send_email", message)))
                uris = [resource.uri for resource in (await client.list_resources()).resources]
                seen += [(await client.read_resource(uri)).model_dump_json() for uri in uris]
            assert "[secret] and all" in seen[-5]
            assert "CREATE TABLE goods" in seen[-3]
            assert "canary" not in "".join([*seen, server.output, server.log])
            assert (
                "  Optional:  query_database (reads a database); "
                f"call_external_api (GET to http://127.0.0.1:{api.port}); send_email (to @home.example)\n"
            ) in server.output
            assert "  Off:" not in server.output
    assert api.received[0].headers["x-key"] == "canary-header"
    assert len(mail.messages) == 1
