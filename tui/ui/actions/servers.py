"""The commands about the MCP servers."""

from tui.ui.actions.group import Run, Surface


class ServerCommands:
    """Shows the servers, and connects to them anew."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface

    def commands(self) -> dict[str, Run]:
        """This group's commands."""
        return {"server": self._server}

    def _server(self, rest: str) -> None:
        if rest == "restart":
            self._surface.work(self._restart())
        else:
            self._surface.screen.show_tab("tools")

    async def _restart(self) -> None:
        screen, host = self._surface.screen, self._surface.session.host
        for server in host.servers():
            screen.say(f"Connecting to {server.name} anew …")
            await host.restart(server.name)
        await host.settle()
        if ready := [server.name for server in host.servers() if server.state == "ready"]:
            screen.say(f"{' and '.join(ready)} {'is' if len(ready) == 1 else 'are'} ready.")
