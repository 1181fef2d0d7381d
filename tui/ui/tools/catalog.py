"""Everything the servers offer, as one list to look through, and what of it a filter leaves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tui.core.ports import Host, PromptSpec, ResourceSpec, SentTool, ServerStatus, ToolSpec
from tui.ui.tools.untrusted import on_one_line

ItemKind: TypeAlias = Literal["server", "tool", "resource", "prompt"]
Offer: TypeAlias = ServerStatus | ToolSpec | ResourceSpec | PromptSpec


@dataclass(frozen=True, slots=True)
class ItemKey:
    """What makes an item the same one after a list changed. `name` is the URI of a resource."""

    kind: ItemKind
    server: str
    name: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look at; `label` is its name made visible, `searched` what a filter looks into.

    `sent` is how a tool goes to the model; None where that is not known.
    """

    key: ItemKey
    offer: Offer
    label: str
    searched: str
    sent: SentTool | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A server's items of one kind; `total` counts them before a filter."""

    title: str
    items: tuple[Item, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Section:
    """A server and what it offers."""

    server: Item
    status: ServerStatus
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Catalog:
    """All servers, in the host's order."""

    sections: tuple[Section, ...] = ()

    def filtered(self, query: str) -> "Catalog":
        """What contains every word of the query in its name or description; servers without any are left out."""
        words = query.casefold().split()
        if not words:
            return self
        sections: list[Section] = []
        for section in self.sections:
            groups = [_filtered(group, words) for group in section.groups]
            groups = [group for group in groups if group.items]
            if groups or _matches(section.server, words):
                sections.append(Section(section.server, section.status, tuple(groups)))
        return Catalog(tuple(sections))

    def items(self) -> Iterable[Item]:
        """Every item, servers included, in the order of the list."""
        for section in self.sections:
            yield section.server
            for group in section.groups:
                yield from group.items

    def item(self, key: ItemKey) -> Item | None:
        """The item with this key, if it is still there."""
        return next((item for item in self.items() if item.key == key), None)

    def counts(self, server: str) -> Mapping[str, int]:
        """How many items of each group a server offers."""
        return {
            group.title: group.total
            for section in self.sections
            if section.status.name == server
            for group in section.groups
        }


def catalog_of(host: Host, sent: Sequence[SentTool] = ()) -> Catalog:
    """What the host has at this moment, and how its tools go to the model."""
    sent_by_name = {tool.name: tool for tool in sent}
    tools = [_tool(spec, sent_by_name.get(spec.name)) for spec in host.specs()]
    resources = [_resource(spec) for spec in host.resources()]
    prompts = [_prompt(spec) for spec in host.prompts()]
    groups = {"Tools": tools, "Resources": resources, "Prompts": prompts}
    return Catalog(
        tuple(_section(status, groups) for status in _with_orphans(host.servers(), tools, resources, prompts))
    )


def _with_orphans(servers: Sequence[ServerStatus], *groups: Sequence[Item]) -> list[ServerStatus]:
    """The servers, and one for each name that only an item knows, so that nothing on offer is hidden."""
    known = {status.name: status for status in servers}
    for items in groups:
        for item in items:
            known.setdefault(item.key.server, ServerStatus(item.key.server, "ready"))
    return list(known.values())


def _section(status: ServerStatus, groups: Mapping[str, Sequence[Item]]) -> Section:
    label = on_one_line(status.name)
    server = Item(ItemKey("server", status.name, status.name), status, label, label.casefold())
    own: list[Group] = []
    for title, items in groups.items():
        found = tuple({item.key: item for item in items if item.key.server == status.name}.values())
        if found:
            own.append(Group(title, found, len(found)))
    return Section(server, status, tuple(own))


def _tool(spec: ToolSpec, sent: SentTool | None) -> Item:
    key = ItemKey("tool", spec.server, spec.name)
    return Item(key, spec, on_one_line(spec.name), _searched(spec.name, spec.title, spec.description), sent)


def _resource(spec: ResourceSpec) -> Item:
    key = ItemKey("resource", spec.server, spec.uri)
    return Item(key, spec, on_one_line(spec.uri), _searched(spec.uri, spec.name, spec.description))


def _prompt(spec: PromptSpec) -> Item:
    key = ItemKey("prompt", spec.server, spec.name)
    return Item(key, spec, on_one_line(spec.name), _searched(spec.name, spec.title, spec.description))


def _searched(*texts: str) -> str:
    return "\n".join(texts).casefold()


def _filtered(group: Group, words: Sequence[str]) -> Group:
    return Group(group.title, tuple(item for item in group.items if _matches(item, words)), group.total)


def _matches(item: Item, words: Sequence[str]) -> bool:
    return all(word in item.searched for word in words)
