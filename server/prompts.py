"""The prompts that the server offers."""

from typing import Any

from mcp.server.mcpserver import MCPServer


def register(server: MCPServer[Any]) -> None:
    """Add the prompts to the server."""
    server.prompt(title="Calculate something")(calculation_prompt)
    server.prompt(title="Work with files")(file_operations_prompt)


def calculation_prompt() -> str:
    """Ask user what they want to calculate"""
    return (
        "Ask user what they want to calculate. Offer to add, subtract, multiply or divide two numbers, "
        "use the calculate tool for each step, and tell the result in a sentence."
    )


def file_operations_prompt() -> str:
    """Ask user for file operations"""
    return (
        "Ask user for file operations. Offer to save text to a file or to read one back, "
        "use save_text_file and read_text_file, and say which file was used."
    )
