"""The application with a mistake in it: F12 raises, while a key is in a local variable."""

import os
import sys

from textual.binding import Binding

from tui import cli
from tui.ui import app


class CrashingApp(app.CallscopeApp):
    """Does what an ordinary mistake in a key's handler would do."""

    BINDINGS = [Binding("f12", "crash", priority=True)]  # noqa: RUF012 - Textual declares it as an instance variable

    def action_crash(self) -> None:
        """Make a mistake next to a secret."""
        key = os.environ["AZURE_OPENAI_API_KEY"]
        raise RuntimeError(f"a mistake beside {len(key)} characters")


if __name__ == "__main__":
    app.CallscopeApp = CrashingApp
    sys.exit(cli.main())
