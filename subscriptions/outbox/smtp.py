"""Delivery by SMTP: encrypted, with a time-out, one connection for each message.

Invariants: nothing is sent in the clear except to a server on this machine; the server's certificate is checked; a
refusal for good (5xx) is Undeliverable, everything else may be tried again; an error names no address and no secret.
"""

import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from subscriptions.outbox.port import Message, Undeliverable
from subscriptions.outbox.texts import MailTexts

TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where and how mail is handed in. `security` is `starttls`, `tls` (from the first byte) or `none`.

    `sms_domain`: of an operator's gateway that turns mail to <digits>@domain into an SMS; empty: there is none.
    """

    host: str
    port: int
    sender: str
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    authorities: str = ""  # file with the certificates to trust; empty: those of the system
    sms_domain: str = ""


class SmtpDelivery:
    """Sends one message; raises Undeliverable or OSError. Holds no state between messages."""

    def __init__(self, server: SmtpServer, texts: MailTexts) -> None:
        self._server, self._texts = server, texts
        self._trust = ssl.create_default_context(cafile=server.authorities or None)

    def __call__(self, message: Message) -> None:
        """Hand one message to the server."""
        mail = self._mail(message)
        try:
            connection = self._connected()
            try:
                connection.send_message(mail)
            finally:
                _hang_up(connection)
        except smtplib.SMTPRecipientsRefused as error:
            raise _refused([code for code, _ in error.recipients.values()]) from None
        except smtplib.SMTPNotSupportedError:
            raise Undeliverable("the server cannot do what is needed") from None
        except smtplib.SMTPAuthenticationError:
            raise ConnectionError("the server does not accept the login") from None
        except smtplib.SMTPResponseException as error:
            raise _refused([error.smtp_code]) from None

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=TIMEOUT_SECONDS, context=self._trust
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
        try:
            if server.security == "starttls":
                connection.starttls(context=self._trust)
            if server.user:
                connection.login(server.user, server.password)
        except BaseException:
            connection.close()
            raise
        return connection

    def _mail(self, message: Message) -> EmailMessage:
        letter = self._texts.letter(message)
        mail = EmailMessage()
        try:
            mail["From"] = self._server.sender
            mail["To"] = Address(addr_spec=self._recipient(message))
            mail["Subject"] = letter.subject
        except (ValueError, IndexError, MessageError) as error:  # the standard library raises all
            raise Undeliverable(f"a header cannot be made: {type(error).__name__}") from None
        mail["Date"] = format_datetime(datetime.now(UTC))
        mail["Message-ID"] = make_msgid(domain=self._server.sender.rpartition("@")[2].rstrip(">"))
        mail["Auto-Submitted"] = "auto-generated"  # so that no absence note answers it
        mail.set_content(letter.text)
        mail["Content-Language"] = message.locale  # setting the content takes such headers away
        return mail

    def _recipient(self, message: Message) -> str:
        if message.channel != "sms":
            return message.to
        if not self._server.sms_domain:
            raise Undeliverable("no SMS gateway is connected")
        return f"{message.to.lstrip('+')}@{self._server.sms_domain}"


def _hang_up(connection: smtplib.SMTP) -> None:
    """Say goodbye. The mail is taken or refused by now: an error here must not send it a second time."""
    try:
        connection.quit()
    except OSError:
        connection.close()


def _refused(codes: list[int]) -> Exception:
    """5xx is for good, 4xx for now (RFC 5321, section 4.2.1)."""
    if all(code >= 500 for code in codes):
        return Undeliverable(f"the server refuses: {codes}")
    return ConnectionError(f"the server refuses for now: {codes}")
