"""The optional tool that sends e-mail."""

from collections.abc import Callable
from typing import Annotated, Any

import anyio
import anyio.to_thread
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from server.mail import Mailer, MailProblem
from server.tools.tool import tool

_AT_ONCE = 4


def mail_tools(mailer: Mailer) -> list[Callable[..., Any]]:
    """`send_email`, which tells the model whom it may write to."""
    recipients = ", ".join(mailer.settings.recipients)
    # Threads of their own, so that a slow mail server takes none from other tools.
    threads = anyio.CapacityLimiter(_AT_ONCE)

    @tool(
        title="Send e-mail",
        destructive=True,
        open_world=True,
        description=(
            f"Send one plain-text e-mail from {mailer.settings.sender}. Recipients: {recipients}. It cannot be taken "
            "back, so send only what the user has asked for, and once."
        ),
    )
    async def send_email(
        to: Annotated[str, Field(description="One e-mail address.")],
        subject: Annotated[str, Field(description="One line.")],
        body: Annotated[str, Field(description="The text.")],
    ) -> str:
        try:
            await anyio.to_thread.run_sync(mailer.send, to, subject, body, limiter=threads)
        except MailProblem as problem:
            raise ToolError(str(problem)) from problem
        return f"The mail server accepted the message to {to}."

    return [send_email]
