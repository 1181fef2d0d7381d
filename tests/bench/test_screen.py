"""The benchmark runs and measures; what it measures is judged by `make bench`, never by a test."""

from tests.bench.screen import measure_opening, measure_streaming


def test_streaming_is_measured_while_keys_are_typed() -> None:
    figures = measure_streaming(runs=1)
    assert figures["keys"] > 0
    assert figures["echo_max"] >= figures["echo_median"] > 0
    assert figures["stall_max"] > 0


def test_opening_a_conversation_of_ten_thousand_messages_is_measured() -> None:
    figures = measure_opening(runs=1)
    assert figures["first_paint_max"] >= figures["first_paint"] > 0
    assert figures["echo_median"] > 0
