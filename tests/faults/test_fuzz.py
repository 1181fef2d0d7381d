"""Whatever comes from outside: it is understood, or refused in words; nothing but an `AppError` is ever raised.

`make faults` draws ten thousand strings and tries some hundred inputs elsewhere, `make test` a part of that.
"""

import itertools
import json
import random
from collections.abc import Callable, Mapping
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.style import Style
from textual.content import Content

from tests.azure.response_wire import call, message, reasoning, stream
from tests.azure.test_responses import V1
from tests.azure.wire import DONE, ROLE, STOP, USAGE, Recorded, call_piece, model_on, words
from tests.faults.attacks import ESCAPES, MARKUP
from tests.faults.size import FULL
from tests.hosting.fakes import ECHO_TOOL, Message, ScriptedServer, Wire, polite, running, scripted_connection
from tui.azure.tool_schemas import sent_tools
from tui.core.errors import AppError
from tui.core.ports import ToolSpec, UserMessage
from tui.core.query import parse_query
from tui.core.text import reveal, sanitize
from tui.settings import Sources, load_settings
from tui.ui.commands import find, is_command, matching
from tui.ui.lines.code import lay_out_code
from tui.ui.lines.line import plain
from tui.ui.lines.look import Look
from tui.ui.tools.json_view import json_text
from tui.ui.transcript.markdown import render_piece
from tui.ui.transcript.splitter import split

Record = Callable[[str, object], None]

STRINGS = 10_000 if FULL else 200
MUTATIONS = 400 if FULL else 24
EXAMPLES = 300 if FULL else 25
MANY = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])

LOOK = Look.resolve(lambda _name: Style())
PIECES = (
    *(MARKUP, *ESCAPES),
    *(
        "```",
        "~~~python\n",
        "\n\n",
        "\n",
        "| a | b |\n|--|--|\n",
        "- ",
        "1. ",
        "> ",
        "# ",
        "**",
        "_",
        "`",
        "[x](http://y)",
    ),
    *(
        "![",
        "<b>",
        "&amp;",
        "---\n",
        "\t",
        "    ",
        "漢字",
        "👩\u200d👧",
        "e\u0301",
        "אב",
        "\ud800",
        "\x00",
        "word ",
        "x" * 200,
    ),
)


def test_any_text_is_drawn(record_property: Record) -> None:
    chance = random.Random(13)
    for number in range(STRINGS):
        if number % 2:
            raw = "".join(chance.choice(PIECES) for _ in range(chance.randrange(12)))
        else:
            raw = "".join(chr(chance.choice((chance.randrange(0x300), chance.randrange(0x110000)))) for _ in range(30))
        width = chance.choice((1, 2, 5, 20, 80, 200))
        text = sanitize(raw)
        for piece in split(text):
            rows = render_piece(piece, width, LOOK)
            assert all(row.strip.text.isprintable() or sanitize(row.strip.text) == row.strip.text for row in rows)
        lay_out_code(text, chance.choice(("python", "json", "no-language", "")), width, LOOK)
        plain(reveal(raw), width, Style())
        assert isinstance(json_text(text), Content)
    record_property("figure", f"{STRINGS:,} strings through Markdown, code, JSON and plain text: 0 exceptions")


def mutated(content: bytes, chance: random.Random) -> list[bytes]:
    """The bytes with something cut out, doubled, exchanged or overwritten, in pieces of any size."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(changed) or 1)
        match chance.randrange(4):
            case 0:
                del changed[at : at + chance.randrange(40)]
            case 1:
                changed[at:at] = chance.choice((b"null", b"[]", b'"', b"{", b"\xff", b"\n\n", b"\x00", b"1e999", b"-1"))
            case 2:
                changed[at : at + 4] = chance.randbytes(4)
            case _:
                changed[at:at] = changed[at : at + 60]
    cuts = sorted(chance.randrange(len(changed) + 1) for _ in range(3))
    edges = [0, *cuts, len(changed)]
    return [bytes(changed[a:b]) for a, b in itertools.pairwise(edges)]


CALLS = [call_piece(0, call_id="c", name="greet"), call_piece(0, '{"name": "Ada"}'), call_piece(1, "{}", name="x")]
CHAT = b"".join([ROLE, *words("Hel", "lo"), *CALLS, STOP, USAGE, DONE])
RESPONSES = b"".join(stream(reasoning(0, "Be kind"), message(1, "Hel", "lo"), call(2, "c", "greet", '{"name":', "1}")))


async def test_any_bytes_of_a_model_are_an_answer_or_told_in_words(record_property: Record) -> None:
    chance, answered, told = random.Random(5), 0, 0
    for number in range(MUTATIONS):
        chat = number % 2 == 0
        transport = Recorded(mutated(CHAT if chat else RESPONSES, chance))
        model = model_on(transport) if chat else model_on(transport, V1)
        try:
            async with aclosing(model.stream([UserMessage("hello")], [])) as parts:
                async for _ in parts:
                    pass
            answered += 1
        except AppError:
            told += 1
        await model.aclose()
    record_property("figure", f"{MUTATIONS} damaged streams of both APIs: {answered} answered, {told} told in words")


async def test_any_bytes_of_a_server_are_an_outcome(record_property: Record) -> None:
    chance, statuses = random.Random(6), dict[str, int]()
    count = MUTATIONS // 8

    async def script(wire: Wire, message: Message) -> int | None:
        if message["method"] != "tools/call":
            return await polite(wire, message)
        result: dict[str, Any] = {"content": [{"type": "text", "text": "fine"}], "isError": False}
        line = json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result})
        for piece in mutated(f"event: message\r\ndata: {line}\r\n\r\n".encode(), chance):
            await wire.raw(piece)
        return 202

    async with (
        ScriptedServer(script=script).serving() as server,
        running(scripted_connection(server.url), call_timeout=0.3) as toolbox,
    ):
        for _ in range(count):
            outcome = await toolbox.call(str(ECHO_TOOL["name"]), {})
            statuses[outcome.status] = statuses.get(outcome.status, 0) + 1
            assert outcome.text
            assert sanitize(outcome.text) == outcome.text
            await toolbox.settle()
    record_property("figure", f"{count} damaged answers of a server: {statuses}")


@MANY
@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace")))
def test_any_settings_file_is_read_or_refused_in_words(content: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / ".env").write_bytes(content)
        with suppress(AppError):
            load_settings(Sources.read({"HOME": name}, folder))


VARIABLES = (
    *("AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_DEPLOYMENT", "AZURE_OPENAI_API_VERSION"),
    *("AZURE_OPENAI_AUTH", "AZURE_OPENAI_AD_TOKEN", "OPENAI_BASE_URL", "OPENAI_API_KEY", "OPENAI_MODEL"),
    *("CALLSCOPE_REQUESTS_PER_MINUTE", "CALLSCOPE_MODEL_SILENCE", "MCP_SERVER_URL", "MAX_CONVERSATION_LENGTH"),
    *("CALLSCOPE_FILES", "CALLSCOPE_DATA", "CALLSCOPE_THEME"),
)


@MANY
@given(st.dictionaries(st.sampled_from(VARIABLES), st.text(st.characters(codec="utf-8"), max_size=30)))
def test_any_variables_are_read_or_refused_in_words(variables: Mapping[str, str]) -> None:
    from tui.deployments import understand

    with suppress(AppError):
        understand(load_settings(Sources({}, {}, variables)))


@MANY
@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(["tool:", "since:", "until:", "7d", '"', "a", " ", ":", "9999d"])).map("".join)
)
def test_any_search_line_is_understood(typed: str) -> None:
    parsed = parse_query(typed, now=1_760_000_000.0)
    assert all(found.problem or found.value or found.name == "failed" for found in parsed.filters)


@MANY
@given(st.text(max_size=60).map(lambda text: f"/{text}"))
def test_any_command_line_is_a_command_or_none(typed: str) -> None:
    matching(typed)
    word = typed.split()[0].removeprefix("/") if typed.split() else ""
    assert find(word) is None or is_command(typed)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["object", "#", "array"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "properties", "items", "$ref", "anyOf", "allOf", "enum", "$defs", "required", "a"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@MANY
@given(
    st.dictionaries(st.text(max_size=8), JSON, max_size=5), st.text(max_size=90), st.sampled_from(["chat", "responses"])
)
def test_any_schema_is_offered_to_the_model(schema: dict[str, Any], name: str, api: Any) -> None:
    (sent,) = sent_tools([ToolSpec(name, "s", name, schema)], api=api, set_aside={})
    assert sent.sent is not None or sent.left_out
    json.dumps(sent.sent, allow_nan=False)
