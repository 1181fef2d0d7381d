"""What a turn works with."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tui.core.approval import Gate, OpenGate
from tui.core.events import Event
from tui.core.ports import AskLimit, ChatModel, Tools
from tui.core.silence import Patience


@dataclass(frozen=True, slots=True)
class Limits:
    """Rounds in a turn before the person is asked; messages that the model is sent at most; how long silence may be."""

    rounds: int = 10
    messages: int = 50
    patience: Patience = Patience()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a turn works with. `events` is the live log that `emit` appends durable events to."""

    model: ChatModel
    tools: Tools
    events: Sequence[Event]
    emit: Callable[[Event], None]
    ask_limit: AskLimit
    gate: Gate = field(default_factory=OpenGate)
    limits: Limits = field(default_factory=Limits)
    system_prompt: str = ""
    now: Callable[[], float] = time.time
