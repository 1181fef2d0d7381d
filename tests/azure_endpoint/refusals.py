"""A refusal of the service, raised where it is found."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from tests.azure_endpoint.answers import Refuses


class RefusedError(Exception):
    """The endpoint answers with this."""

    def __init__(self, answer: Refuses) -> None:
        super().__init__(answer.message)
        self.answer = answer


def refused(message: str, param: str | None = None, code: str | None = None, status: int = 400) -> RefusedError:
    """A refusal in the shape that has a type and a parameter."""
    return RefusedError(Refuses(status, code, message, body=body_of(message, param, code)))


def invalid_value(value: object, supported: Iterable[str], param: str) -> RefusedError:
    """A refusal of a value that is none of those that are taken there."""
    listed = ", ".join(f"'{each}'" for each in supported)
    return refused(f"Invalid value: '{value}'. Supported values are: {listed}.", param, "invalid_value")


def body_of(message: str, param: str | None, code: str | None) -> bytes:
    """The body of an error that names its parameter."""
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    return json.dumps({"error": error}).encode()


def filtered_prompt(**categories: Mapping[str, Any]) -> Refuses:
    """The 400 with which the content filter refuses a prompt, with the verdicts that differ from "safe"."""
    safe = {"filtered": False, "severity": "safe"}
    result = dict.fromkeys(("hate", "self_harm", "sexual", "violence"), safe) | categories
    error = {
        "message": "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. "
        "Please modify your prompt and retry. To learn more about our content filtering policies please read our "
        "documentation: https://go.microsoft.com/fwlink/?linkid=2198766",
        "type": None,
        "param": "prompt",
        "code": "content_filter",
        "status": 400,
        "innererror": {"code": "ResponsibleAIPolicyViolation", "content_filter_result": result},
    }
    return Refuses(400, "content_filter", body=json.dumps({"error": error}).encode())
