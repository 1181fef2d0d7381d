"""What a person should know about what they trust: definitions that changed, and trust that is not kept."""

from collections.abc import Sequence

from tui.core.ports import ToolSpec
from tui.ui.tools.untrusted import on_one_line

_MOST_NAMED = 3


class TrustNews:
    """Puts each change, and each problem, into words once."""

    def __init__(self) -> None:
        self._told: set[tuple[str, str, str]] = set()
        self._problem = ""

    def of_changed(self, specs: Sequence[ToolSpec]) -> str:
        """What to tell about tools whose definition is not what it was; empty where it was told already."""
        news = [spec for spec in specs if (spec.server, spec.name, spec.fingerprint) not in self._told]
        self._told |= {(spec.server, spec.name, spec.fingerprint) for spec in news}
        if not news:
            return ""
        names = [f"{on_one_line(spec.name)} on {on_one_line(spec.server)}" for spec in news[:_MOST_NAMED]]
        more = [f"{len(news) - _MOST_NAMED} more"] if len(news) > _MOST_NAMED else []
        noun, has = ("definition", "has") if len(news) == 1 else ("definitions", "have")
        return f"The {noun} of {' and '.join([*names, *more])} {has} changed; the next call will be asked about."

    def of_problem(self, problem: str) -> str:
        """Why trust is not being kept; empty where that was told already, or it is."""
        if problem == self._problem:
            return ""
        self._problem = problem
        return problem
