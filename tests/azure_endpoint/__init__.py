"""A loopback stand-in for an Azure OpenAI resource, on real HTTP.

It speaks the recorded shapes of Chat Completions and Responses at the addresses of a resource (classic, with
api-version, and v1) and of an OpenAI-compatible service, answers from a script or with the offline planner, refuses
what the service refuses, in its words, and keeps every request:

    async with AzureEndpoint([Asks(Wish("greet", {})), Says("Hello!")]) as endpoint:
        ... AZURE_OPENAI_ENDPOINT=endpoint.url, AZURE_OPENAI_API_KEY=endpoint.api_key ...
        assert endpoint.requests[1].body["messages"][-1]["role"] == "tool"

What a deployment can do is said by its `Model`. `python -m tests.azure_endpoint --port 0` runs it with the offline
planner as its brain, and prints what to set.
"""

from tests.azure_endpoint.answers import (
    Answer,
    Asks,
    Breaks,
    EndsEarly,
    Fails,
    Refuses,
    Says,
    Sends,
    Stalls,
    Wish,
)
from tests.azure_endpoint.endpoint import REQUEST_ID, WAIT_SECONDS, AzureEndpoint
from tests.azure_endpoint.http import Received
from tests.azure_endpoint.models import Model
from tests.azure_endpoint.refusals import filtered_prompt

__all__ = [
    "REQUEST_ID",
    "WAIT_SECONDS",
    "Answer",
    "Asks",
    "AzureEndpoint",
    "Breaks",
    "EndsEarly",
    "Fails",
    "Model",
    "Received",
    "Refuses",
    "Says",
    "Sends",
    "Stalls",
    "Wish",
    "filtered_prompt",
]
