"""The optional tool that sends e-mail, against a real SMTP server on loopback: what it sends, and to whom not."""

import email
import logging
from email.policy import default as modern
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from server.errors import StartError
from server.files import FileFolder
from server.mail import BODY_BYTES, Mailer
from server.mail_settings import load_mail
from server.mcp_server import build_server
from server.tools.mail import mail_tools
from tests.server.certificates import Certificate, certificate
from tests.server.clients import call, error_of, text_of
from tests.server.mail_server import MailServer, mail_server

PASSWORD = "canary-mail-password"
MESSAGE = {"to": "ada@team.example", "subject": "Žluť", "body": "Hello\n.\n.dot\nend"}


def variables(port: int | str = 587, **more: str) -> dict[str, str]:
    """The environment of a mail server on this computer."""
    plain = {"HOST": "localhost", "PORT": str(port), "FROM": "callscope@home.example"}
    allowed = {"RECIPIENTS": "me@home.example, @team.example"}
    return {f"CALLSCOPE_SMTP_{name}": text for name, text in {**plain, **allowed, **more}.items()}


def client(tmp_path: Path, to: MailServer, certificate: Certificate | None = None, **more: Any) -> Client:
    options = {name: more.pop(name) for name in ("seconds",) if name in more}
    settings = load_mail(variables(to.port, **more))
    assert settings is not None
    mailer = Mailer(settings, tls=certificate and certificate.client, **options)
    return Client(build_server(FileFolder(tmp_path), toolsets=[mail_tools(mailer)]))


async def send(to: Client, /, **changes: str) -> Any:
    return await call(to, "send_email", MESSAGE | changes)


async def test_message_arrives_as_it_was_written(tmp_path: Path) -> None:
    async with mail_server() as mail, client(tmp_path, mail) as to:
        assert text_of(await send(to)) == "The mail server accepted the message to ada@team.example."
    (raw,) = mail.messages
    message = email.message_from_string(raw.replace("\r\n..", "\r\n.").removesuffix(".\r\n"), policy=modern)
    assert (message["from"], message["to"], message["subject"]) == ("callscope@home.example", MESSAGE["to"], "Žluť")
    assert message.get_content().replace("\r\n", "\n").rstrip("\n") == MESSAGE["body"]
    assert message["message-id"].endswith("@home.example>")
    assert "FROM:<callscope@home.example>" in mail.commands[1]
    assert "TO:<ada@team.example>" in mail.commands[2]


@pytest.mark.parametrize("implicit", [False, True])
async def test_encryption_comes_before_the_password(tmp_path: Path, implicit: bool) -> None:
    made = certificate(tmp_path, "localhost")
    async with mail_server(implicit=implicit, tls=made.server, password=PASSWORD) as mail:
        tls = "implicit" if implicit else "starttls"
        async with client(tmp_path, mail, made, TLS=tls, USER="me", PASSWORD=PASSWORD) as to:
            text_of(await send(to))
    words = [command.split(" ")[0].upper() for command in mail.commands]
    assert words[:3] == (["EHLO", "AUTH", "MAIL"] if implicit else ["EHLO", "STARTTLS", "EHLO"])
    assert mail.encrypted
    assert len(mail.messages) == 1


@pytest.mark.parametrize("offers_encryption", [False, True])
async def test_nothing_is_said_to_a_server_without_encryption_or_with_a_foreign_certificate(
    tmp_path: Path, offers_encryption: bool
) -> None:
    (tmp_path / "other").mkdir()
    ours, theirs = certificate(tmp_path, "localhost"), certificate(tmp_path / "other", "localhost")
    async with (
        mail_server(tls=theirs.server if offers_encryption else None, password=PASSWORD) as mail,
        client(tmp_path, mail, ours, TLS="starttls", USER="me", PASSWORD=PASSWORD) as to,
    ):
        error = error_of(await send(to))
    assert ("cannot be trusted" if offers_encryption else "does not offer the encryption") in error
    assert not [command for command in mail.commands if command.upper().startswith(("AUTH", "MAIL"))]


@pytest.mark.parametrize(
    "recipient",
    [
        "stranger@home.example",
        "me@home.example.evil.example",
        "ada@sub.team.example",
        "ada@eteam.example",
        "me@home.example, stranger@evil.example",
        "me@home.example\nBcc: stranger@evil.example",
        "me@home.example\r",
        "Ada <me@home.example>",
        '"me@home.example"@evil.example',
        "stranger@evil.example@team.example",
        "stranger%evil.example@team.example>,<me@evil.example",
        "@team.example",
        "me@home.example>",
        "",
    ],
)
async def test_nobody_else_can_be_written_to(tmp_path: Path, recipient: str) -> None:
    async with mail_server() as mail, client(tmp_path, mail) as to:
        error_of(await send(to, to=recipient))
    assert mail.commands == []


async def test_capital_letters_make_no_other_recipient(tmp_path: Path) -> None:
    async with mail_server() as mail, client(tmp_path, mail) as to:
        text_of(await send(to, to="Me@Home.example"))
    assert len(mail.messages) == 1


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("subject", "Hi\nBcc: stranger@evil.example"),
        ("subject", "Hi\r\n\r\nbody"),
        ("subject", "Hi\u2028Bcc: stranger@evil.example"),
        ("subject", "x" * 201),
        ("subject", ""),
        ("body", "x" * (BODY_BYTES + 1)),
        ("body", "a\0b"),
    ],
)
async def test_what_could_become_a_header_or_is_too_large_is_not_sent(tmp_path: Path, field: str, text: str) -> None:
    async with mail_server() as mail, client(tmp_path, mail) as to:
        assert "must be" in error_of(await send(to, **{field: text}))
    assert mail.commands == []


@pytest.mark.parametrize("end", ["\r\n.\r\n", "\n.\n", "\r.\r", "\n.\r\n", "\r\n.\r", "\r\n.\n"])
async def test_body_cannot_end_the_message_and_begin_another(tmp_path: Path, end: str) -> None:
    """SMTP smuggling: whatever ends a line to some server must be an ordinary line in the message."""
    async with mail_server() as mail, client(tmp_path, mail) as to:
        text_of(await send(to, body=f"one{end}MAIL FROM:<evil@evil.example>{end}two"))
    (raw,) = mail.messages
    body = raw.removesuffix("\r\n.\r\n")
    assert "\n" not in body.replace("\r\n", "")
    assert "\r" not in body.replace("\r\n", "")
    assert "\r\n.\r\n" not in body


REFUSED = "refused the message (code 550)"
FAILURES = [
    ({"CONNECT": "554 go away"}, "broke off"),
    ({"CONNECT": "garbage"}, "broke off"),
    ({"MAIL": f"550 {PASSWORD}"}, REFUSED),
    ({"RCPT": f"550 {PASSWORD}"}, REFUSED),
    ({"MESSAGE": "550 no"}, REFUSED),
    ({"AUTH": f"535 {PASSWORD} is wrong"}, "does not accept the user name and password"),
]


@pytest.mark.parametrize(("replies", "words"), FAILURES)
async def test_refusal_is_a_sentence_without_the_servers_words(
    tmp_path: Path, replies: dict[str, str], words: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with (
            mail_server(replies=replies, password=PASSWORD) as mail,
            client(tmp_path, mail, USER="me", PASSWORD=PASSWORD) as to,
        ):
            error = error_of(await send(to))
    assert words in error
    assert PASSWORD not in error + caplog.text


@pytest.mark.parametrize(("silent_at", "may_be_sent"), [("CONNECT", False), ("EHLO", False), ("MESSAGE", True)])
async def test_server_that_falls_silent_is_given_up(tmp_path: Path, silent_at: str, may_be_sent: bool) -> None:
    async with mail_server(replies={silent_at: ""}) as mail, client(tmp_path, mail, seconds=0.2) as to:
        error = error_of(await send(to))
    assert "did not answer in time" in error
    assert ("do not send it again unasked" in error) is may_be_sent


async def test_server_that_is_not_there_is_said_to_be_out_of_reach(tmp_path: Path) -> None:
    async with mail_server() as mail:
        pass
    async with client(tmp_path, mail) as to:
        assert "cannot be reached" in error_of(await send(to))


async def test_annotations_tell_that_it_cannot_be_taken_back(tmp_path: Path) -> None:
    async with client(tmp_path, MailServer(port=1), USER="me", PASSWORD=PASSWORD) as to:
        (found,) = (await to.list_tools()).tools
    assert found.annotations is not None
    hints = found.annotations
    assert (hints.read_only_hint, hints.destructive_hint, hints.open_world_hint) == (False, True, True)
    assert "me@home.example, @team.example" in (found.description or "")
    assert PASSWORD not in found.model_dump_json()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"HOST": ""}, "SMTP_HOST is not set"),
        ({"FROM": ""}, "SMTP_FROM is not set"),
        ({"RECIPIENTS": ""}, "SMTP_RECIPIENTS is not set"),
        ({"RECIPIENTS": ","}, "RECIPIENTS must have"),
        ({"RECIPIENTS": "@*.example"}, "RECIPIENTS must have"),
        ({"FROM": "Callscope <a@b.example>"}, "FROM is not"),
        ({"FROM": "a@b.example\nBcc: c@d.example"}, "FROM is not"),
        ({"PORT": "0"}, "PORT must be"),
        ({"PORT": "smtp"}, "PORT must be"),
        ({"USER": "me"}, "belong together"),
        ({"PASSWORD": PASSWORD}, "belong together"),
        ({"TLS": "yes"}, "TLS must be"),
        ({"HOST": "mail.example", "TLS": "none"}, "on this computer alone"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(changes: dict[str, str], words: str) -> None:
    with pytest.raises(StartError) as caught:
        load_mail(variables() | {f"CALLSCOPE_SMTP_{name}": text for name, text in changes.items()})
    assert words in caught.value.message
    assert PASSWORD not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    ("host", "port", "encryption"),
    [("mail.example", 587, "starttls"), ("mail.example", 465, "implicit"), ("127.0.0.1", 25, "none")],
)
def test_encryption_is_required_wherever_the_mail_leaves_this_computer(host: str, port: int, encryption: str) -> None:
    settings = load_mail(variables(port, HOST=host, USER="me", PASSWORD=PASSWORD))
    assert settings is not None
    assert settings.encryption == encryption
    assert PASSWORD not in repr(settings)
