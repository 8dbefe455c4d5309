"""A mail server on this machine: speaks SMTP with STARTTLS and AUTH, keeps what it gets, and can misbehave.

Invariants: listens on 127.0.0.1 only; the certificate is made for the run; each connection has its thread.
"""

import base64
import ipaddress
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from time import sleep

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass
class MailServer:
    """What it got, and how it behaves. `answers` are taken first, by the verb they answer to."""

    port: int = 0
    authorities: Path | None = None
    encrypts: bool = True
    user: str = ""
    password: str = ""
    hangs: bool = False
    delay: float = 0  # seconds before each answer
    answers: dict[str, list[str]] = field(default_factory=dict)
    got: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    connections: int = 0


class _Talk(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        mail: MailServer = self.server.mail  # type: ignore[attr-defined]
        mail.connections += 1
        if mail.hangs:
            sleep(30)
        self.secure, self.known = False, not mail.user
        self.say("220 local")
        while line := self.rfile.readline():
            if not self.answer(mail, line.decode().strip()):
                return

    def finish(self) -> None:
        super().finish()
        self.connection.close()  # the encrypted one, which the server does not know

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def answer(self, mail: MailServer, line: str) -> bool:
        """Answer one command; False ends the talk."""
        sleep(mail.delay)
        verb = line.split(" ")[0].split(":")[0].upper()
        special = {"EHLO": self.offer, "STARTTLS": self.encrypt, "DATA": self.take}
        if mail.answers.get(verb):
            self.say(mail.answers[verb].pop(0))
        elif verb in special:
            special[verb](mail)
        elif verb == "AUTH":
            self.log_in(mail, line.split(" ")[-1])
        elif verb in {"MAIL", "RCPT"} and not self.known:
            self.say("530 who are you")
        else:
            if verb == "RCPT":
                mail.recipients.append(line.partition("<")[2].partition(">")[0])
            self.say("221 bye" if verb == "QUIT" else "250 fine")
        return verb != "QUIT"

    def offer(self, mail: MailServer) -> None:
        offers = ["local", *(["STARTTLS"] if mail.encrypts and not self.secure else [])]
        offers += ["AUTH PLAIN"] if mail.user else []
        for offer in offers[:-1]:
            self.say(f"250-{offer}")
        self.say(f"250 {offers[-1]}")

    def encrypt(self, _: MailServer) -> None:
        self.say("220 go ahead")
        context: ssl.SSLContext = self.server.context  # type: ignore[attr-defined]
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self.secure = True

    def log_in(self, mail: MailServer, given: str) -> None:
        wanted = f"\0{mail.user}\0{mail.password}".encode()
        self.known = base64.b64decode(given) == wanted
        self.say("235 welcome" if self.known else "535 no")

    def take(self, mail: MailServer) -> None:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        found = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(found, EmailMessage)
        mail.got.append(found)
        mail.encrypted.append(self.secure)
        self.say(mail.answers["."].pop(0) if mail.answers.get(".") else "250 taken")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that breaks a connection is part of some tests."""


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "mail.crt", folder / "mail.key"
    paths[0].write_bytes(built.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


@contextmanager
def mail_server(folder: Path) -> Iterator[MailServer]:
    """A running server; ended at the end."""
    chain, key = certificate(folder)
    mail = MailServer(authorities=chain)
    with _Server(("127.0.0.1", 0), _Talk) as server:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(chain, key)
        server.context, server.mail = context, mail  # type: ignore[attr-defined]
        mail.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield mail
        finally:
            server.shutdown()
            thread.join()
