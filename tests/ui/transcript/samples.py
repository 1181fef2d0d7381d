"""Conversations to show, as lists of events."""

from tui.core.events import (
    AnswerReport,
    Event,
    FilterVerdict,
    FinishReason,
    ModelAnswered,
    ModelAsked,
    RequestAdapted,
    RequestFailed,
    ToolFinished,
    ToolRequest,
    ToolStarted,
    TurnEnded,
    Usage,
    UserSaid,
)

AT = 1_700_000_000.0

MARKDOWN = '''# A heading
Some **bold**, *italic*, `inline code`, ~~gone~~ and a [link](https://example.com/a?b=1) and <b>HTML</b>.
Second line of the same paragraph that is rather long so that it has to wrap somewhere on a narrow terminal, \
你好世界，这是一个很长的句子需要换行，因为它比屏幕还要宽得多得多得多。

1. First
   ```python
   def greet(name: str) -> str:
       """A docstring."""
       return f"Hello {name}" + 42  # a comment that makes this line wider than most terminals, so that it must wrap
   ```
2. Second
   - nested *a*
     - deeper
   - nested b

> A quote with **bold**
> and two lines

| Tool | What it does | Time |
|:-----|--------------|-----:|
| calculate | adds, subtracts, multiplies and divides two numbers, whichever you like best of all | 12 ms |
| 天气 👨‍👩‍👧 | weather | 1.2 s |

---

### Third level
```json
{"a": [1, 2, null, true], "b": "text"}
```
Done.'''


def asked(turn: int, round_number: int = 1, model: str = "Planner") -> ModelAsked:
    return ModelAsked(at=AT, turn=turn, round=round_number, model=model, message_count=2, tool_count=6)


def answered(
    turn: int,
    text: str,
    *calls: ToolRequest,
    round_number: int = 1,
    finish_reason: FinishReason = "stop",
) -> ModelAnswered:
    return ModelAnswered(
        at=AT,
        turn=turn,
        round=round_number,
        text=text,
        calls=calls,
        finish_reason="tool_calls" if calls else finish_reason,
        model="planner",
        usage=Usage(550, 50),
        seconds=0.2,
        first_text_seconds=0.1,
    )


def text_turn(turn: int, text: str = MARKDOWN, said: str = "What can you do?") -> list[Event]:
    """A message and its answer in words."""
    return [
        UserSaid(at=AT, turn=turn, text=said),
        asked(turn),
        answered(turn, text),
        TurnEnded(at=AT, turn=turn, reason="done", seconds=0.42),
    ]


def call_turn(turn: int) -> list[Event]:
    """A message that takes two calls, one of which fails."""
    first, second = f"call-{turn}-1", f"call-{turn}-2"
    return [
        UserSaid(at=AT, turn=turn, text="Calculate 15 * 8 and save the result to a file called calculation.txt"),
        asked(turn),
        answered(
            turn,
            "",
            ToolRequest(first, "calculate", '{"operation": "multiply", "a": 15, "b": 8}'),
            ToolRequest(second, "save_text_file", '{"filename": "calculation.txt", "content": "120.0"}'),
        ),
        ToolStarted(
            at=AT,
            turn=turn,
            call_id=first,
            name="calculate",
            server="bundled",
            arguments={"operation": "multiply", "a": 15, "b": 8},
        ),
        ToolStarted(
            at=AT,
            turn=turn,
            call_id=second,
            name="save_text_file",
            server="bundled",
            arguments={"filename": "calculation.txt", "content": "120.0"},
        ),
        ToolFinished(
            at=AT,
            turn=turn,
            call_id=first,
            name="calculate",
            status="ok",
            text="Result: 15.0 multiply 8.0 = 120.0",
            structured={"result": 120.0},
            seconds=0.012,
        ),
        ToolFinished(
            at=AT,
            turn=turn,
            call_id=second,
            name="save_text_file",
            status="error",
            text="The folder cannot be written to: permission denied.",
            seconds=0.009,
        ),
        asked(turn, 2),
        answered(turn, "15 × 8 = 120. I could not save it to `calculation.txt`.", round_number=2),
        TurnEnded(at=AT, turn=turn, reason="done", seconds=0.42),
    ]


def failed_turn(turn: int) -> list[Event]:
    """A message whose answer breaks off."""
    return [
        UserSaid(at=AT, turn=turn, text="Go on [/x] [@click=app.quit]"),
        asked(turn),
        answered(turn, "Some part of the ans", finish_reason="cut_off"),
        TurnEnded(
            at=AT,
            turn=turn,
            reason="failed",
            seconds=2.1,
            message="The deployment did not answer.",
            hint="Check AZURE_OPENAI_DEPLOYMENT and try again.",
        ),
    ]


def stopped_turn(turn: int) -> list[Event]:
    """A message whose answer the person stopped."""
    return [
        UserSaid(at=AT, turn=turn, text="Tell me everything"),
        asked(turn),
        answered(turn, "Once upon a", finish_reason="cancelled"),
        TurnEnded(at=AT, turn=turn, reason="cancelled", seconds=1.1),
    ]


REPORT = AnswerReport(
    api="responses",
    request_id="7d2f0c11-4a55-4d53-9d0e-0a8f2f1c9b6e",
    region="Sweden Central",
    filters=(
        FilterVerdict("prompt", "jailbreak", detected=False),
        FilterVerdict("prompt", "violence", "safe"),
        FilterVerdict("answer", "violence", "low"),
        FilterVerdict("answer", "protected_material_code", detected=True),
    ),
    remaining_requests=58,
    remaining_tokens=98_120,
    context_window=400_000,
)

THOUGHTS = "**Comparing the sums**\n\nThe first is 100, so the second must be 300."


def thoughtful_turn(turn: int) -> list[Event]:
    """A message answered at the third try, after some thought, with everything that an endpoint can report."""
    return [
        UserSaid(at=AT, turn=turn, text="Compare the sums, please."),
        asked(turn, model="gpt-5"),
        RequestAdapted(at=AT, turn=turn, round=1, message="gpt-5 takes no temperature, so none is sent."),
        RequestFailed(
            at=AT,
            turn=turn,
            round=1,
            attempt=1,
            wait_seconds=2.0,
            message="Azure OpenAI had a problem of its own (HTTP 503).",
            hint="Try again.",
            detail="HTTP 503 · apim-request-id 0a1b",
        ),
        RequestFailed(
            at=AT,
            turn=turn,
            round=1,
            attempt=2,
            wait_seconds=12.0,
            message="Too many requests or tokens a minute for this deployment; Azure asks to wait 12 seconds.",
            hint="Raise the deployment's limit.",
            detail="HTTP 429 · apim-request-id 0a1c",
        ),
        ModelAnswered(
            at=AT + 22,
            turn=turn,
            round=1,
            text="The second is **three times** the first.",
            calls=(),
            finish_reason="stop",
            model="gpt-5-2025-08-07",
            usage=Usage(12_410, 190, cached_tokens=1024, reasoning_tokens=64),
            seconds=6.2,
            first_text_seconds=4.0,
            reasoning=THOUGHTS,
            report=REPORT,
            origin="gpt-5",
        ),
        TurnEnded(at=AT + 22, turn=turn, reason="done", seconds=21.7),
    ]
