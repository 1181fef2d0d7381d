import asyncio
import os
import signal
import socket
import stat
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from tests.hosting.fakes import until, until_state
from tui.hosting.build import build_toolbox, bundled_connection
from tui.hosting.launcher import SERVER_COMMAND, Launcher, server_environment
from tui.hosting.timing import Deadlines, RetryPolicy
from tui.hosting.toolbox import Toolbox

START_SECONDS = 20.0
"""A loaded machine takes its time to start a process."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and process groups of POSIX")


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def launcher(folder: Path, command: Sequence[str] = SERVER_COMMAND, *, preferred_port: int | None = None) -> Launcher:
    """A launcher that keeps to a test's folder and away from port 8000."""
    return Launcher(
        files_folder=folder / "files",
        log_folder=folder / "log",
        preferred_port=preferred_port or free_port(),
        command=command,
    )


@asynccontextmanager
async def bundled(folder: Path, *, preferred_port: int | None = None) -> AsyncGenerator[Toolbox]:
    """The real bundled server, ready."""
    connection = bundled_connection(launcher(folder, preferred_port=preferred_port))
    toolbox = Toolbox([connection], call_timeout=10.0)
    async with toolbox.running():
        await until_state(toolbox, "ready", seconds=START_SECONDS)
        yield toolbox


def server_process() -> psutil.Process:
    """The one child of this process that is a server."""
    (child,) = [child for child in psutil.Process().children() if "--supervised" in child.cmdline()]
    return child


def python(code: str) -> tuple[str, ...]:
    """A command that runs this instead of the server."""
    return (sys.executable, "-c", code)


async def test_the_bundled_server_starts_serves_and_leaves_only_a_private_log(tmp_path: Path) -> None:
    async with bundled(tmp_path) as toolbox:
        status = toolbox.servers()[0]
        assert status.bundled
        assert "Azure OpenAI MCP Server" in status.version
        child, log = server_process(), status.log_path
        sums = await asyncio.gather(
            *(toolbox.call("calculate", {"operation": "add", "a": n, "b": n}) for n in range(20))
        )
        assert [outcome.text for outcome in sums] == [f"Result: {n:.1f} add {n:.1f} = {2 * n:.1f}" for n in range(20)]
        assert (await toolbox.call("save_text_file", {"filename": "a.txt", "content": "hi"})).status == "ok"
    assert (tmp_path / "files" / "a.txt").read_text() == "hi"
    assert not child.is_running()
    assert toolbox.servers()[0].state == "stopped"
    assert stat.S_IMODE(os.stat(log).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(os.path.dirname(log)).st_mode) == 0o700


async def test_a_server_killed_during_a_call_loses_the_call_and_comes_back_without_repeating_it(tmp_path: Path) -> None:
    async with bundled(tmp_path) as toolbox:
        for _ in range(2):
            child = server_process()
            child.suspend()
            call = asyncio.create_task(toolbox.call("save_text_file", {"filename": "a.txt", "content": "once"}))
            await asyncio.wait({call}, timeout=0.05)
            child.kill()
            outcome = await asyncio.wait_for(call, 5)
            assert outcome.status == "lost"
            await until_state(toolbox, "reconnecting")
            await until_state(toolbox, "ready", seconds=START_SECONDS)
    assert not (tmp_path / "files" / "a.txt").exists()


async def test_a_server_that_dies_while_idle_is_started_again_on_its_port(tmp_path: Path) -> None:
    async with bundled(tmp_path) as toolbox:
        first = toolbox.servers()[0].url
        server_process().kill()
        status = await until_state(toolbox, "reconnecting")
        assert status.detail
        assert (await until_state(toolbox, "ready", seconds=START_SECONDS)).url == first


async def test_restart_makes_a_new_process(tmp_path: Path) -> None:
    async with bundled(tmp_path) as toolbox:
        before = server_process().pid
        await toolbox.restart("bundled")
        await until_state(toolbox, "ready", seconds=START_SECONDS)
        assert server_process().pid != before


async def test_a_port_taken_by_another_program_is_left_alone(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        async with bundled(tmp_path, preferred_port=taken) as toolbox:
            assert f":{taken}/" not in toolbox.servers()[0].url
            assert (await toolbox.call("greet", {})).status == "ok"


async def test_a_server_that_keeps_crashing_is_given_up_with_its_last_words(tmp_path: Path) -> None:
    code = "import sys; open('starts', 'a').write('x'); print(*range(50), sep='\\n', file=sys.stderr); sys.exit(3)"
    retry = RetryPolicy(delays=(0.01, 0.01, 0.01), slow_retry=None)
    toolbox = Toolbox([bundled_connection(launcher(tmp_path, python(code)), retry=retry)])
    async with toolbox.running():
        status = await until_state(toolbox, "down")
        assert status.detail.splitlines()[0] == "The bundled server stopped by itself (exit status 3)."
        assert status.detail.splitlines()[1:] == [str(n) for n in range(30, 50)]
        assert "server.log" in status.hint
        assert (tmp_path / "log" / "starts").read_text() == "xxxx"


async def test_a_command_that_does_not_exist_is_said_in_words(tmp_path: Path) -> None:
    retry = RetryPolicy(delays=(), slow_retry=None)
    connection = bundled_connection(launcher(tmp_path, [str(tmp_path / "absent")]), retry=retry)
    toolbox = Toolbox([connection])
    async with toolbox.running():
        status = await until_state(toolbox, "down")
    assert "cannot be started: No such file or directory" in status.detail


async def test_a_server_that_ignores_everything_is_killed_at_the_end(tmp_path: Path) -> None:
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open('up', 'w'); time.sleep(600)"
    connection = bundled_connection(
        launcher(tmp_path, python(code)), deadlines=Deadlines(connect=0.5), retry=RetryPolicy((), None)
    )
    toolbox = Toolbox([connection])
    async with toolbox.running():
        status = await until_state(toolbox, "down")
        assert "did not answer in 0.5 s" in status.detail
    assert not [child for child in psutil.Process().children() if "--supervised" in child.cmdline()]


def test_the_server_is_told_nothing_of_the_environment_that_it_does_not_need() -> None:
    environment = {
        "PATH": "/bin",
        "LC_ALL": "C.UTF-8",
        "CALLSCOPE_FILES": "/files",
        "AZURE_OPENAI_API_KEY": "canary",
        "OPENAI_API_KEY": "canary",
        "SECRET_LC_TOKEN": "canary",
        "HTTP_PROXY": "http://user:canary@proxy",
    }
    assert server_environment(environment) == {
        "PATH": "/bin",
        "LC_ALL": "C.UTF-8",
        "CALLSCOPE_FILES": "/files",
        "PYTHONUTF8": "1",
    }


async def test_no_key_reaches_the_running_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "canary")
    async with bundled(tmp_path):
        child = server_process()
        assert "canary" not in str(child.environ())
        assert "AZURE" not in str(child.environ())
        assert not [word for word in child.cmdline() if "token" in word.lower()]
        assert os.getsid(child.pid) != os.getsid(0)


PARENT = """
import asyncio, pathlib, signal, sys
from tui.hosting.build import bundled_connection
from tui.hosting.launcher import Launcher
from tui.hosting.toolbox import Toolbox

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job is started with it ignored

async def main():
    folder = pathlib.Path(sys.argv[1])
    launcher = Launcher(files_folder=folder / "files", log_folder=folder / "log", preferred_port=int(sys.argv[2]))
    toolbox = Toolbox([bundled_connection(launcher)])
    ready = asyncio.Event()
    toolbox.subscribe(lambda: ready.set() if toolbox.specs() else None)
    async with toolbox.running():
        await ready.wait()
        print("ready", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
async def test_a_parent_that_is_killed_leaves_no_server_behind(tmp_path: Path, how: signal.Signals) -> None:
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PARENT, str(tmp_path), str(free_port())),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert parent.stdout is not None
    assert await asyncio.wait_for(parent.stdout.readline(), START_SECONDS) == b"ready\n"
    (child,) = psutil.Process(parent.pid).children()
    parent.send_signal(how)
    await asyncio.wait_for(parent.wait(), 5)
    _, alive = await asyncio.to_thread(psutil.wait_procs, [child], 3)
    assert not alive


async def test_streamable_http_serves_the_same_and_notices_the_end(tmp_path: Path) -> None:
    port = free_port()
    command = (sys.executable, "-P", "-m", "server", "--port", str(port), "--files", str(tmp_path))
    log = (tmp_path / "log").open("wb")
    server = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log)
    log.close()
    try:
        toolbox = build_toolbox(f"http://127.0.0.1:{port}/mcp", files_folder=tmp_path, log_folder=tmp_path)
        async with toolbox.running():
            status = await until_state(toolbox, "ready", seconds=START_SECONDS)
            assert status.transport == "http"
            outcome = await toolbox.call("calculate", {"operation": "multiply", "a": 15, "b": 8})
            assert outcome.text == "Result: 15.0 multiply 8.0 = 120.0"
            assert {prompt.name for prompt in toolbox.prompts()} >= {"calculation_prompt"}
            called = [entry for entry in toolbox.log(status.name) if entry.method == "tools/call"]
            assert [entry.kind for entry in called] == ["request", "answer"]
            assert called[1].seconds is not None
            server.kill()
            await until(toolbox, lambda: toolbox.servers()[0].state in ("reconnecting", "down"))
            status = await until_state(toolbox, "down")
            assert "refused" in status.detail
    finally:
        if server.returncode is None:
            server.kill()
        await server.wait()
