"""Scenes of the logs: messages, one of them in full, a server's output, a search, and nothing yet."""

from tests.ui.scenes import SMALL_AND_USUAL, Scene
from tui.core.ports import LogEntry

AT = 1_795_163_300.0
LOGS = ("slash", *"logs", "enter")

CALL = (
    '{"jsonrpc":"2.0","id":5,"method":"tools/call",'
    '"params":{"name":"calculate","arguments":{"operation":"multiply","a":15,"b":8}}}'
)
RESULT = (
    '{"jsonrpc":"2.0","id":5,"result":'
    '{"content":[{"type":"text","text":"Result: 15.0 multiply 8.0 = 120.0"}],"isError":false}}'
)
REFUSAL = '{"jsonrpc":"2.0","id":6,"error":{"code":-32602,"message":"Unknown prompt: \\u202esummary"}}'

MESSAGES = (
    LogEntry(1, AT, "sent", "request", "initialize", "1", 214, '{"jsonrpc":"2.0","id":1,"method":"initialize"}'),
    LogEntry(2, AT, "received", "answer", "initialize", "1", 862, '{"jsonrpc":"2.0","id":1,"result":{}}', 0.021),
    LogEntry(3, AT, "sent", "notification", "notifications/initialized", "", 54, '{"jsonrpc":"2.0"}'),
    LogEntry(4, AT + 1, "sent", "request", "tools/list", "2", 46, '{"jsonrpc":"2.0","id":2,"method":"tools/list"}'),
    LogEntry(5, AT + 1, "received", "answer", "tools/list", "2", 4_410, '{"jsonrpc":"2.0","id":2,"result":{}}', 0.004),
    LogEntry(6, AT + 9, "sent", "request", "tools/call", "5", len(CALL), CALL),
    LogEntry(
        7, AT + 9, "received", "garbage", "", "", 14, "<html>oops [/x]", remark="not a message of MCP; it was ignored"
    ),
    LogEntry(8, AT + 9, "received", "answer", "tools/call", "5", len(RESULT), RESULT, 0.012),
    LogEntry(9, AT + 12, "received", "error", "prompts/get", "6", len(REFUSAL), REFUSAL, 1.4),
    LogEntry(10, AT + 44, "received", "answer", "tools/call", "4", 91, "{}", 31.2, remark="too late; it was ignored"),
)
OUTPUT = (
    "INFO:     Started server process [4711]",
    "INFO:     Uvicorn running on socket 127.0.0.1:8000",
    "WARNING:  a client sent 12 requests without a session",
    "ERROR:    Exception in ASGI application",
    "Traceback (most recent call last):",
    "ValueError: [/x] is no number",
)


def log_scenes() -> list[Scene]:
    """Every state that is looked at."""
    return [
        Scene("logs", keys=LOGS, entries=MESSAGES, lines=OUTPUT, sizes=SMALL_AND_USUAL),
        Scene("log_entry", keys=(*LOGS, "up", "up", "up", "enter"), entries=MESSAGES, sizes=SMALL_AND_USUAL),
        Scene("log_search", keys=(*LOGS, "slash", *"call"), entries=MESSAGES, sizes=SMALL_AND_USUAL),
        Scene("log_output", keys=(*LOGS, "o"), entries=MESSAGES, lines=OUTPUT, sizes=SMALL_AND_USUAL),
        Scene("log_empty", keys=LOGS, sizes=SMALL_AND_USUAL),
    ]
