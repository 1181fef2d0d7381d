"""Everything a person can command, in one table: keys, slash commands, palette and help come from it."""

import re
from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `name` is the slash command and the main screen's action; `key` is empty where it has none.

    `footer`: whether the footer shows it; the footer has room for the few that matter most.
    """

    name: str
    title: str
    about: str
    key: str = ""
    key_display: str = ""
    footer: bool = False


COMMANDS: tuple[Command, ...] = (
    Command("help", "Help", "keys, commands and how this works", "f1", "f1", footer=True),
    Command("chat", "Chat", "go to the conversation", "f2", "f2"),
    Command("tools", "Tools", "browse and try the tools of the servers", "f3", "f3"),
    Command("history", "History", "find, reopen and delete conversations", "f4", "f4"),
    Command("resume", "Resume", "find a conversation in the history, and go on with it"),
    Command("examples", "Examples", "pick a message to try", "ctrl+e", "^e", footer=True),
    Command("new", "New", "begin a new conversation; the one before stays in the history", "ctrl+n", "^n", footer=True),
    Command("clear", "Clear", "delete this conversation and begin afresh; can be undone"),
    Command("undo", "Undo clear", "bring the conversation back that was cleared last"),
    Command("retry", "Retry", "send the last message again", "ctrl+r", "^r"),
    Command("edit", "Edit", "edit an earlier message and send it again, in a branch", "f6", "f6"),
    Command("branches", "Branches", "the branches of this conversation, to go from one to another"),
    Command("rename", "Rename", "give this conversation a title"),
    Command("pin", "Pin", "put this conversation on top of the history, or let it go from there"),
    Command("export", "Export", "write this conversation to a file: Markdown, JSON or a recording"),
    Command("import", "Import", "take a recording into the history: `/import PATH`"),
    Command("replay", "Replay", "play this conversation as if it happened now; `/replay PATH` plays a recording"),
    Command("check", "Check", "run this conversation's calls again, and compare what comes back"),
    Command("record", "Record", "keep this conversation as a recording: a test of its tools"),
    Command("stats", "Statistics", "tokens, requests, calls and times, plotted"),
    Command("calls", "Calls", "show or hide the log of tool calls", "ctrl+l", "^l", footer=True),
    Command("details", "Details", "all about an answer: tokens, times, filters, request ids", "ctrl+g", "^g"),
    Command("thoughts", "Thoughts", "unfold or fold the model's thoughts, where it gives them", "ctrl+t", "^t"),
    Command("model", "Model", "pick the model that answers; `/model NAME` at once", "ctrl+o", "^o"),
    Command("connect", "Connect", "set up an Azure OpenAI deployment of yours, test it and keep it"),
    Command("system", "System prompt", "what the model is told about its role in this conversation"),
    Command("server", "Server", "the servers' state; `restart` connects anew, `bundled` starts the bundled one"),
    Command("logs", "Logs", "the messages to and from the servers, and what they wrote"),
    Command("doctor", "Doctor", "looks over settings, servers, data and this terminal, and says what to mend"),
    Command("mode", "Mode", "which calls run unasked: `/mode ask`, `read-only` or `never`", "f8", "f8"),
    Command("allowed", "Allowed", "what runs unasked because you allowed it, to revoke it"),
    Command("copy", "Copy answer", "copy the last answer to the clipboard"),
    Command("theme", "Light or dark", "switch the palette", "f9", "f9"),
    Command("quit", "Quit", "leave Callscope", "ctrl+q", "^q", footer=True),
)


def bindings() -> list[Binding]:
    """The commands' keys, for the main screen; they work while typing too."""
    return [
        Binding(
            command.key,
            f"command('{command.name}')",
            command.title,
            show=command.footer,
            key_display=command.key_display,
            priority=True,
            id=f"command.{command.name}",
        )
        for command in COMMANDS
        if command.key
    ]


def matching(text: str) -> list[Command]:
    """The commands whose name begins with what was typed after the slash; then those that only contain it."""
    typed = text.removeprefix("/").lower()
    starting = [command for command in COMMANDS if command.name.startswith(typed)]
    containing = [command for command in COMMANDS if typed in command.name and command not in starting]
    return starting + containing


def is_command(text: str) -> bool:
    """Whether this is meant as a command: a slash and one word first. A path such as `/etc/hosts` is not."""
    return re.match(r"/[A-Za-z]*(\s|$)", text) is not None


def find(name: str) -> Command | None:
    """The command of exactly this name."""
    return next((command for command in COMMANDS if command.name == name.lower()), None)
