"""A canary for every key there is, a whole run and a crash: none is anywhere but where it belongs."""

import base64
import re
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from tests.azure_endpoint import Asks, Says, Wish
from tests.faults.servers import offering, scripted_server
from tests.faults.size import only_in_full
from tests.hosting.fakes import Message, Script, Wire
from tests.whole.application import Application
from tests.whole.azure_thread import AzureThread
from tui.azure.target import Target
from tui.core.ports import ConnectForm
from tui.settings import Sources, load_settings

Record = Callable[[str, object], None]

IN_ENVIRONMENT = "canary-environment-4711"
IN_FOLDER = "canary-folder-4712"
IN_USER_FILE = "canary-user-4713"
OF_SERVER = "canary-server-4714"
KEYS = (IN_ENVIRONMENT, IN_FOLDER, IN_USER_FILE, OF_SERVER)
KEPT = (".env", "settings.env")
"""The files in which a person put a key."""

ECHO: Message = {"name": "echo", "inputSchema": {"type": "object"}, "annotations": {"readOnlyHint": True}}


def hits(content: bytes) -> list[str]:
    """The keys that are in these bytes, as they are or in base64."""
    found = [key for key in KEYS if key.encode() in content]
    return found + [key for key in KEYS if base64.b64encode(key.encode())[:-4] in content]


def prepare(home: Path) -> None:
    """Keys in the working folder's file and in the user's own."""
    (home / ".env").write_text(f"AZURE_OPENAI_API_KEY={IN_FOLDER}\n")
    (home / "Downloads").mkdir()
    own = home / ".config" / "callscope"
    own.mkdir(parents=True)
    (own / "settings.env").write_text(
        f"OPENAI_BASE_URL=http://127.0.0.1:9/v1\nOPENAI_API_KEY={IN_USER_FILE}\nOPENAI_MODEL=a-model\n"
    )


def written_files(home: Path) -> list[Path]:
    """Every file that the application wrote."""
    return [path for path in home.rglob("*") if path.is_file() and path.name not in KEPT]


def clipboards(written: bytes) -> list[bytes]:
    """Everything that was put on the clipboard (OSC 52)."""
    return [base64.b64decode(found) for found in re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)", written)]


def listening(result: str, heard: list[Message]) -> Script:
    """The script of a server with one tool that keeps what it is told."""
    polite = offering(ECHO, result=result)

    async def script(wire: Wire, message: Message) -> int | None:
        heard.append(message)
        return await polite(wire, message)

    return script


def test_no_key_leaves_the_wire(tmp_path: Path, record_property: Record) -> None:
    prepare(tmp_path)
    heard: list[Message] = []
    with AzureThread(api_key=IN_ENVIRONMENT) as azure, scripted_server(listening("a result", heard)) as server:
        address = urlsplit(server.url)
        url = f"http://somebody:{OF_SERVER}@{address.netloc}{address.path}"
        with Application(
            tmp_path, "--server", url, variables=azure.variables, badge="◆ a-deployment", columns=180
        ) as application:
            application.wait_for("ready · 1 tool")
            azure.script(Asks(Wish("echo", {"text": "hello"})), Says("An answer to keep."))
            application.press("call it", "enter")
            application.wait_for(lambda screen: "Allow this call?" in screen and "does not count" not in screen)
            application.press("y")
            application.wait_for_answer("An answer to keep.")
            for name in ("a.md", "a.json", "a.jsonl"):
                application.press(f"/export {name}", "enter")
                application.wait_until((tmp_path / name).exists)
            application.press("/copy", "enter")
            application.wait_until(lambda: bool(clipboards(bytes(application.raw))))
            application.press("f3")
            application.wait_for("Reconnect")
            application.press("f2")
            application.wait_for("Type a message")
            application.press("ctrl+p", "screenshot")
            application.wait_for(lambda screen: "SVG" in screen and "Allowed" not in screen)
            application.press("enter")
            application.wait_until(lambda: any(tmp_path.rglob("*.svg")))
            application.press("ctrl+q")
            assert application.wait_for_exit() == 0
        assert any(IN_ENVIRONMENT in str(request.headers) for request in azure.requests)
        assert hits(str([request.body for request in azure.requests]).encode()) == []
    assert hits(str(heard).encode()) == []
    files = written_files(tmp_path)
    assert {path.suffix for path in files} >= {".db", ".md", ".json", ".jsonl", ".svg", ".log"}
    assert [(path.name, found) for path in files for found in hits(path.read_bytes())] == []
    assert hits(bytes(application.raw)) == []
    assert clipboards(bytes(application.raw)) == [b"An answer to keep."]
    assert open_to_others(tmp_path / ".local" / "share" / "callscope") == []
    record_property(
        "figure",
        f"{len(KEYS)} keys: 0 hits in {len(files)} files, {len(application.raw):,} bytes to the terminal,"
        f" {len(heard)} messages to the server, request bodies and the clipboard; files 0600, folders 0700",
    )


def open_to_others(folder: Path) -> list[str]:
    """What in this folder somebody else may read or enter."""
    return [str(path) for path in [folder, *folder.rglob("*")] if stat.S_IMODE(path.lstat().st_mode) & 0o077]


@only_in_full
def test_no_key_is_in_what_a_crash_leaves(tmp_path: Path, record_property: Record) -> None:
    prepare(tmp_path)
    command = [sys.executable, "-P", "-m", "tests.whole.crashing"]
    with AzureThread(api_key=IN_ENVIRONMENT) as azure:
        variables = {**azure.variables, "PYTHONPATH": str(Path(__file__).parents[2])}
        with Application(tmp_path, variables=variables, badge="◆ a-deployment", command=command) as application:
            application.wait_until_ready()
            environment = application.server().environ()
            azure.script(Says("An answer to keep."))
            application.ask("remember me", "An answer to keep.")
            application.press("\x1b[24~")
            assert application.wait_for_exit(10) == 1
    assert hits(str(environment).encode()) == []
    assert not [name for name in environment if name.startswith(("AZURE", "OPENAI"))]
    (crash,) = (application.data / "logs").glob("crash-*.txt")
    assert stat.S_IMODE(crash.stat().st_mode) == 0o600
    files = written_files(tmp_path)
    assert [(path.name, found) for path in files for found in hits(path.read_bytes())] == []
    assert hits(bytes(application.raw)) == []
    assert psutil.pid_exists(application.process.pid) is False
    record_property("figure", f"a crash: 0 hits in {len(files)} files, the last words and the server's environment")


def test_no_type_that_holds_a_key_prints_it() -> None:
    azure = {
        "AZURE_OPENAI_ENDPOINT": "https://r.openai.azure.com",
        "AZURE_OPENAI_API_KEY": IN_ENVIRONMENT,
        "AZURE_OPENAI_DEPLOYMENT": "chat",
        "MCP_SERVER_URL": f"http://somebody:{OF_SERVER}@127.0.0.1:9/sse",
    }
    sources = Sources({"OPENAI_API_KEY": IN_USER_FILE}, {"AZURE_OPENAI_API_KEY": IN_FOLDER}, azure)
    settings = load_settings(sources)
    holders = (
        sources,
        settings,
        settings.deployments,
        Target(endpoint="https://r.openai.azure.com", api_key=IN_ENVIRONMENT, ad_token=IN_FOLDER),
        ConnectForm("https://r.openai.azure.com", "chat", api_key=IN_ENVIRONMENT),
    )
    assert [type(holder).__name__ for holder in holders if hits(repr(holder).encode())] == []
