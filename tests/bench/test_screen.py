from tests.bench.screen import measure_opening, measure_streaming


def test_keys_are_echoed_while_an_answer_streams() -> None:
    figures = measure_streaming(runs=1)
    assert figures["keys"] > 0
    assert figures["echo_max"] < 1000, "the promise is 50 ms on a quiet machine; this notices a broken one"
    assert figures["stall_max"] < 1000


def test_a_conversation_of_ten_thousand_messages_opens_at_once() -> None:
    assert measure_opening(runs=1)["first_paint"] < 2000, "the promise is 150 ms on a quiet machine"
