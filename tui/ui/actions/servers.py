"""The commands about the MCP servers."""

from tui.ui.actions.group import Run, Surface
from tui.ui.typed import app_of


class ServerCommands:
    """Shows the servers and their logs, connects to them anew, and starts the bundled one."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface

    def commands(self) -> dict[str, Run]:
        """This group's commands."""
        return {"server": self._server, "logs": self.show_logs}

    def show_logs(self, server: str = "") -> None:
        """Show the logs of this server, or of the first."""
        from tui.ui.logs.screen import LogsScreen  # not before the first paint

        app, screen, session = app_of(self._surface.screen), self._surface.screen, self._surface.session
        if app.screen is screen:
            app.push_screen(LogsScreen(session.host, screen.clocks.write_exact, server))

    def _server(self, rest: str) -> None:
        if rest == "restart":
            self._surface.work(self._restart())
        elif rest == "bundled":
            self._surface.work(self._start_bundled())
        elif rest:
            self._surface.screen.say(f"There is no /server {rest}.", "warning", "It takes restart or bundled.")
        else:
            self._surface.screen.show_tab("tools")

    async def _start_bundled(self) -> None:
        screen, host = self._surface.screen, self._surface.session.host
        await host.start_bundled()
        screen.say("Starting the bundled server for this run …")
        await host.settle()
        if any(server.bundled and server.state == "ready" for server in host.servers()):
            screen.say("The bundled server is ready.", hint="The next start goes by MCP_SERVER_URL or --server again.")

    async def _restart(self) -> None:
        screen, host = self._surface.screen, self._surface.session.host
        for server in host.servers():
            screen.say(f"Connecting to {server.name} anew …")
            await host.restart(server.name)
        await host.settle()
        if ready := [server.name for server in host.servers() if server.state == "ready"]:
            screen.say(f"{' and '.join(ready)} {'is' if len(ready) == 1 else 'are'} ready.")
