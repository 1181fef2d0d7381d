import pytest

from tui.azure.endpoint import clean_setting, normalise_endpoint
from tui.core.errors import SettingsError


@pytest.mark.parametrize(
    ("pasted", "base"),
    [
        ("https://res.openai.azure.com", "https://res.openai.azure.com"),
        ("https://res.openai.azure.com/", "https://res.openai.azure.com"),
        ("  https://res.openai.azure.com//  ", "https://res.openai.azure.com"),
        ('"https://res.openai.azure.com/"', "https://res.openai.azure.com"),
        ("res.openai.azure.com", "https://res.openai.azure.com"),
        ("HTTPS://res.openai.azure.com", "https://res.openai.azure.com"),
        ("https://res.openai.azure.com/openai", "https://res.openai.azure.com"),
        ("https://res.openai.azure.com/openai/v1/", "https://res.openai.azure.com"),
        (
            "https://res.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2024-10-21",
            "https://res.openai.azure.com",
        ),
        ("https://res.cognitiveservices.azure.com/openai/responses?x=1#y", "https://res.cognitiveservices.azure.com"),
        ("https://gateway.azure-api.net/team/openai/v1", "https://gateway.azure-api.net/team"),
        ("https://gateway.azure-api.net/openai-team/", "https://gateway.azure-api.net/openai-team"),
        ("https://proxy.example:8443/", "https://proxy.example:8443"),
        ("http://localhost:8080/", "http://localhost:8080"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_what_people_paste_becomes_the_base_address(pasted: str, base: str) -> None:
    assert normalise_endpoint(pasted) == base


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
        "https://<resource>.openai.azure.com",
        "file:///etc/passwd",
    ],
)
def test_what_is_no_address_is_refused_naming_its_variable(pasted: str) -> None:
    with pytest.raises(SettingsError, match="AZURE_OPENAI_ENDPOINT") as caught:
        normalise_endpoint(pasted)
    assert caught.value.hint


@pytest.mark.parametrize(
    "pasted", ["http://res.openai.azure.com", "http://192.168.1.4:80", "http://localhost.evil.example"]
)
def test_a_key_never_goes_over_plain_http_to_another_machine(pasted: str) -> None:
    with pytest.raises(SettingsError, match="unencrypted"):
        normalise_endpoint(pasted)


def test_blanks_and_quotes_around_a_key_are_dropped() -> None:
    assert clean_setting("AZURE_OPENAI_API_KEY", ' "abc123"\n') == "abc123"


@pytest.mark.parametrize("text", ["", "  ", "clé", "two words", "line\nbreak"])
def test_a_key_that_cannot_be_sent_is_refused_without_being_told(text: str) -> None:
    with pytest.raises(SettingsError, match="AZURE_OPENAI_API_KEY") as caught:
        clean_setting("AZURE_OPENAI_API_KEY", text)
    assert not text.strip() or text not in f"{caught.value.message} {caught.value.hint} {caught.value.detail}"
