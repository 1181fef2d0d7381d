"""What the person has allowed and which definitions were seen, for this run alone."""

from collections.abc import Sequence

from tui.core.ports import Allowance, SeenTool


class MemoryTrust:
    """A `Trust` that ends with the run."""

    problem = ""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], SeenTool] = {}
        self._allowances: list[Allowance] = []

    def seen(self, server: str, tool: str) -> SeenTool | None:
        """The tool as it was seen before."""
        return self._seen.get((server, tool))

    def remember(self, tools: Sequence[SeenTool]) -> None:
        """Keep these definitions, in place of those before."""
        self._seen |= {(tool.server, tool.tool): tool for tool in tools}

    def allowances(self) -> Sequence[Allowance]:
        """Everything that is allowed, oldest first."""
        return tuple(self._allowances)

    def allow(self, allowance: Allowance) -> None:
        """Allow this from now on, in place of what was allowed of the same tool before."""
        self._allowances = [a for a in self._allowances if (a.server, a.tool) != (allowance.server, allowance.tool)]
        self._allowances.append(allowance)

    def revoke(self, allowance: Allowance) -> None:
        """Allow this no longer."""
        self._allowances = [a for a in self._allowances if a != allowance]
