"""What the options and the environment say; an option wins over its variable."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from server.errors import USAGE_STATUS, StartError
from server.mail_settings import MailSettings, load_mail
from server.optional_settings import (
    DATABASE_VARIABLE,
    WRITABLE_VARIABLE,
    ApiSettings,
    DatabaseSettings,
    load_api,
    load_database,
)

HOST_VARIABLE = "MCP_SSE_HOST"
PORT_VARIABLE = "MCP_SSE_PORT"
FILES_VARIABLE = "CALLSCOPE_FILES"
TOKEN_VARIABLE = "CALLSCOPE_SERVER_TOKEN"

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000
MOST_WORKERS = 64


@dataclass(frozen=True, slots=True)
class Settings:
    """How to serve. `descriptor` is an inherited listening socket, in place of `host` and `port`.

    `database`, `api` and `mail` are those of the optional tools: None, and the tool is not offered. `stateless`: each
    request to `/mcp` stands for itself, so that any replica can answer it.
    """

    files: Path
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    token: str | None = field(default=None, repr=False)
    descriptor: int | None = None
    supervised: bool = False
    database: DatabaseSettings | None = None
    api: ApiSettings | None = None
    mail: MailSettings | None = None
    plugins: bool = True
    stateless: bool = False
    workers: int = 1


def load_settings(arguments: Sequence[str], environment: Mapping[str, str]) -> Settings:
    """Read both; raises StartError naming the option or variable that cannot be understood.

    An empty variable counts as not set, as a container's configuration often leaves them.
    """
    options = _parser().parse_args(arguments, namespace=_Options())
    files = options.files or environment.get(FILES_VARIABLE)
    workers = _workers(options.workers)
    return Settings(
        host=_host(options.host, environment.get(HOST_VARIABLE)),
        port=_port(options.port, environment.get(PORT_VARIABLE)),
        files=Path(files) if files else default_files_folder(),
        token=_token(options.token, environment.get(TOKEN_VARIABLE)),
        descriptor=options.fd,
        supervised=options.supervised,
        database=load_database(options.database, options.database_writable, environment),
        api=load_api(environment),
        mail=load_mail(environment),
        plugins=not options.no_plugins,
        stateless=options.stateless or workers > 1,
        workers=workers,
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
    database: str | None
    database_writable: bool
    no_plugins: bool
    stateless: bool
    workers: str


_DESCRIPTION = """\
The bundled MCP server of Callscope: tools over HTTP with Server-Sent Events (/sse) and streamable HTTP (/mcp).
"""
_OPTIONAL_TOOLS = """\
optional tools, each offered when its variables are set:
  query_database      asks an SQLite file
    CALLSCOPE_DATABASE             the file; it is only read ...
    CALLSCOPE_DATABASE_WRITABLE    ... unless this is 1
  call_external_api   calls HTTP APIs
    CALLSCOPE_API_HOSTS            api.example.com,http://127.0.0.1:9000,https://intranet.example private
                                   https unless it says http; "private": may have an address of your own networks
    CALLSCOPE_API_METHODS          GET (the default), or more with commas
    CALLSCOPE_API_HEADERS_<HOST>   headers that the server adds and the model never sees, as a JSON object;
                                   for api.example.com the name ends in API_EXAMPLE_COM
  send_email          sends plain text by SMTP
    CALLSCOPE_SMTP_HOST, _PORT     the mail server (port 587)
    CALLSCOPE_SMTP_USER, _PASSWORD how to sign in there
    CALLSCOPE_SMTP_FROM            the sender's address
    CALLSCOPE_SMTP_RECIPIENTS      who may be written to: addresses, or @domain for all of a domain
    CALLSCOPE_SMTP_TLS             starttls (the default), implicit (the default of port 465); none: on this computer

more tools: an installed package can bring some, with an entry point in the group callscope.tools (--no-plugins).
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="callscope-server",
        description=_DESCRIPTION,
        epilog=_OPTIONAL_TOOLS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
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
    parser.add_argument("--database", metavar="FILE", help=f"the SQLite file of query_database (${DATABASE_VARIABLE})")
    parser.add_argument(
        "--database-writable", action="store_true", help=f"let query_database change it, too (${WRITABLE_VARIABLE}=1)"
    )
    parser.add_argument("--no-plugins", action="store_true", help="leave out the tools of other installed packages")
    parser.add_argument(
        "--stateless",
        action="store_true",
        help="keep no sessions on /mcp, so that any of several replicas can answer a request; "
        "/sse keeps its sessions, and needs a proxy that is sticky",
    )
    parser.add_argument(
        "--workers",
        metavar="N",
        default="1",
        help="processes that serve on the one port (default 1); more than one is --stateless, and without /sse",
    )
    return parser


def _workers(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 3) or not 1 <= int(text) <= MOST_WORKERS:
        raise StartError(
            f"--workers must be a whole number from 1 to {MOST_WORKERS}, not {text[:40]!r}.",
            "One for each processor is enough.",
            status=USAGE_STATUS,
        )
    return int(text)


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
