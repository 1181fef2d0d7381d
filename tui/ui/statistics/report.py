"""Statistics as lines of text: totals, tokens, tools and days, in columns that line up."""

from collections.abc import Sequence
from datetime import date

from rich.cells import cell_len
from textual.content import Content

from tui.core.ports import ToolStatistics, UsageStatistics
from tui.ui.figures import count, duration
from tui.ui.glyphs import SIGNS
from tui.ui.history.rows import fit
from tui.ui.statistics.bars import lying, standing
from tui.ui.statistics.days import Stretch, stretches
from tui.ui.theme import MUTED

_LABEL_WIDTH = 12
_NUMBER_WIDTH = 14
_LONGEST_BAR = 60
_LONGEST_NAME = 28
_MOST_TOOLS = 12
_CHART_HEIGHT = 4
_WIDEST_PITCH = 8
"""Cells from one column to the next."""
_WITH_AVERAGES = 90
"""From this width there is room for each tool's average time beside its bar."""
_INDENT = "  "


def report(statistics: UsageStatistics, *, first: date | None, last: date, width: int) -> Content:
    """What was done from `first` (None: ever) to `last`, in lines of at most `width` cells."""
    if not (statistics.turns or statistics.calls):
        return Content.assemble(
            ("Nothing was done in this time", "bold"),
            "\n",
            ("→ shows a longer time; what is said on the Chat tab is counted here.", MUTED),
        )
    sections = [
        _totals(statistics),
        _tokens(statistics, width),
        _tools(statistics.tools, width),
        _days(statistics, first, last, width),
    ]
    return Content("\n\n").join(_cut(section, width) for section in sections if section)


def _cut(section: Content, width: int) -> Content:
    """On a very narrow screen lines end in a sign."""
    return Content("\n").join(line.truncate(width, ellipsis=True) for line in section.split("\n"))


def _totals(statistics: UsageStatistics) -> Content:
    facts = [
        _fact(statistics.conversations, "conversation"),
        _fact(statistics.turns, "turn", statistics.failed_turns),
        _fact(statistics.requests, "request"),
        _fact(statistics.calls, "tool call", statistics.failed_calls),
    ]
    return Content("   ").join(facts)


def _fact(number: int, noun: str, failed: int = 0) -> Content:
    figure, _, words = count(number, noun).partition(" ")
    fact = Content.assemble((figure, "bold"), (f" {words}", MUTED))
    return fact + Content.assemble((f" {SIGNS['error'].glyph} {failed:,}", "$error")) if failed else fact


def _tokens(statistics: UsageStatistics, width: int) -> Content:
    kinds = (
        ("input", statistics.input_tokens, ""),
        ("  cached", statistics.cached_tokens, _share(statistics.cached_tokens, statistics.input_tokens, "input")),
        ("output", statistics.output_tokens, ""),
        ("  reasoning", statistics.reasoning_tokens, _share(statistics.reasoning_tokens, statistics.output_tokens)),
    )
    most = max(number for _, number, _ in kinds)
    if not most:
        return Content()
    note_width = max(cell_len(note) for _, _, note in kinds) + 2
    room = min(_LONGEST_BAR, width - len(_INDENT) - _LABEL_WIDTH - _NUMBER_WIDTH - note_width)
    lines = [_heading("Tokens", f"{statistics.input_tokens + statistics.output_tokens:,}")]
    for label, number, note in kinds:
        lines.append(
            Content.assemble(
                (f"{_INDENT}{label:<{_LABEL_WIDTH}}", MUTED),
                f"{number:>{_NUMBER_WIDTH - 2},}  ",
                (lying(number, most, max(1, room)), "$accent" if not note else "$secondary"),
                (f"  {note}" if note else "", MUTED),
            )
        )
    return Content("\n").join(lines)


def _share(part: int, whole: int, of: str = "output") -> str:
    return f"{part / whole:.0%} of {of}" if whole and part else ""


def _tools(tools: Sequence[ToolStatistics], width: int) -> Content:
    if not tools:
        return Content()
    by_time = sorted(tools, key=lambda tool: tool.seconds, reverse=True)
    shown = by_time[:_MOST_TOOLS]
    name_width = min(_LONGEST_NAME, width // 4, max(cell_len(tool.name) for tool in shown))
    figures = [_tool_figures(tool, averages=width >= _WITH_AVERAGES) for tool in shown]
    widths = [max(cell_len(row[column]) for row in figures) for column in range(4)]
    room = width - len(_INDENT) - name_width - sum(widths) - 2 * 5
    most = shown[0].seconds
    lines = [_heading("Time by tool", duration(sum(tool.seconds for tool in tools)))]
    for tool, (calls, failed, total, average) in zip(shown, figures, strict=True):
        lines.append(
            Content.assemble(
                f"{_INDENT}{fit(tool.name, name_width)}  ",
                (f"{calls:>{widths[0]}}", MUTED),
                (f"  {failed:<{widths[1]}}", "$error"),
                f"  {total:>{widths[2]}}",
                (f"  {average:<{widths[3]}}  " if average else "  ", MUTED),
                (lying(tool.seconds, most, max(1, min(room, _LONGEST_BAR))), "$accent"),
            )
        )
    if len(tools) > len(shown):
        lines.append(Content(f"{_INDENT}… and {count(len(tools) - len(shown), 'tool')} more").stylize(MUTED))
    return Content("\n").join(lines)


def _tool_figures(tool: ToolStatistics, *, averages: bool) -> tuple[str, str, str, str]:
    failed = f"{SIGNS['error'].glyph} {tool.failed:,}" if tool.failed else ""
    average = f"{duration(tool.seconds / tool.calls)} each" if tool.calls and averages else ""
    return count(tool.calls, "call"), failed, duration(tool.seconds), average


def _days(statistics: UsageStatistics, first: date | None, last: date, width: int) -> Content:
    """A column for each day, or for a few days together where there are too many; none for a single day."""
    columns = stretches(statistics.days, first, last, max(1, width - len(_INDENT)))
    if len(columns) < 2:
        return Content()
    pitch = max(1, min(_WIDEST_PITCH, (width - len(_INDENT)) // len(columns)))
    gap = int(pitch > 1)
    most = max(column.turns for column in columns)
    chart = standing([column.turns for column in columns], _CHART_HEIGHT, pitch - gap, gap)
    axis_width = pitch * len(columns) - gap
    lines = [
        _heading("Turns a day" if _is_daily(columns) else f"Turns in {_days_of(columns[-1])} days", f"up to {most:,}"),
        *(Content.assemble(_INDENT, (line, "$accent")) for line in chart),
        Content(f"{_INDENT}{'▔' * axis_width}").stylize(MUTED),
        Content(_INDENT + _axis(columns, axis_width)).stylize(MUTED),
    ]
    return Content("\n").join(lines)


def _is_daily(columns: Sequence[Stretch]) -> bool:
    return _days_of(columns[-1]) == 1


def _days_of(column: Stretch) -> int:
    return (column.last - column.first).days + 1


def _axis(columns: Sequence[Stretch], width: int) -> str:
    begin, end = _day(columns[0].first), _day(columns[-1].last)
    gap = width - len(begin) - len(end)
    return begin + (" " * gap if gap > 0 else " – ") + end


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"


def _heading(words: str, figure: str) -> Content:
    return Content.assemble((words, "bold $accent"), (f"  {figure}", "bold"))
