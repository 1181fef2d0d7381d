"""The list of tools: everything of a server is shown, and nothing of it harms a terminal."""

import json
from collections.abc import Sequence

from tests.fakes import FakeHost
from tui.commands.headless.listing import as_json, as_text
from tui.core.ports import ResourceSpec, ServerStatus, ToolAnnotations, ToolSpec

HOSTILE = "a\x1b]0;title\x07\x1b[31mb\u202ec"


class Server(FakeHost):
    """A server with one tool and one resource, all of whose words are hostile."""

    def __init__(self) -> None:
        super().__init__()
        self.statuses = [ServerStatus("srv", "ready", version=HOSTILE)]

    def specs(self) -> Sequence[ToolSpec]:
        schema = {
            "type": "object",
            "properties": {
                "x\x1b[2J": {"type": "string", "description": HOSTILE},
                "n": {"type": "integer", "default": 5},
            },
            "required": ["x\x1b[2J"],
        }
        return [ToolSpec("act", "srv", f"Acts.\n\n{HOSTILE}", schema, annotations=ToolAnnotations(read_only=True))]

    def resources(self) -> Sequence[ResourceSpec]:
        return [ResourceSpec("srv", "info://a", "A", HOSTILE)]


def test_each_tool_stands_with_its_description_and_its_parameters() -> None:
    lines = as_text(Server()).splitlines()
    assert lines[0].endswith(" · 1 tool")
    assert "  act  (only reads)" in lines
    assert "    Acts." in lines
    assert any(line.startswith("      n") and line.endswith("integer · default 5") for line in lines)
    assert any(line.startswith("    info://a  ") for line in lines)


def test_nothing_of_a_server_harms_a_terminal() -> None:
    for written in (as_text(Server()), as_json(Server())):
        assert "\x1b" not in written
        assert "\u202e" not in written
    assert "x<U+001B>[2J" in as_text(Server())
    assert json.loads(as_json(Server()))["resources"][0]["description"] == HOSTILE
