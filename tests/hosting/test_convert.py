import base64

import pytest
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
        "[image image/png, 12 KB; not shown to the model: it is no image/png]",
        "[audio audio/wav, 3 bytes]",
        "[resource file:///a.txt a]",
        "inside b",
        "[resource file:///c binary, 3 bytes]",
    ]


PNG = b"\x89PNG\r\n\x1a\n"


def picture(mime_type: str = "image/png", content: bytes = PNG) -> ImageContent:
    return ImageContent(data=base64.b64encode(content).decode(), mime_type=mime_type)


def test_pictures_go_to_the_model_and_leave_a_line_where_they_stood() -> None:
    result = [TextContent(text="before"), picture(content=PNG + b"x" * 2040), TextContent(text="after")]
    outcome = tool_outcome(CallToolResult(content=list(result)))
    assert outcome.text == "before\n\n[image image/png, 2 KB]\n\nafter"
    assert [(image.mime_type, base64.b64decode(image.data)[:4]) for image in outcome.images] == [
        ("image/png", b"\x89PNG")
    ]


@pytest.mark.parametrize(
    ("mime_type", "content"),
    [("image/JPEG", b"\xff\xd8\xff\xe0"), ("image/gif", b"GIF89a"), ("image/webp", b"RIFF\0\0\0\0WEBP")],
)
def test_every_kind_of_picture_that_models_take_goes_to_them(mime_type: str, content: bytes) -> None:
    outcome = tool_outcome(CallToolResult(content=[picture(mime_type, content)]))
    assert [image.mime_type for image in outcome.images] == [mime_type.lower()]


def test_line_breaks_in_base64_are_taken_out() -> None:
    block = ImageContent(data=base64.encodebytes(PNG + b"x" * 200).decode(), mime_type="image/png")
    (image,) = tool_outcome(CallToolResult(content=[block])).images
    assert image.data == base64.b64encode(PNG + b"x" * 200).decode()


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        (picture("image/svg+xml", b"<svg/>"), "it takes PNG, JPEG, GIF and WebP"),
        (picture("text/html", PNG), "it takes PNG, JPEG, GIF and WebP"),
        (picture("image/jpeg", PNG), "it is no image/jpeg"),
        (ImageContent(data="not base64!", mime_type="image/png"), "its data is damaged"),
        (ImageContent(data="AAA\u00e9", mime_type="image/png"), "its data is damaged"),
        (ImageContent(data="", mime_type="image/png"), "it is no image/png"),
    ],
)
def test_what_is_no_picture_for_a_model_stays_a_line_that_says_why(block: ImageContent, reason: str) -> None:
    outcome = tool_outcome(CallToolResult(content=[block]))
    assert outcome.images == ()
    assert outcome.text.endswith(f"; not shown to the model: {reason}]")


def test_more_than_four_pictures_are_only_named() -> None:
    outcome = tool_outcome(CallToolResult(content=[picture() for _ in range(6)]))
    assert len(outcome.images) == 4
    assert outcome.text.count("not shown to the model: more than 4 images") == 2


def test_pictures_beyond_four_megabytes_are_only_named() -> None:
    large, small = picture(content=PNG + b"x" * 2_500_000), picture()
    outcome = tool_outcome(CallToolResult(content=[large, large, small]))
    assert [len(image.data) for image in outcome.images] == [len(large.data), len(small.data)]
    assert outcome.text.count("not shown to the model: more than 4 MB in all") == 1
    alone = tool_outcome(CallToolResult(content=[picture(content=PNG + b"x" * 4_000_000)]))
    assert (alone.images, "more than 4 MB" in alone.text) == ((), True)


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
