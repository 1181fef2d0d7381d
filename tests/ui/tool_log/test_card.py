from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.ui.transcript.fakes import PLAIN_LOOK, fixed_clock
from tui.core.events import Json
from tui.ui.glyphs import SIGNS
from tui.ui.lines.block import Block, TextBlock
from tui.ui.tool_log.call_book import TurnRule
from tui.ui.tool_log.call_detail import detail_blocks
from tui.ui.tool_log.call_record import CallRecord
from tui.ui.tool_log.card import CardBlock
from tui.ui.transcript.blocks import CallLine, SaidBlock

text = st.text(st.one_of(st.characters(), st.sampled_from(" \t\n[]天👨\u200d\u0301\x1b\x9b\u202e")), max_size=80)
values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=5,
)
records = st.builds(
    CallRecord,
    call_id=text,
    turn=st.integers(0, 9),
    name=text,
    state=st.sampled_from(sorted(SIGNS)),
    server=text,
    by=st.sampled_from(["model", "person"]),
    asked_arguments=text,
    arguments=st.dictionaries(text, values, max_size=4),
    raw_arguments=text,
    text=text,
    structured=values,
    started_at=st.none() | st.just(1.0),
    seconds=st.none() | st.floats(0, 10_000),
)


@settings(max_examples=200, deadline=None)
@given(records, st.integers(24, 130))
def test_any_call_is_drawn_within_its_width_and_harmlessly(record: CallRecord, width: int) -> None:
    blocks: list[Block] = [
        CardBlock(record, True, 1.5, 3),
        CardBlock(record, False, 12.0, 3, 30.0),
        CallLine(record.name, record.state, record.seconds, gap=True),
        TurnRule(record.turn, "14:02", gap=False),
        SaidBlock(record.text, 1.0, fixed_clock),
        TextBlock(record.text, indent=3),
        *detail_blocks(record, fixed_clock),
    ]
    for block in blocks:
        for line in block.render(width, PLAIN_LOOK):
            assert cell_len(line.strip.text) <= width
            assert not set(line.strip.text) & {"\x1b", "\x9b", "\u202e", "\n", "\t"}


def test_a_call_that_takes_long_says_when_it_is_given_up() -> None:
    record = CallRecord("c", 1, "wait", "running")

    def head(elapsed: float, limit: float | None) -> str:
        return CardBlock(record, elapsed=elapsed, limit=limit).render(60, PLAIN_LOOK)[0].strip.text

    assert "left" not in head(4.9, 30.0)
    assert "5.0 s · 25 s left" in head(5.0, 30.0)
    assert "31.0 s · 0 s left" in head(31.0, 30.0)
    assert "left" not in head(60.0, None)
