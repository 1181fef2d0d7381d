"""A small SMTP server on loopback (RFC 5321, 3207, 4954) that keeps what it was sent and fails as a test wants it."""

import asyncio
import base64
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """`replies` stand in for the usual ones, by the first word of the command; an empty one says nothing for ever."""

    tls: ssl.SSLContext | None = None
    password: str | None = None
    replies: Mapping[str, str] = field(default_factory=dict[str, str])
    port: int = 0
    messages: list[str] = field(default_factory=list[str])
    commands: list[str] = field(default_factory=list[str])
    encrypted: bool = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            await self._say(writer, self.replies.get("CONNECT", "220 ready"))
            while line := (await reader.readline()).decode().strip():
                word = line.split(" ")[0].upper()
                self.commands.append(line)
                if word in self.replies:
                    await self._say(writer, self.replies[word])
                    if not self.replies[word]:
                        await reader.read()
                    continue
                await self._answer(word, line, reader, writer)
        except ConnectionError:
            pass  # The client gave up: what the test is about.
        finally:
            writer.close()

    async def _answer(self, word: str, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        match word:
            case "EHLO":
                offers = [
                    "localhost",
                    *(["STARTTLS"] if self.tls and not self.encrypted else []),
                    "AUTH PLAIN",
                    "8BITMIME",
                ]
                lines = [f"250{' ' if offer == offers[-1] else '-'}{offer}" for offer in offers]
                await self._say(writer, "\r\n".join(lines))
            case "STARTTLS" if self.tls:
                await self._say(writer, "220 go on")
                await writer.start_tls(self.tls)
                self.encrypted = True
            case "AUTH":
                given = base64.b64decode(line.split(" ")[2]).split(b"\0")[2].decode()
                await self._say(writer, "235 welcome" if given == self.password else f"535 {given} is wrong")
            case "DATA":
                await self._say(writer, "354 go on")
                self.messages.append((await reader.readuntil(b"\r\n.\r\n")).decode())
                await self._say(writer, self.replies.get("MESSAGE", "250 accepted"))
            case "QUIT":
                await self._say(writer, "221 bye")
            case _:
                await self._say(writer, "250 fine")

    async def _say(self, writer: asyncio.StreamWriter, line: str) -> None:
        if line:
            writer.write(f"{line}\r\n".encode())
            await writer.drain()


@asynccontextmanager
async def mail_server(*, implicit: bool = False, **options: object) -> AsyncGenerator[MailServer]:
    """The server, from entering to leaving; `implicit`: encrypted from the first byte."""
    mail = MailServer(**options)  # pyright: ignore[reportArgumentType] (the options are those of the class)
    server = await asyncio.start_server(mail.serve, "127.0.0.1", 0, ssl=mail.tls if implicit else None)
    mail.encrypted = implicit
    mail.port = server.sockets[0].getsockname()[1]
    try:
        yield mail
    finally:
        server.close()
