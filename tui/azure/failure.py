"""What is known of a request that failed, whatever raised it: the service's status, code and words, or nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx2
from openai import APIError, APIStatusError, OpenAIError

from tui.azure.fields import items, line, mapping, text

_TOO_LONG_CODES = ("context_length_exceeded", "context_window_exceeded", "prompt_too_long")
_TOO_LONG_WORDS = re.compile(r"maximum context length|exceeds? (?:the|this model's) context (?:window|length)", re.I)
_NO_DEPLOYMENT_CODES = ("DeploymentNotFound", "model_not_found")
_NO_DEPLOYMENT_WORDS = re.compile(r"deployment|model\b.*(?:not found|(?:does not|doesn't) exist)", re.I | re.S)
_PAGE = re.compile(r"\s*<")
_PLAIN_LIMIT = 300
_MESSAGE_LIMIT = 4_000


class AnswerFailedError(Exception):
    """The service ended a stream of the Responses API with this error, the JSON of its `response.failed` or `error`."""

    def __init__(self, error: Mapping[str, object]) -> None:
        super().__init__()
        self.error = error


class WebPageError(Exception):
    """A web page came where an answer should be: of a proxy, or of a network that wants a login."""


FAILURES = (
    OpenAIError,
    AnswerFailedError,
    WebPageError,
    httpx2.HTTPError,
    httpx2.InvalidURL,
    httpx2.StreamError,
    ValueError,  # a chunk that is no JSON
    RecursionError,
)
"""What a request can raise that fails."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed request. `status` 0: there was no HTTP error, but the connection or the stream broke.

    `message` are the service's own words, unclean; `body` its error object; `is_page` says that a web page came.
    """

    error: Exception = field(repr=False)
    status: int = 0
    code: str = ""
    param: str = ""
    message: str = ""
    body: Mapping[str, object] = field(default_factory=dict[str, object], repr=False)
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    is_page: bool = False

    @property
    def told(self) -> bool:
        """Whether the service itself said what is wrong."""
        return bool(self.status or self.code or self.message)

    @property
    def too_long(self) -> bool:
        """Whether the messages do not fit into the model's context window, or into one request."""
        return self.status == 413 or self.code in _TOO_LONG_CODES or bool(_TOO_LONG_WORDS.search(self.message))

    @property
    def names_deployment(self) -> bool:
        """Whether a 404 is about the deployment, not about the address."""
        return self.code in _NO_DEPLOYMENT_CODES or bool(_NO_DEPLOYMENT_WORDS.search(self.message))

    @property
    def held_back(self) -> bool:
        """Whether the content filter refused."""
        inner = text(mapping(self.body.get("innererror")).get("code"))
        return self.code == "content_filter" or inner == "ResponsibleAIPolicyViolation"


def read_failure(error: Exception, headers: Mapping[str, str]) -> Failure:
    """The failure behind an exception of the client library, of a stream, or of the network.

    `headers` are those of the answer that broke off; a refusal brings its own.
    """
    headers = _lower(headers)
    if isinstance(error, APIStatusError):
        return _told(error, error.body, error.status_code, _lower(error.response.headers))
    if isinstance(error, WebPageError):
        return Failure(error, 200, is_page=True)
    if isinstance(error, AnswerFailedError):
        return _told(error, error.error, 0, headers)
    if isinstance(error, APIError) and error.body is not None:
        return _told(error, error.body, 0, headers)
    return Failure(error, headers=headers)


def _told(error: Exception, body: object, status: int, headers: Mapping[str, str]) -> Failure:
    said = mapping(body)
    is_page = isinstance(body, str) and bool(_PAGE.match(body))
    return Failure(
        error,
        status,
        code=_word(said.get("code")) or _word(said.get("type")) * (not status),
        param=_word(said.get("param")),
        message=_message(body)[:_MESSAGE_LIMIT],
        body=said,
        headers=headers,
        is_page=is_page,
    )


def _lower(headers: Mapping[str, str]) -> Mapping[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _message(body: object) -> str:
    """The sentence in an error's body: of OpenAI's shape, of FastAPI's, or plain text of a gateway."""
    if isinstance(body, str):
        return "" if _PAGE.match(body) or len(body) > _PLAIN_LIMIT else body
    said = mapping(body)
    for value in (said.get("message"), said.get("error"), said.get("detail"), said.get("error_description")):
        if isinstance(value, str) and value.strip():
            return value
    details = [f"{_place(mapping(each))}: {text(mapping(each).get('msg'))}" for each in items(said.get("detail"))]
    return "; ".join(details)


def _place(detail: Mapping[str, object]) -> str:
    return ".".join(str(part) for part in items(detail.get("loc")))


def _word(value: object) -> str:
    """A code or a parameter's name, which some services give as a number."""
    return line(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""
