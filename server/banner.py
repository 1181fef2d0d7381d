"""The start-up lines: what this server is, where it is, what it offers and what more it could."""

import socket

from server.app import SSE_PATH, STREAMABLE_PATH
from server.assembly import Assembled
from server.mail_settings import HOST_VARIABLE as MAIL_VARIABLE
from server.optional_settings import API_HOSTS_VARIABLE, DATABASE_VARIABLE
from server.settings import Settings


async def startup_lines(assembled: Assembled, settings: Settings, listener: socket.socket) -> str:
    """Lines of text for the person who started the server; no token, password or header is among them."""
    server = assembled.server
    base = base_url(listener)
    lines = {
        **({"URL": f"{base}{SSE_PATH}"} if settings.workers == 1 else {}),
        "HTTP": f"{base}{STREAMABLE_PATH}{', stateless' if settings.stateless else ''}",
        "Files": str(settings.files),
        "Access": "clients must send the bearer token" if settings.token else "this computer only, without a token",
        "Tools": ", ".join(tool.name for tool in await server.list_tools()),
        **_optional_tools(settings),
        "Resources": ", ".join(str(resource.uri) for resource in await server.list_resources()),
        "Prompts": ", ".join(prompt.name for prompt in await server.list_prompts()),
    }
    if settings.workers > 1:
        lines["Workers"] = f"{settings.workers} processes, without {SSE_PATH}"
    if assembled.plugins:
        lines["Plugins"] = "; ".join(
            f"{plugin.name} ({plugin.package}): {', '.join(plugin.tools)}" for plugin in assembled.plugins
        )
    return f"{server.name} {server.version}\n" + "".join(f"  {name + ':':<11}{text}\n" for name, text in lines.items())


def _optional_tools(settings: Settings) -> dict[str, str]:
    """Which optional tools are on and what they may do, and what switches on the others."""
    on: list[str] = []
    off: list[str] = []
    if settings.database is None:
        off.append(f"query_database ({DATABASE_VARIABLE})")
    else:
        on.append(f"query_database ({'reads and writes' if settings.database.writable else 'reads'} a database)")
    if settings.api is None:
        off.append(f"call_external_api ({API_HOSTS_VARIABLE})")
    else:
        hosts = " ".join(host.origin for host in settings.api.hosts)
        on.append(f"call_external_api ({'/'.join(settings.api.methods)} to {hosts})")
    if settings.mail is None:
        off.append(f"send_email ({MAIL_VARIABLE})")
    else:
        on.append(f"send_email (to {' '.join(settings.mail.recipients)})")
    lines = {"Optional": "; ".join(on), "Off": f"{', '.join(off)}; see --help" if off else ""}
    return {name: text for name, text in lines.items() if text}


def base_url(listener: socket.socket) -> str:
    """The address of a listening socket as a URL that works on this computer."""
    address, port = listener.getsockname()[:2]
    if address in ("127.0.0.1", "0.0.0.0", "::1", "::"):
        return f"http://localhost:{port}"
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"
