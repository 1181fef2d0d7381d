"""What the headers of a response tell about it."""

from collections.abc import Mapping

from tui.azure.fields import line
from tui.azure.rate_window import whole_number
from tui.core.events import AnswerReport, Api


def header_report(headers: Mapping[str, str], api: Api) -> AnswerReport:
    """Request id, region and what is left of the quota; names as Azure sends them, the id also as OpenAI does."""
    return AnswerReport(
        api=api,
        request_id=line(headers.get("apim-request-id") or headers.get("x-request-id", "")),
        region=line(headers.get("x-ms-region", "")),
        remaining_requests=whole_number(headers.get("x-ratelimit-remaining-requests", "")),
        remaining_tokens=whole_number(headers.get("x-ratelimit-remaining-tokens", "")),
    )
