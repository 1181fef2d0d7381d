"""`make scale`: the example of nginx.conf with real replicas; what they do, and what losing one of them costs."""

import asyncio
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from tests.server.clients import ROUTES, call, connect, text_of
from tests.server.load import Load, put_under_load
from tests.server.process import ServerProcess, serving

CONFIGURATION = Path(__file__).parents[2] / "server" / "nginx.conf"
CLIENTS = 50
CALLS_EACH = 100
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def main() -> int:
    """The exit status: 0 when no answer was lost or wrong, 1 when one was, 2 without nginx."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        sys.stderr.write("make scale needs nginx (apt-get install nginx); nothing was tried.\n")
        return 2
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        replicas = [stack.enter_context(_replica(folder / f"replica{number}")) for number in (1, 2)]
        ports = [int(urlsplit(replica.url).port or 0) for replica in replicas]
        url = stack.enter_context(_nginx(nginx, folder, ports))
        return asyncio.run(_measure(url, replicas))


async def _measure(url: str, replicas: Sequence[ServerProcess]) -> int:
    # Idle connections to the replicas are still warm from this.
    await put_under_load([url], clients=CLIENTS, calls=5)
    for route in ROUTES[:2]:
        async with connect(url, route) as client:
            assert text_of(await call(client, "greet")).startswith("Hello world!"), route
    async with httpx2.AsyncClient() as http:
        seen = Counter([(await http.get(f"{url}/health")).json()["instance"] for _ in range(20)])
        foreign = await http.get(f"{url}/health", headers={"Host": "evil.example"})
        page = await http.post(f"{url}/mcp", headers={"Origin": "http://localhost"})
    _say(f"health by instance: {dict(seen)}; a foreign name: {foreign.status_code}; a web page: {page.status_code}")
    fine = len(seen) == 2 and (foreign.status_code, page.status_code) == (421, 403)
    one = await put_under_load([replicas[0].url], clients=CLIENTS, calls=CALLS_EACH)
    _say(f"one replica, without nginx:  {one}")
    two = await put_under_load([replica.url for replica in replicas], clients=CLIENTS, calls=CALLS_EACH)
    _say(f"two replicas, without nginx: {two}")
    proxied = await put_under_load([url], clients=CLIENTS, calls=CALLS_EACH)
    _say(f"two replicas behind nginx:   {proxied}")
    halfway = asyncio.Event()
    running = asyncio.create_task(put_under_load([url], clients=CLIENTS, calls=CALLS_EACH, halfway=halfway))
    await halfway.wait()
    replicas[0].signal(signal.SIGKILL)
    killed = await running
    _say(f"one of them killed halfway:  {killed}")
    rest = await put_under_load([url], clients=CLIENTS, calls=CALLS_EACH)
    _say(f"the other one behind nginx:  {rest}")
    return 0 if fine and all(_is_whole(load) for load in (one, two, proxied, killed, rest)) else 1


def _is_whole(load: Load) -> bool:
    return load.answered == CLIENTS * CALLS_EACH and not load.wrong and not load.broken


@contextmanager
def _replica(folder: Path) -> Generator[ServerProcess, None, None]:
    folder.mkdir()
    with serving(folder, supervised=False, options=["--stateless"]) as replica:
        yield replica


@contextmanager
def _nginx(program: str, folder: Path, ports: Sequence[int]) -> Generator[str, None, None]:
    """Run nginx with the example, on free ports and with its files in the folder."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    text = CONFIGURATION.read_text()
    for written, used in zip((8000, 8001, 8002), (port, *ports), strict=True):
        text = text.replace(f"127.0.0.1:{written}", f"127.0.0.1:{used}")
    own_places = "".join(f"    {name}_temp_path {folder / name};\n" for name in TEMPORARY)
    configuration = folder / "nginx.conf"
    configuration.write_text(text.replace("http {\n", f"http {{\n{own_places}"))
    own_files = f"daemon off; pid {folder / 'nginx.pid'};"
    log = str(folder / "nginx.log")
    process = subprocess.Popen([program, "-e", log, "-p", str(folder), "-c", str(configuration), "-g", own_files])
    try:
        _await_listening(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _await_listening(port: int) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
