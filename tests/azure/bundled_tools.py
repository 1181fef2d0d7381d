"""The bundled server's six tools as a client sees them, and a toolbox that answers like them."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tui.core.events import Json
from tui.core.ports import ToolSpec

NOW = "2026-03-14 15:09:26"

_FILENAME: Json = {
    "description": "A file name such as notes.txt, or one in a sub-folder such as notes/today.txt; never a full path.",
    "title": "Filename",
    "type": "string",
}


def spec(name: str, description: str, properties: Mapping[str, Json], required: Sequence[str] = ()) -> ToolSpec:
    parameters: dict[str, Json] = {"type": "object", "properties": dict(properties), "title": f"{name}Arguments"}
    if required:
        parameters["required"] = list(required)
    return ToolSpec(name, "bundled", description, parameters)


BUNDLED: tuple[ToolSpec, ...] = (
    spec(
        "greet",
        "Greet someone by name and tell the current local date and time. Also the way to find out what time it is.",
        {"name": {"default": "world", "description": "Whom to greet.", "title": "Name", "type": "string"}},
    ),
    spec(
        "calculate",
        "Add, subtract, multiply or divide two numbers, in 64-bit floating point.\n\n"
        "    Use one call per operation; for several steps pass the result of one call to the next.\n    ",
        {
            "operation": {
                "description": "What to do with the two numbers.",
                "enum": ["add", "subtract", "multiply", "divide"],
                "title": "Operation",
                "type": "string",
            },
            "a": {"description": "The first number.", "title": "A", "type": "number"},
            "b": {
                "description": "The second number: what is added, subtracted, or divided by.",
                "title": "B",
                "type": "number",
            },
        },
        ["operation", "a", "b"],
    ),
    spec(
        "get_system_info",
        "Get facts about the computer that this server runs on, as JSON.\n\n"
        "    Operating system and its version, architecture, processor, Python version, number of CPUs and "
        "memory in GB.\n    ",
        {},
    ),
    spec(
        "save_text_file",
        "Save text to a file. A file of the same name is replaced; sub-folders are created as needed.",
        {
            "filename": _FILENAME,
            "content": {
                "description": "The whole text of the file, at most 1 MB.",
                "title": "Content",
                "type": "string",
            },
        },
        ["filename", "content"],
    ),
    spec("read_text_file", "Read a text file that was saved before.", {"filename": _FILENAME}, ["filename"]),
    spec(
        "get_weather",
        "Get the weather of a city. It is mock data, made up for demonstration: say so when you pass it on.",
        {"city": {"default": "Seattle", "description": "The name of the city.", "title": "City", "type": "string"}},
    ),
)

SYSTEM_INFO = json.dumps(
    {"os": "Linux", "os_version": "#1 SMP", "architecture": "x86_64", "cpu_count": 2, "memory_gb": 23.54}, indent=2
)


class ToolFailedError(Exception):
    """What a tool says when it fails."""


class BundledTools:
    """Answers as the bundled server does; files live in `files`."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        self._tools: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
            "greet": lambda a: f"Hello {a.get('name', 'world')}! Current time: {NOW}",
            "calculate": self._calculate,
            "get_system_info": lambda a: SYSTEM_INFO,
            "save_text_file": self._save,
            "read_text_file": self._read,
            "get_weather": lambda a: (
                f"Weather in {a.get('city', 'Seattle')}: 57°F, sunny\nThis is mock data, made up for demonstration."
            ),
        }

    def call(self, name: str, arguments: Mapping[str, Any]) -> str:
        """The tool's text; raises ToolFailedError."""
        return self._tools[name](arguments)

    def _calculate(self, arguments: Mapping[str, Any]) -> str:
        name, a, b = str(arguments["operation"]), float(arguments["a"]), float(arguments["b"])
        if name == "divide" and b == 0:
            raise ToolFailedError(
                "Division by zero is not possible: divide by another number, or choose add, subtract or multiply."
            )
        value = {"add": a + b, "subtract": a - b, "multiply": a * b, "divide": a / (b or 1)}[name]
        return f"Result: {a} {name} {b} = {value}"

    def _save(self, arguments: Mapping[str, Any]) -> str:
        self.files[arguments["filename"]] = arguments["content"]
        return f"Successfully saved content to {arguments['filename']}"

    def _read(self, arguments: Mapping[str, Any]) -> str:
        name = arguments["filename"]
        if name not in self.files:
            raise ToolFailedError(f"There is no file called '{name}'. Save it first, or check the name.")
        return f"Content of {name}:\n{self.files[name]}"
