import asyncio
import sqlite3
import threading
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.events import answered, called, said
from tui.core.events import Event, Forked, ModelAsked, Pinned, Renamed, ToolFinished, ToolStarted
from tui.core.ports import SearchHit, SearchQuery, Snippet
from tui.store.history import History
from tui.store.words import fold, query_words, snippet

WAIT = 20.0


@pytest.fixture
async def history(tmp_path: Path) -> AsyncGenerator[History]:
    opened = await History.open(tmp_path / "callscope")
    yield opened
    await opened.aclose()


def append(history: History, conversation: str, *events: Event) -> None:
    for event in events:
        history.append(conversation, event)


async def find(history: History, text: str) -> list[str]:
    return [hit.summary.id for hit in await history.search(SearchQuery(text))]


def shown(hit: SearchHit) -> str:
    assert hit.snippet
    return "".join(f"<{text}>" if is_hit else text for text, is_hit in hit.snippet.pieces)


async def test_words_are_found_in_messages_answers_calls_and_results_and_shown_with_their_turn(
    history: History,
) -> None:
    append(history, "a", said("Say something", at=1.0), answered("The lighthouse stands", at=1.0))
    append(history, "b", said("Nothing", at=2.0), said("Where is the lighthouse keeper?", at=3.0, turn=2))
    call = ToolStarted(at=4.0, turn=1, call_id="c", name="find_lighthouse", server="s", arguments={"sea": "north"})
    result = ToolFinished(at=5.0, turn=1, call_id="c", name="find_lighthouse", status="ok", text="No lighthouse here")
    append(history, "c", said("Search", at=4.0), call)
    append(history, "d", said("Search", at=5.0), result)
    hits = await history.search(SearchQuery("lighthouse"))
    assert [(hit.summary.id, hit.snippet and (hit.snippet.turn, hit.snippet.source)) for hit in hits] == [
        ("d", (1, "result")),
        ("c", (1, "call")),
        ("b", (2, "message")),
        ("a", (1, "answer")),
    ]
    assert [shown(hit) for hit in hits] == [
        "No <lighthouse> here",
        'find_<lighthouse> {"sea": "north"}',
        "Where is the <lighthouse> keeper?",
        "The <lighthouse> stands",
    ]
    assert await find(history, "north") == ["c"]


async def test_words_are_found_by_their_beginning_in_any_order_also_in_different_events(history: History) -> None:
    append(history, "a", said("What about Paris?", at=1.0), *called("get_weather", at=1.0))
    append(history, "b", said("Paris, please", at=2.0))
    assert await find(history, "paris weather") == ["a"]
    assert await find(history, "wea par") == ["a"]
    assert await find(history, "PAR") == ["b", "a"]
    assert await find(history, "aris") == []
    hit = (await history.search(SearchQuery("wea par")))[0]
    assert shown(hit) == "What about <Par>is?"


async def test_the_snippet_is_of_an_event_with_all_the_words_where_there_is_one(history: History) -> None:
    append(history, "a", said("alpha"), said("beta", turn=2), said("beta and alpha", turn=3))
    (hit,) = await history.search(SearchQuery("alpha beta"))
    assert shown(hit) == "<beta> and <alpha>"


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Crème brûlée", "creme BRULEE"),
        ("naive", "naïve"),
        ("ÉTÉ", "été"),
        ("東京の天気予報", "予報"),
        ("Straße 7", "straße"),
    ],
)
async def test_case_and_accents_do_not_matter_and_chinese_and_japanese_are_found_inside(
    history: History, text: str, typed: str
) -> None:
    append(history, "a", said(text))
    (hit,) = await history.search(SearchQuery(typed))
    assert "<" in shown(hit)


@pytest.mark.parametrize(
    "typed",
    ['"', "'", "alpha AND", "NOT alpha", "alpha* OR (", "-alpha", "text:alpha", "^alpha", 'alpha"', "a + b", "\x00"],
)
async def test_quotes_and_operators_are_harmless(history: History, typed: str) -> None:
    append(history, "a", said("alpha and not text or a b"))
    letters = any(c.isalpha() for c in typed)
    assert await find(history, typed) == (["a"] if letters else [])


@given(st.text(max_size=30))
def test_any_query_becomes_words_that_are_neither_empty_nor_beginnings_of_each_other(text: str) -> None:
    words = [fold(word) for word in query_words(text)]
    assert all(words)
    assert not any(a.startswith(b) for a in words for b in words if a is not b)


async def test_no_query_and_no_filter_finds_everything_in_the_lists_order(history: History) -> None:
    for number in range(5):
        append(history, f"c{number}", said("one", at=float(number)))
    append(history, "c1", Pinned(at=9.0, pinned=True))
    hits = await history.search(SearchQuery())
    assert [hit.summary for hit in hits] == await history.summaries()
    assert [hit.summary.id for hit in hits] == ["c1", "c4", "c3", "c2", "c0"]
    assert len(await history.search(SearchQuery("one"), limit=2)) == 2
    assert all(hit.snippet is None for hit in hits)


async def test_each_filter_must_hold(history: History) -> None:
    def asked(model: str, at: float) -> ModelAsked:
        return ModelAsked(at=at, turn=1, round=1, model=model, message_count=1, tool_count=1)

    append(history, "a", said("x", at=10.0), asked("gpt-4o", 10.0), *called("calculate", at=11.0))
    append(history, "b", said("x", at=20.0), asked("gpt-5", 20.0), *called("calculate", at=21.0, ok=False))
    append(history, "c", said("y", at=30.0), asked("gpt-5", 30.0), *called("greet", at=31.0))

    async def ids(query: SearchQuery) -> list[str]:
        return [hit.summary.id for hit in await history.search(query)]

    assert await ids(SearchQuery(tool="Calculate")) == ["b", "a"]
    assert await ids(SearchQuery(tool="calc")) == []
    assert await ids(SearchQuery(model="gpt-5")) == ["c", "b"]
    assert await ids(SearchQuery(failed_only=True)) == ["b"]
    assert await ids(SearchQuery(since=21.0)) == ["c", "b"]
    assert await ids(SearchQuery(until=20.0)) == ["b", "a"]
    assert await ids(SearchQuery("x", model="gpt-5")) == ["b"]
    assert await ids(SearchQuery("x", model="gpt-5", until=15.0)) == []


async def test_a_given_title_is_found_and_one_taken_back_is_not(history: History) -> None:
    append(history, "a", said("Hello", at=1.0), Renamed(at=2.0, title="  Holiday\nplans "))
    (hit,) = await history.search(SearchQuery("holi"))
    assert (hit.summary.title, hit.summary.updated_at, hit.snippet) == ("Holiday plans", 1.0, None)
    append(history, "a", Renamed(at=3.0, title=""))
    assert await find(history, "holi") == []
    assert [summary.title for summary in await history.summaries()] == ["Hello"]


async def test_deleted_conversations_are_not_found_and_purged_ones_leave_no_word_in_the_file(tmp_path: Path) -> None:
    first = await History.open(tmp_path)
    for number in range(40):
        append(first, f"c{number}", said(f"ordinary {number}"))
        await first.flush()
    append(first, "a", said("a secretive sentence"), *called("greet"))
    await first.delete(["a"])
    assert await find(first, "secretive") == []
    await first.restore(["a"])
    assert await find(first, "secretive") == ["a"]
    await first.delete(["a"])
    await first.aclose()
    assert b"secretive" not in (tmp_path / "history.db").read_bytes()
    second = await History.open(tmp_path)
    append(second, "new", said("after"))
    assert await find(second, "secretive") == []
    assert await find(second, "ordinary") == [f"c{n}" for n in range(39, -1, -1)]
    await second.aclose()


async def test_a_branch_knows_its_origin_and_is_found_by_what_was_copied(history: History) -> None:
    append(history, "b", Forked(at=50.0, origin="a", turn=2), said("copied words", at=1.0))
    (hit,) = await history.search(SearchQuery("copied"))
    assert (hit.summary.origin, hit.summary.forked_turn, hit.summary.started_at) == ("a", 2, 50.0)


async def test_what_is_shown_of_a_hit_is_harmless_and_cut_with_a_sign() -> None:
    text = "word " * 100 + "the needle in it " + "more " * 100
    made = snippet(3, "result", text, ["needle"])
    assert isinstance(made, Snippet)
    line = "".join(piece for piece, _ in made.pieces)
    assert line.startswith("… ")
    assert line.endswith(" …")
    assert len(line) < 180
    assert [piece for piece, is_hit in made.pieces if is_hit] == ["needle"]


async def test_hidden_characters_and_escapes_are_not_part_of_a_snippet(history: History) -> None:
    arguments = {"path": "a\u202eneedle\x1b[31m\ud800"}
    append(history, "a", ToolStarted(at=1.0, turn=1, call_id="c", name="n", server="s", arguments=arguments))
    (hit,) = await history.search(SearchQuery("aneedle"))
    text = shown(hit)
    assert text.encode()
    assert "\u202e" not in text
    assert "\x1b" not in text


async def test_a_later_search_stops_the_earlier_one(tmp_path: Path) -> None:
    searching, go_on = threading.Event(), threading.Event()

    class Slow(sqlite3.Connection):
        def execute(self, sql: str, *parameters: object) -> sqlite3.Cursor:
            if sql.startswith("SELECT DISTINCT") and not searching.is_set():
                searching.set()
                assert go_on.wait(WAIT)
            return super().execute(sql, *parameters)  # pyright: ignore[reportArgumentType]  # as it was called

    def connect(path: str) -> sqlite3.Connection:
        return sqlite3.connect(path, isolation_level=None, factory=Slow)

    history = await History.open(tmp_path, connect=connect)
    for number in range(3_000):
        append(history, f"c{number}", said("same words everywhere"))
    earlier = asyncio.create_task(history.search(SearchQuery("words")))
    assert await asyncio.to_thread(searching.wait, WAIT)
    later = asyncio.create_task(history.search(SearchQuery("everywhere"), limit=1))
    await asyncio.sleep(0)
    go_on.set()
    assert await earlier == []
    assert len(await later) == 1
    assert len(await history.search(SearchQuery("words"))) == 200
    await history.aclose()


class WithoutFts5(sqlite3.Connection):
    """SQLite as some systems build it."""

    def execute(self, sql: str, *parameters: object) -> sqlite3.Cursor:
        if "fts5" in sql or "event_text" in sql:
            raise sqlite3.OperationalError("no such module: fts5")
        return super().execute(sql, *parameters)  # pyright: ignore[reportArgumentType]  # as it was called


def connect_without_fts5(path: str) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, factory=WithoutFts5)


async def test_without_fts5_everything_is_found_too_and_indexed_where_there_is_fts5(tmp_path: Path) -> None:
    first = await History.open(tmp_path)
    append(first, "a", said("alpha one", at=1.0))
    append(first, "b", said("beta", at=2.0), *called("greet"))
    append(first, "gone", said("alpha gone", at=2.0))
    await first.aclose()
    second = await History.open(tmp_path, connect=connect_without_fts5)
    assert second.problem == ""
    append(second, "c", said("alpha crème", at=3.0))
    await second.delete(["gone"])
    assert await find(second, "alp") == ["c", "a"]
    assert await find(second, "crème") == ["c"]
    assert await find(second, "lpha") == []
    assert shown((await second.search(SearchQuery("one alpha")))[0]) == "<alpha> <one>"
    assert (await second.statistics()).turns == 3
    await second.aclose()
    third = await History.open(tmp_path)
    async with asyncio.timeout(WAIT):
        await third.digested()
    assert await find(third, "alp") == ["c", "a"]
    statistics = await third.statistics()
    assert (statistics.turns, statistics.calls) == (3, 1)
    await third.aclose()


async def test_a_damaged_index_is_made_anew_and_nothing_is_lost(tmp_path: Path) -> None:
    history = await History.open(tmp_path)
    for number in range(50):
        append(history, f"c{number}", said(f"alpha {number}"))
    await history.aclose()
    damage = sqlite3.connect(tmp_path / "history.db")
    damage.execute("DELETE FROM event_text_data WHERE id > 10")
    damage.commit()
    damage.close()
    history = await History.open(tmp_path)
    assert history.problem == ""
    append(history, "new", said("alpha new", at=200.0))
    await find(history, "alpha")
    async with asyncio.timeout(WAIT):
        await history.digested()
    assert len(await find(history, "alpha")) == 51
    assert await find(history, "alpha new") == ["new"]
    assert history.problem == ""
    await history.aclose()
