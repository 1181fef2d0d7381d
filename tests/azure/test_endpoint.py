import pytest

from tui.azure.destination import clean_setting, describe, resolve
from tui.azure.endpoint import understand_endpoint
from tui.azure.target import Target
from tui.core.errors import SettingsError


@pytest.mark.parametrize(
    ("pasted", "base"),
    [
        ("https://res.openai.azure.com", "https://res.openai.azure.com"),
        ("https://res.openai.azure.com/", "https://res.openai.azure.com"),
        ("  https://res.openai.azure.com//  ", "https://res.openai.azure.com"),
        ('"https://res.openai.azure.com/"', "https://res.openai.azure.com"),
        ("res.openai.azure.com", "https://res.openai.azure.com"),
        ("HTTPS://RES.openai.azure.com:443", "https://res.openai.azure.com"),
        ("https://res.openai.azure.com/openai", "https://res.openai.azure.com"),
        ("https://res.openai.azure.com/openai/v1/", "https://res.openai.azure.com"),
        (
            "https://res.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2024-10-21",
            "https://res.openai.azure.com",
        ),
        ("https://res.cognitiveservices.azure.com/openai/responses?x=1#y", "https://res.cognitiveservices.azure.com"),
        ("https://gateway.azure-api.net/team/openai/v1", "https://gateway.azure-api.net/team"),
        ("https://gateway.azure-api.net/openai-team/", "https://gateway.azure-api.net/openai-team"),
        ("https://res.services.ai.azure.com/models/chat/completions", "https://res.services.ai.azure.com"),
        ("https://res.services.ai.azure.com/api/projects/mine", "https://res.services.ai.azure.com"),
        ("https://res.services.ai.azure.com/api/projects/mine/openai/v1", "https://res.services.ai.azure.com"),
        ("https://proxy.example:8443/", "https://proxy.example:8443"),
        ("http://localhost:8080/", "http://localhost:8080"),
        ("localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_what_people_paste_becomes_the_base_address(pasted: str, base: str) -> None:
    assert understand_endpoint(pasted).base_url == base


@pytest.mark.parametrize(
    ("pasted", "kind", "deployment", "version"),
    [
        ("https://res.openai.azure.com", "classic", "", ""),
        ("https://res.openai.azure.com/openai", "classic", "", ""),
        (
            "https://res.openai.azure.com/openai/deployments/my%20gpt/chat/completions?api-version=2024-02-01",
            "classic",
            "my gpt",
            "2024-02-01",
        ),
        ("https://res.openai.azure.com/openai/deployments/gpt-4o", "classic", "gpt-4o", ""),
        ("https://res.openai.azure.com/openai/v1/chat/completions", "v1", "", ""),
        ("https://res.openai.azure.com/openai/v1", "v1", "", ""),
        (
            "https://res.cognitiveservices.azure.com/openai/responses?api-version=2025-04-01-preview",
            "v1",
            "",
            "2025-04-01-preview",
        ),
        ("https://res.openai.azure.us", "classic", "", ""),
        ("https://res.services.ai.azure.com", "v1", "", ""),
        ("https://res.services.ai.azure.com/models", "v1", "", ""),
        ("https://res.services.ai.azure.com/openai/deployments/m/chat/completions", "classic", "m", ""),
        ("https://gateway.azure-api.net/team", "classic", "", ""),
        ("https://gateway.azure-api.net/team/openai/v1/responses", "v1", "", ""),
        ("https://proxy.example/llm", "classic", "", ""),
    ],
)
def test_the_form_of_the_api_follows_from_the_address(pasted: str, kind: str, deployment: str, version: str) -> None:
    endpoint = understand_endpoint(pasted)
    assert (endpoint.kind, endpoint.deployment_in_url, endpoint.api_version_in_url) == (kind, deployment, version)


@pytest.mark.parametrize(
    ("pasted", "declared", "base"),
    [
        ("http://localhost:11434/v1", False, "http://localhost:11434/v1"),
        ("http://localhost:11434/v1/chat/completions", False, "http://localhost:11434/v1"),
        ("http://localhost:11434", True, "http://localhost:11434/v1"),
        ("https://api.openai.com", False, "https://api.openai.com/v1"),
        ("https://api.openai.com/v1/", True, "https://api.openai.com/v1"),
        ("https://llm.example/api/v1", False, "https://llm.example/api/v1"),
        ("https://llm.example/openai/v1", True, "https://llm.example/openai/v1"),
    ],
)
def test_another_service_with_the_same_api_is_known_by_its_address_or_as_declared(
    pasted: str, declared: bool, base: str
) -> None:
    endpoint = understand_endpoint(pasted, compatible=declared)
    assert (endpoint.kind, endpoint.base_url, endpoint.v1_url) == ("compatible", base, base)


def test_an_azure_resource_is_one_also_where_another_service_is_expected() -> None:
    endpoint = understand_endpoint("https://res.openai.azure.com/openai/v1/", compatible=True)
    assert (endpoint.kind, endpoint.v1_url) == ("v1", "https://res.openai.azure.com/openai/v1")


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "   ",
        "https://",
        "https:///openai",
        "ftp://res.openai.azure.com",
        "https://user:pass@res.openai.azure.com",
        "https://res.openai.azure.com:notaport",
        "https://res openai.azure.com",
        "https://[::1",
        "[::1",
        "https://<resource>.openai.azure.com",
        "file:///etc/passwd",
    ],
)
@pytest.mark.parametrize(("compatible", "variable"), [(False, "AZURE_OPENAI_ENDPOINT"), (True, "OPENAI_BASE_URL")])
def test_what_is_no_address_is_refused_naming_its_variable(pasted: str, compatible: bool, variable: str) -> None:
    with pytest.raises(SettingsError, match=variable) as caught:
        understand_endpoint(pasted, compatible=compatible)
    assert caught.value.hint


@pytest.mark.parametrize(
    "pasted", ["https://portal.azure.com/#view/x", "https://ai.azure.com/resource/overview", "oai.azure.com"]
)
def test_a_page_of_the_portal_is_told_from_an_endpoint(pasted: str) -> None:
    with pytest.raises(SettingsError, match="portal"):
        understand_endpoint(pasted)


def test_a_gateway_can_serve_deployments_without_the_usual_path() -> None:
    endpoint = understand_endpoint(
        "https://gw.azure-api.net/team/deployments/gpt/chat/completions?api-version=2024-06-01"
    )
    assert (endpoint.kind, endpoint.deployment_in_url) == ("classic", "gpt")
    assert endpoint.classic_url == "https://gw.azure-api.net/team"
    assert understand_endpoint("https://gw.azure-api.net/team").classic_url == "https://gw.azure-api.net/team/openai"


@pytest.mark.parametrize(
    "pasted", ["http://res.openai.azure.com", "http://192.168.1.4:80", "http://localhost.evil.example"]
)
def test_a_key_never_goes_over_plain_http_to_another_machine(pasted: str) -> None:
    with pytest.raises(SettingsError, match="unencrypted"):
        understand_endpoint(pasted)


TARGET_URI = "https://res.openai.azure.com/openai/deployments/from-url/chat/completions?api-version=2024-02-01"


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (Target(endpoint=TARGET_URI), "Azure OpenAI · res · classic API 2024-02-01 · deployment from-url"),
        (
            Target(endpoint=TARGET_URI, deployment="set", api_version="2024-10-21"),
            "Azure OpenAI · res · classic API 2024-10-21 · deployment set",
        ),
        (
            Target(endpoint="res.openai.azure.com", deployment="gpt"),
            "Azure OpenAI · res · classic API 2024-10-21 · deployment gpt",
        ),
        (
            Target(endpoint="res.openai.azure.com", deployment="gpt", api_version="v1"),
            "Azure OpenAI · res · v1 API · deployment gpt",
        ),
        (
            Target(endpoint="https://res.openai.azure.com/openai/v1", deployment="gpt", api_version="2024-10-21"),
            "Azure OpenAI · res · v1 API · deployment gpt",
        ),
        (
            Target(endpoint="https://gw.azure-api.net/team", deployment="gpt"),
            "Azure OpenAI · gw.azure-api.net · classic API 2024-10-21 · deployment gpt",
        ),
        (
            Target(endpoint="http://localhost:11434", deployment="llama3", compatible=True),
            "OpenAI-compatible API · localhost:11434 · model llama3",
        ),
        (
            Target(endpoint="https://api.openai.com/v1", deployment="gpt-5", compatible=True),
            "OpenAI · api.openai.com · model gpt-5",
        ),
    ],
)
def test_what_a_target_means_is_told_in_words_and_settings_win_over_the_address(target: Target, words: str) -> None:
    assert describe(target) == words


@pytest.mark.parametrize(
    ("target", "variable"),
    [
        (Target(endpoint="https://res.openai.azure.com"), "AZURE_OPENAI_DEPLOYMENT"),
        (Target(endpoint="http://localhost:11434/v1", compatible=True), "OPENAI_MODEL"),
        (
            Target(endpoint="https://res.openai.azure.com", deployment="d", api_version="newest"),
            "AZURE_OPENAI_API_VERSION",
        ),
    ],
)
def test_a_target_that_cannot_be_asked_names_the_setting(target: Target, variable: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        resolve(target)


def test_deployments_on_other_ports_are_others() -> None:
    first, second = (resolve(Target(endpoint=f"http://localhost:{port}", deployment="d")) for port in (8001, 8002))
    assert first.origin == "http://localhost:8001/d"
    assert first.origin != second.origin


def test_deployments_of_two_apis_behind_one_gateway_are_two() -> None:
    gateway = "https://gateway.azure-api.net"
    one, two = (resolve(Target(endpoint=f"{gateway}/{api}/openai", deployment="d")) for api in ("one", "two"))
    assert one.origin != two.origin


def test_habits_are_of_one_version_of_the_api_while_the_deployment_stays_the_same() -> None:
    old, new = (
        resolve(Target(endpoint="https://res.openai.azure.com", deployment="d", api_version=version))
        for version in ("2024-02-01", "2024-10-21")
    )
    assert old.origin == new.origin
    assert old.habits != new.habits


def test_secrets_of_a_target_do_not_print() -> None:
    target = Target(endpoint="e", deployment="d", api_key="s3cret-canary", ad_token="t0ken-canary")
    assert "canary" not in repr(target)


def test_blanks_and_quotes_around_a_key_are_dropped() -> None:
    assert clean_setting("AZURE_OPENAI_API_KEY", ' "abc123"\n') == "abc123"


@pytest.mark.parametrize("text", ["", "  ", "clé", "two words", "line\nbreak"])
def test_a_key_that_cannot_be_sent_is_refused_without_being_told(text: str) -> None:
    with pytest.raises(SettingsError, match="AZURE_OPENAI_API_KEY") as caught:
        clean_setting("AZURE_OPENAI_API_KEY", text)
    assert not text.strip() or text not in f"{caught.value.message} {caught.value.hint} {caught.value.detail}"
