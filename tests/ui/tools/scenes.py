"""The Tools tab where the model is not sent what the server says."""

from tests.ui.scenes import Scene
from tests.ui.tools.fakes import READ_ONLY, TOOLS
from tui.core.ports import ToolSpec

LOOSE_TOOLS = (
    ToolSpec(
        "find_pages",
        "bundled",
        "Find pages by their tags, their author or both.",
        {
            "$ref": "#/$defs/Query",
            "$defs": {
                "Query": {
                    "type": "object",
                    "properties": {
                        "tags": {"type": "array", "description": "All of these"},
                        "author": {"$ref": "#/$defs/Author"},
                    },
                },
                "Author": {"type": "string", "minLength": 1, "required": True},
            },
        },
        "Find pages",
        READ_ONLY,
    ),
    ToolSpec("export pages", "bundled", "Export pages as one document.", {"type": "object", "properties": {}}),
)


def tools_scenes() -> list[Scene]:
    """A tool that is changed for the model beside what it is sent, and one that it does not get to know."""
    to_first = ("f3", *["down"] * 6)
    return [
        Scene("sent", keys=(*to_first, "s"), tools=(*TOOLS, *LOOSE_TOOLS)),
        Scene("not_sent", keys=(*to_first, "down"), tools=(*TOOLS, *LOOSE_TOOLS)),
    ]
