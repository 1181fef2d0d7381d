import re

from hypothesis import given
from hypothesis import strategies as st

from tui.hosting.names import unique_names

ACCEPTED = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def test_a_name_that_models_accept_stays_as_it_is() -> None:
    assert unique_names([("s", "save_text-file2")]) == {("s", "save_text-file2"): "save_text-file2"}


def test_a_name_on_two_servers_gets_its_servers_name_before_it() -> None:
    names = unique_names([("a", "greet"), ("b.c:80", "greet"), ("a", "other")])
    assert names["a", "greet"] == "a_greet"
    assert names["b.c:80", "greet"].startswith("b_c_80_")
    assert names["a", "other"] == "other"


def test_the_order_of_the_servers_does_not_change_a_name() -> None:
    one, two = ("a", "greet"), ("b", "greet")
    assert unique_names([one, two]) == unique_names([two, one])


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=80)), max_size=30))
def test_whatever_servers_call_their_tools_every_name_is_accepted_and_its_own(origins: list[tuple[str, str]]) -> None:
    names = unique_names(origins)
    assert set(names) == set(origins)
    assert len(set(names.values())) == len(names)
    assert all(ACCEPTED.fullmatch(name) for name in names.values())
