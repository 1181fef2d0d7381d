"""The family of a conversation: what it was forked from, and everything that was forked from that."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tui.core.ports import ConversationSummary


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """One conversation of a family tree, in the order in which a tree is read.

    `summary` is None for an original that was deleted. `rails` tells for each level above, from the root on, whether
    more of its kind follow below; its length is how deep the conversation stands in the tree.
    """

    id: str
    summary: ConversationSummary | None
    rails: tuple[bool, ...]


def family(summaries: Sequence[ConversationSummary], conversation_id: str) -> list[FamilyMember]:
    """The tree that this conversation belongs to, the original first, then branches by the turn and time they left at.

    Just the conversation itself where it has no branches; nothing where it is not among the summaries.
    """
    known = {summary.id: summary for summary in summaries}
    if conversation_id not in known:
        return []
    children: dict[str, list[ConversationSummary]] = defaultdict(list)
    for summary in summaries:
        if summary.origin:
            children[summary.origin].append(summary)
    members: list[FamilyMember] = []
    waiting: list[tuple[str, tuple[bool, ...]]] = [(_root(known, conversation_id), ())]
    seen: set[str] = set()
    while waiting:
        identifier, rails = waiting.pop()
        if identifier in seen:
            continue
        seen.add(identifier)
        members.append(FamilyMember(identifier, known.get(identifier), rails))
        branches = sorted(children[identifier], key=_turn_and_time, reverse=True)
        waiting.extend((branch.id, (*rails, place > 0)) for place, branch in enumerate(branches))
    return members


def place_in_family(summaries: Sequence[ConversationSummary], conversation_id: str) -> tuple[int, int]:
    """Which one of how many conversations of its family this is, counted from 1; deleted ones do not count."""
    there = [member.id for member in family(summaries, conversation_id) if member.summary]
    return (there.index(conversation_id) + 1, len(there)) if conversation_id in there else (0, 0)


def _turn_and_time(branch: ConversationSummary) -> tuple[int, float]:
    return branch.forked_turn, branch.started_at


def _root(known: Mapping[str, ConversationSummary], conversation_id: str) -> str:
    """The first ancestor; damaged files may lead in a circle, where the search for it ends."""
    seen: set[str] = set()
    while (summary := known.get(conversation_id)) and summary.origin and conversation_id not in seen:
        seen.add(conversation_id)
        conversation_id = summary.origin
    return conversation_id
