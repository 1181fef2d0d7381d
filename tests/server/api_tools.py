"""The API tool set up by what the environment says, for tests."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mcp import Client

from server.api_client import ApiClient
from server.files import FileFolder
from server.mcp_server import build_server
from server.optional_settings import ApiSettings, load_api
from server.tools.external_api import external_api_tools
from tests.server.clients import call
from tests.server.http_api import HttpApi


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
