"""The commands that write conversations to files and take them in from files."""

from pathlib import Path
from typing import TYPE_CHECKING

from tui.core.ports import Exporter, ExportForm
from tui.core.transcript import title_of
from tui.ui.actions.group import Run, Surface
from tui.ui.actions.paths import typed_path
from tui.ui.typed import app_of

if TYPE_CHECKING:
    from tui.ui.dialogs.export import ExportOrder

_FORMS: dict[str, ExportForm] = {".md": "markdown", ".json": "json", ".jsonl": "recording"}


class FileCommands:
    """Exports any conversation of the history, and imports recordings."""

    def __init__(self, surface: Surface, exporter: Exporter) -> None:
        self._surface = surface
        self._exporter = exporter

    def commands(self) -> dict[str, Run]:
        """This group's commands."""
        return {"export": self._export_open, "import": self._import}

    def export(self, conversation_id: str, title: str) -> None:
        """Ask for the form and the file, and write a conversation there."""
        from tui.ui.dialogs.export import ExportDialog  # not before the first paint

        def write(order: "ExportOrder | None") -> None:
            if order:
                self._surface.work(self._write(conversation_id, order.path, order.form))

        dialog = ExportDialog(title, lambda form: self._exporter.suggest(title, form))
        app_of(self._surface.screen).push_screen(dialog, write)

    def _export_open(self, rest: str) -> None:
        session = self._surface.session
        if not session.events:
            self._surface.screen.say("There is nothing to export yet.")
        elif not rest:
            self.export(session.conversation_id, title_of(session.events))
        elif form := _FORMS.get(Path(rest.strip("'\"")).suffix.lower()):
            self._surface.work(self._write(session.conversation_id, rest, form))
        else:
            hint = "Its name must end in .md, .json or .jsonl; /export alone asks."
            self._surface.screen.say("The file's name does not say in which form to export.", "warning", hint)

    async def _write(self, conversation_id: str, typed: str, form: ExportForm) -> None:
        session = self._surface.session
        path = typed_path(typed)
        if conversation_id == session.conversation_id:
            events = list(session.events)
        else:
            events = await session.archive.load(conversation_id)
        written = await self._exporter.export(events, path, form)
        self._surface.screen.say(f"Exported to {written}")

    def _import(self, rest: str) -> None:
        if rest:
            self._surface.work(self._read(rest))
        else:
            hint = "/import PATH takes a .jsonl file, as /export writes it."
            self._surface.screen.say("Say which recording to take in.", "warning", hint)

    async def _read(self, typed: str) -> None:
        path = typed_path(typed)
        self._surface.session.adopt(await self._exporter.read(path))
        self._surface.screen.show_tab("chat")
        self._surface.screen.say(f"{path.name} is now a conversation of the history.")
