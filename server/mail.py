"""One plain-text message by SMTP, to those who may be written to."""

import smtplib
import socket
import ssl
import threading
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid

from server.mail_settings import MailSettings, is_address

SUBJECT_CHARACTERS = 200
BODY_BYTES = 262_144
SECONDS_LIMIT = 30.0
"""For the whole exchange, so that a server that answers a byte at a time holds nobody up."""
_STEP_SECONDS = 15.0
_OWN_NAME = "localhost"


class MailProblem(Exception):
    """Why the message was not sent: a sentence for the model, without the password or a mail server's own words."""


class Mailer:
    """Sends messages from the one sender. A connection is made for each, and nothing is tried twice."""

    def __init__(
        self, settings: MailSettings, *, tls: ssl.SSLContext | None = None, seconds: float = SECONDS_LIMIT
    ) -> None:
        self.settings = settings
        self._tls = tls or ssl.create_default_context()
        self._seconds = seconds

    def send(self, recipient: str, subject: str, body: str) -> None:
        """Hand one message to the mail server; blocks. Raises MailProblem."""
        message = self._message(recipient, subject, body)
        delivery = _Delivery(self.settings, self._tls)
        # smtplib knows a time limit for each step only.
        timer = threading.Timer(self._seconds, delivery.give_up)
        timer.daemon = True
        timer.start()
        try:
            delivery.run(message)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise MailProblem(self._words(error, delivery)) from error
        finally:
            timer.cancel()
            delivery.close()

    def _message(self, recipient: str, subject: str, body: str) -> EmailMessage:
        if not is_address(recipient):
            raise MailProblem("The recipient must be one plain e-mail address, such as name@example.com.")
        if not self.settings.allows(recipient):
            raise MailProblem(f"{recipient} may not be written to. These may: {', '.join(self.settings.recipients)}.")
        if not subject.isprintable() or not 0 < len(subject) <= SUBJECT_CHARACTERS:
            raise MailProblem(f"The subject must be one line of 1 to {SUBJECT_CHARACTERS} characters.")
        try:
            size = len(body.encode())
        except UnicodeEncodeError as error:
            raise MailProblem("The body has characters that cannot be sent as UTF-8.") from error
        if size > BODY_BYTES or "\0" in body:
            raise MailProblem(f"The body must be text of at most {BODY_BYTES:,} bytes.")
        message = EmailMessage(policy=SMTP)
        message["From"] = self.settings.sender
        message["To"] = recipient
        message["Subject"] = subject
        message["Date"] = formatdate()
        # Otherwise it would name this computer.
        message["Message-ID"] = make_msgid(domain=self.settings.sender.rpartition("@")[2])
        message.set_content(body)
        return message

    def _words(self, error: Exception, delivery: "_Delivery") -> str:
        doubt = " It may have been sent all the same: do not send it again unasked." if delivery.handed_over else ""
        if delivery.given_up or isinstance(error, TimeoutError):
            return f"The mail server did not answer in time.{doubt}"
        match error:
            case smtplib.SMTPAuthenticationError():
                return "The mail server does not accept the user name and password that the server was given."
            case smtplib.SMTPRecipientsRefused() | smtplib.SMTPSenderRefused() | smtplib.SMTPDataError():
                return f"The mail server refused the message{_code(error)}."
            case smtplib.SMTPNotSupportedError():
                return "The mail server does not offer the encryption or the sign-in that it must be used with."
            case ssl.SSLError():
                return "The mail server cannot be trusted: its certificate does not prove who it is."
            case smtplib.SMTPException() | ValueError():
                return f"The mail server broke off, or answered with something that is not SMTP.{doubt}"
            case _:
                return f"The mail server cannot be reached.{doubt}"


def _code(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "".join(f" (code {code})" for code, _ in list(error.recipients.values())[:1])
    return f" (code {error.smtp_code})"


class _PlainClient(smtplib.SMTP):
    """Makes itself known to its delivery before it connects, so that it can be ended while it does."""

    def __init__(self, delivery: "_Delivery", host: str, port: int) -> None:
        delivery.client = self
        super().__init__(host, port, local_hostname=_OWN_NAME, timeout=_STEP_SECONDS)


class _EncryptedClient(smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""

    def __init__(self, delivery: "_Delivery", host: str, port: int, tls: ssl.SSLContext) -> None:
        delivery.client = self
        super().__init__(host, port, local_hostname=_OWN_NAME, timeout=_STEP_SECONDS, context=tls)


class _Delivery:
    """One exchange with the mail server, which another thread can end."""

    def __init__(self, settings: MailSettings, tls: ssl.SSLContext) -> None:
        self.client: smtplib.SMTP | None = None
        self.handed_over = self.given_up = False
        self._settings = settings
        self._tls = tls

    def run(self, message: EmailMessage) -> None:
        """Connect, encrypt, sign in, send."""
        settings = self._settings
        if settings.encryption == "implicit":
            client = _EncryptedClient(self, settings.host, settings.port, self._tls)
        else:
            client = _PlainClient(self, settings.host, settings.port)
        if settings.encryption == "starttls":
            client.starttls(context=self._tls)
        if settings.user is not None and settings.password is not None:
            client.login(settings.user, settings.password)
        client.ehlo_or_helo_if_needed()
        self.handed_over = True
        client.send_message(message)
        # The message is accepted by now; what comes after is courtesy.
        with suppress(smtplib.SMTPException, OSError):
            client.quit()

    def give_up(self) -> None:
        """End it from another thread: whatever waits on the connection fails."""
        self.given_up = True
        connection = self.client.sock if self.client else None
        if connection is not None:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the connection."""
        if self.client is not None:
            self.client.close()
