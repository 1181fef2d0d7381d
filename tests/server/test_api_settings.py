"""What the environment says about the hosts of the API tool."""

import pytest

from server.errors import StartError
from server.optional_settings import load_api
from tests.server.api_tools import settings

SECRET = "canary-api-secret"


def test_hosts_are_https_on_the_usual_port_unless_they_say_otherwise() -> None:
    hosts = settings(
        "api.example.com, HTTP://Localhost:9000/, https://[::1]:9443, http://intranet.example private"
    ).hosts
    assert [(host.origin, host.private) for host in hosts] == [
        ("https://api.example.com", False),
        ("http://localhost:9000", True),
        ("https://[::1]:9443", True),
        ("http://intranet.example", True),
    ]


@pytest.mark.parametrize(
    "variables",
    [
        {"CALLSCOPE_API_HOSTS": "ftp://a.example"},
        {"CALLSCOPE_API_HOSTS": "https://a.example/path"},
        {"CALLSCOPE_API_HOSTS": "https://user@a.example"},
        {"CALLSCOPE_API_HOSTS": "a.example:port"},
        {"CALLSCOPE_API_HOSTS": "*.example"},
        {"CALLSCOPE_API_HOSTS": "a.example public"},
        {"CALLSCOPE_API_HOSTS": "a.example", "CALLSCOPE_API_METHODS": "TRACE"},
        {"CALLSCOPE_API_HOSTS": "a.example", "CALLSCOPE_API_HEADERS_A_EXAMPLE": SECRET},
        {"CALLSCOPE_API_HOSTS": "a.example", "CALLSCOPE_API_HEADERS_A_EXAMPLE": f'{{"A": "{SECRET}\\n"}}'},
        {"CALLSCOPE_API_HOSTS": "a.example", "CALLSCOPE_API_HEADERS_B_EXAMPLE": f'{{"A": "{SECRET}"}}'},
        {"CALLSCOPE_API_HOSTS": "a-b.example,a.b.example", "CALLSCOPE_API_HEADERS_A_B_EXAMPLE": f'{{"A": "{SECRET}"}}'},
    ],
)
def test_settings_that_cannot_be_meant_are_refused_without_repeating_a_secret(variables: dict[str, str]) -> None:
    with pytest.raises(StartError, match="CALLSCOPE_API_") as caught:
        load_api(variables)
    assert SECRET not in caught.value.message + caught.value.hint
    assert caught.value.status == 2
