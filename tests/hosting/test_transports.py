import pytest

from tui.core.errors import SettingsError
from tui.hosting.transports import parse_server_url


@pytest.mark.parametrize(
    ("text", "url", "transport"),
    [
        ("http://localhost:8000", "http://localhost:8000/sse", "sse"),
        (" http://localhost:8000/ ", "http://localhost:8000/sse", "sse"),
        ("http://localhost:8000/sse", "http://localhost:8000/sse", "sse"),
        ("https://example.com/tools/sse/", "https://example.com/tools/sse/", "sse"),
        ("http://localhost:8000/mcp", "http://localhost:8000/mcp", "http"),
        ("https://example.com/sse-tools", "https://example.com/sse-tools", "http"),
        ("http://[::1]:9000", "http://[::1]:9000/sse", "sse"),
    ],
)
def test_the_path_of_the_url_says_which_transport_is_meant(text: str, url: str, transport: str) -> None:
    endpoint = parse_server_url(text)
    assert (endpoint.url, endpoint.transport) == (url, transport)


@pytest.mark.parametrize(
    "text", ["localhost:8000", "ftp://localhost", "http://", "", "http://a:b:c", "http://x:99999999"]
)
def test_what_is_no_url_is_refused_naming_the_variable(text: str) -> None:
    with pytest.raises(SettingsError) as refused:
        parse_server_url(text)
    assert "MCP_SERVER_URL" in refused.value.message
    assert "http://localhost:8000/sse" in refused.value.hint


def test_secrets_in_the_url_are_not_shown() -> None:
    endpoint = parse_server_url("https://me:secret@example.com/sse?key=secret")
    assert endpoint.shown_url == "https://example.com/sse"
    assert endpoint.server_name == "example.com"


@pytest.mark.parametrize(
    ("host", "local"), [("localhost", True), ("127.0.0.1", True), ("[::1]", True), ("example.com", False)]
)
def test_a_proxy_is_kept_out_of_loopback_connections_only(host: str, local: bool) -> None:
    assert parse_server_url(f"http://{host}:8000").is_local is local
