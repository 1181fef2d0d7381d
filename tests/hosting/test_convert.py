import base64

from mcp_types import (
    AudioContent,
    BlobResourceContents,
    CallToolResult,
    ContentBlock,
    EmbeddedResource,
    GetPromptResult,
    ImageContent,
    PromptMessage,
    ResourceLink,
    TextContent,
    TextResourceContents,
    Tool,
)
from mcp_types import ToolAnnotations as SdkToolAnnotations

from tui.hosting.convert import RESULT_LIMIT, prompt_text, tool_outcome, tool_spec


def outcome_text(*blocks: ContentBlock) -> str:
    """What a model reads of a result with these blocks."""
    return tool_outcome(CallToolResult(content=list(blocks))).text


def test_blocks_of_text_are_set_apart_by_blank_lines() -> None:
    assert outcome_text(TextContent(text="one"), TextContent(text="two")) == "one\n\ntwo"


def test_what_is_no_text_becomes_a_line_that_says_what_it_is() -> None:
    data = base64.b64encode(b"x" * 12 * 1024).decode()
    text = outcome_text(
        ImageContent(data=data, mime_type="image/png"),
        AudioContent(data="AAAA", mime_type="audio/wav"),
        ResourceLink(uri="file:///a.txt", name="a"),
        EmbeddedResource(resource=TextResourceContents(uri="file:///b.txt", text="inside b")),
        EmbeddedResource(resource=BlobResourceContents(uri="file:///c", blob="AAAA")),
    )
    assert text.split("\n\n") == [
        "[image image/png, 12 KB]",
        "[audio audio/wav, 3 bytes]",
        "[resource file:///a.txt a]",
        "inside b",
        "[resource file:///c binary, 3 bytes]",
    ]


def test_structured_content_stands_in_for_text_only_where_there_is_none() -> None:
    both = tool_outcome(CallToolResult(content=[TextContent(text="15")], structured_content={"n": 15}))
    alone = tool_outcome(CallToolResult(content=[], structured_content={"n": 15}))
    assert (both.text, both.structured) == ("15", {"n": 15})
    assert alone.text == '{\n  "n": 15\n}'


def test_structured_content_of_megabytes_is_not_laid_out_to_be_cut() -> None:
    rows: list[object] = [{"n": 1}] * 100_000
    text = tool_outcome(CallToolResult(content=[], structured_content={"rows": rows})).text
    assert text.startswith('{"rows": [{"n": 1}, {"n": 1}')
    assert "[shortened" in text


def test_a_long_result_is_cut_and_says_so() -> None:
    text = outcome_text(TextContent(text="x" * 1_000_000))
    assert text.startswith("x" * RESULT_LIMIT + "\n[shortened")
    assert "1,000,000 characters" in text
    assert tool_outcome(CallToolResult(content=[], structured_content={"x": "x" * 1_000_000})).structured is None


def test_escape_sequences_are_gone_from_every_text() -> None:
    evil = "a\x1b]0;title\x07b\x9b31mc\u202e"
    spec = tool_spec(
        Tool(
            name=f"t{evil}",
            title=evil,
            description=evil,
            input_schema={"type": "object", "properties": {evil: {"description": evil}}},
        ),
        "s",
    )
    outcome = tool_outcome(CallToolResult(content=[TextContent(text=evil)], structured_content={evil: [evil]}))
    assert (spec.name, spec.title, spec.description) == ("tabc", "abc", "abc")
    assert spec.parameters == {"type": "object", "properties": {"abc": {"description": "abc"}}}
    assert (outcome.text, outcome.structured) == ("abc", {"abc": ["abc"]})


def test_data_nested_without_end_is_cut() -> None:
    nested: list[object] = []
    for _ in range(500):
        nested = [nested]
    assert "…" in str(tool_outcome(CallToolResult(content=[], structured_content={"n": nested})).structured)


def test_hints_of_the_server_are_kept_as_hints() -> None:
    hints = SdkToolAnnotations(title="Hinted", read_only_hint=True, destructive_hint=False)
    spec = tool_spec(Tool(name="t", input_schema={"type": "object"}, annotations=hints), "s")
    assert (spec.title, spec.annotations.read_only, spec.annotations.destructive) == ("Hinted", True, False)
    assert spec.annotations.idempotent is None


def test_a_prompt_says_who_speaks_only_where_not_all_of_it_is_the_users() -> None:
    user = PromptMessage(role="user", content=TextContent(text="Hello"))
    assistant = PromptMessage(role="assistant", content=TextContent(text="Hi"))
    assert prompt_text(GetPromptResult(messages=[user, user])) == "Hello\n\nHello"
    assert prompt_text(GetPromptResult(messages=[user, assistant])) == "user: Hello\n\nassistant: Hi"
