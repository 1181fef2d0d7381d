from hypothesis import given
from hypothesis import strategies as st

from tui.ui.lines.fenwick import Fenwick

heights = st.lists(st.integers(0, 50), max_size=60)
changes = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(0, 50), st.just(0)),
        st.tuples(st.just("pop"), st.just(0), st.just(0)),
        st.tuples(st.just("set"), st.integers(0, 1000), st.integers(0, 50)),
    ),
    max_size=60,
)


@given(heights, changes)
def test_sums_and_places_are_those_of_the_plain_list(start: list[int], steps: list[tuple[str, int, int]]) -> None:
    tree, plain = Fenwick(start), list(start)
    for step, first, second in steps:
        if step == "append":
            tree.append(first)
            plain.append(first)
        elif step == "pop" and plain:
            tree.pop()
            plain.pop()
        elif step == "set" and plain:
            tree[first % len(plain)] = second
            plain[first % len(plain)] = second
    assert len(tree) == len(plain)
    assert [tree.before(index) for index in range(len(plain) + 1)] == [sum(plain[:n]) for n in range(len(plain) + 1)]
    rows = [(index, row) for index, height in enumerate(plain) for row in range(height)]
    assert [tree.find(offset) for offset in range(sum(plain))] == rows
