"""What the options and the environment say; an option wins over its variable."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from server.errors import StartError

HOST_VARIABLE = "MCP_SSE_HOST"
PORT_VARIABLE = "MCP_SSE_PORT"
FILES_VARIABLE = "CALLSCOPE_FILES"
TOKEN_VARIABLE = "CALLSCOPE_SERVER_TOKEN"

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000
USAGE_STATUS = 2


@dataclass(frozen=True, slots=True)
class Settings:
    """How to serve. `descriptor` is an inherited listening socket, in place of `host` and `port`."""

    files: Path
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    token: str | None = field(default=None, repr=False)
    descriptor: int | None = None
    supervised: bool = False


def load_settings(arguments: Sequence[str], environment: Mapping[str, str]) -> Settings:
    """Read both; raises StartError naming the option or variable that cannot be understood.

    An empty variable counts as not set, as a container's configuration often leaves them.
    """
    options = _parser().parse_args(arguments, namespace=_Options())
    files = options.files or environment.get(FILES_VARIABLE)
    return Settings(
        host=_host(options.host, environment.get(HOST_VARIABLE)),
        port=_port(options.port, environment.get(PORT_VARIABLE)),
        files=Path(files) if files else default_files_folder(),
        token=_token(options.token, environment.get(TOKEN_VARIABLE)),
        descriptor=options.fd,
        supervised=options.supervised,
    )


def default_files_folder() -> Path:
    """Where the file tools work when nothing else is said."""
    return platformdirs.user_data_path("callscope", appauthor=False) / "files"


class _Options(argparse.Namespace):
    host: str | None
    port: str | None
    files: str | None
    token: str | None
    fd: int | None
    supervised: bool


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="callscope-server",
        description="The bundled MCP server of Callscope: tools over HTTP with Server-Sent Events.",
        allow_abbrev=False,
    )
    parser.add_argument("--host", help=f"address to listen on (default {DEFAULT_HOST}; ${HOST_VARIABLE})")
    parser.add_argument("--port", help=f"port, 0 for any free one (default {DEFAULT_PORT}; ${PORT_VARIABLE})")
    parser.add_argument("--files", metavar="DIR", help=f"the one folder that the file tools use (${FILES_VARIABLE})")
    parser.add_argument(
        "--token",
        help=f"bearer token that clients must send; other users of this machine can see an option, "
        f"so prefer ${TOKEN_VARIABLE}",
    )
    parser.add_argument("--fd", type=int, help="serve on this inherited listening socket")
    parser.add_argument(
        "--supervised",
        action="store_true",
        help="read the bearer token from the first line of standard input, and exit when that closes",
    )
    return parser


def _host(option: str | None, variable: str | None) -> str:
    if option == "":
        raise StartError("--host is empty.", f"For example --host {DEFAULT_HOST}.", status=USAGE_STATUS)
    return option or variable or DEFAULT_HOST


def _port(option: str | None, variable: str | None) -> int:
    text, name = (option, "--port") if option is not None else (variable or str(DEFAULT_PORT), PORT_VARIABLE)
    if not (text.isascii() and text.isdigit() and len(text) <= 5) or int(text) > 65535:
        raise StartError(
            f"{name} must be a whole number from 0 to 65535, not {text[:40]!r}.",
            f"For example {name}{'=' if name == PORT_VARIABLE else ' '}{DEFAULT_PORT}.",
            status=USAGE_STATUS,
        )
    return int(text)


def _token(option: str | None, variable: str | None) -> str | None:
    text, name = (option, "--token") if option is not None else (variable or None, TOKEN_VARIABLE)
    if text is not None and not is_usable_token(text):
        raise StartError(
            f"{name} must be one word of visible ASCII characters.",
            "Use a long random word, such as the output of: openssl rand -hex 32",
            status=USAGE_STATUS,
        )
    return text


def is_usable_token(text: str) -> bool:
    """Whether the text can travel in an Authorization header as it is."""
    return text != "" and all("!" <= character <= "~" for character in text)
