from tui.core.branches import family, place_in_family
from tui.core.ports import ConversationSummary


def kept(name: str, origin: str = "", turn: int = 0, at: float = 0.0) -> ConversationSummary:
    return ConversationSummary(name, name, at, at, 1, (), 0, 0, origin=origin, forked_turn=turn)


def drawn(*summaries: ConversationSummary, of: str) -> list[str]:
    return [
        "".join("|" if more else " " for more in member.rails) + member.id + ("" if member.summary else " (gone)")
        for member in family(summaries, of)
    ]


def test_a_family_is_a_tree_ordered_by_the_turn_and_time_of_each_branch() -> None:
    summaries = [
        kept("late", "root", 3),
        kept("root"),
        kept("early b", "root", 2, at=2),
        kept("early a", "root", 2, at=1),
        kept("deep", "early a", 1),
        kept("stranger"),
    ]
    tree = ["root", "|early a", "| deep", "|early b", " late"]
    assert drawn(*summaries, of="deep") == tree
    assert drawn(*summaries, of="root") == tree
    assert place_in_family(summaries, "early b") == (4, 5)


def test_a_conversation_without_branches_is_alone_and_an_unknown_one_has_no_family() -> None:
    assert drawn(kept("a"), kept("b"), of="a") == ["a"]
    assert drawn(kept("a"), of="x") == []
    assert place_in_family([kept("a")], "x") == (0, 0)


def test_branches_of_a_deleted_original_stay_together() -> None:
    summaries = [kept("a", "gone", 1), kept("b", "gone", 2)]
    assert drawn(*summaries, of="b") == ["gone (gone)", "|a", " b"]
    assert place_in_family(summaries, "b") == (2, 2)


def test_a_circle_in_a_damaged_history_ends() -> None:
    assert set(drawn(kept("a", "b", 1), kept("b", "a", 1), of="a")) == {"a", " b"}
    assert drawn(kept("a", "a", 1), of="a") == ["a"]


def test_a_chain_of_thousands_of_branches_is_no_deeper_than_a_loop() -> None:
    summaries = [kept("c0"), *(kept(f"c{n}", f"c{n - 1}", 1) for n in range(1, 3000))]
    assert place_in_family(summaries, "c2999") == (3000, 3000)
