"""The offline planner: it recognises what a message asks for and calls the connected tools, without a language model.

A request is read (`request`), its last message is taken apart into steps (`masking`, `clauses`, `intents` and what they
use), each step is fitted to a tool that is really there (`fit`), the next round of calls or the answer follows from the
results so far (`plan`, `answer`), and goes out in Azure's own shape (`wire`, `transport`). It keeps nothing between
requests and has no clock and no chance in it: the same request has the same reply.
"""

from tui.azure.model import AzureChatModel
from tui.azure.planner.transport import PlannerTransport
from tui.azure.target import Target

LABEL = "offline planner"
_LIVELY = 0.015


def planner_model(pace: float = _LIVELY) -> AzureChatModel:
    """The planner as a chat model, behind the same client as Azure OpenAI; `pace` is the seconds between two words."""
    target = Target(
        endpoint="https://planner.invalid",
        deployment="offline-planner",
        api_key="no-key-is-needed",
        api_version="2024-10-21",
    )
    return AzureChatModel(
        target,
        requests_per_minute=0,
        transport=PlannerTransport(pace),
        label=LABEL,
        offline=True,
    )
