"""Keeps the garbage collector from stopping the screen."""

import gc


def hold_garbage_collection() -> None:
    """Collect nothing until `calm_garbage_collection`: what is made while starting is there to stay."""
    gc.disable()


def calm_garbage_collection() -> None:
    """Take everything that was made at start out of the collector's sight, and put full collections off.

    A full collection walks all live objects: 70 to 205 ms with the libraries loaded, in the middle of a keystroke. The
    application collects between turns instead, when nobody types into a moving screen.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(700, 10, 1_000_000)
    gc.enable()


def collect_between_turns() -> None:
    """Collect what the last turn left behind, now that nothing moves; what was frozen at start is not walked."""
    gc.collect()
