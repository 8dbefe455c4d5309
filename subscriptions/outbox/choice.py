"""The outbox an operator names in one setting.

    none                                            nothing leaves the house
    file:var/outbox.jsonl                           the mailbox of development
    smtp://user:password@host:587?sender=…          STARTTLS; smtps:// for TLS from the first byte

Options of both: `links` (where the pages for the links are, if not at the gateway's public address), `site` (where the
host site's page for new passwords is, if not there). Options of SMTP: `sender` (address, needed), `ca` (file with
certificates to trust), `sms` (domain of a gateway from mail to SMS), `security=none` (this machine only).
Invariant: what is wrong is said without repeating the setting, because it holds a password.
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from subscriptions.model.base import FormOfAddress
from subscriptions.outbox.mailbox import FileMailbox
from subscriptions.outbox.port import Outbox, no_outbox
from subscriptions.outbox.queue import QueuedOutbox
from subscriptions.outbox.smtp import SmtpDelivery, SmtpServer
from subscriptions.outbox.texts import MailTexts

FORMS = "none, file:<path> or smtp://user:password@host:587?sender=<address>"
DEVELOPMENT_LINKS = "http://127.0.0.1:8000/"
_OPTIONS = {"sender", "links", "site", "ca", "sms", "security"}
_THIS_MACHINE = {"127.0.0.1", "::1", "localhost"}


def open_outbox(setting: str, public_address: str = "", *, form: FormOfAddress = "sie") -> Outbox:
    """Build the outbox; links in messages lead to the gateway's `public_address`, German addresses people as `form` says.

    Raises ValueError with a sentence for the operator.
    """
    check_outbox(setting, public_address)
    scheme, _, rest = setting.partition(":")
    if scheme == "file":
        path, _, query = rest.partition("?")
        options = dict(parse_qsl(query))
        links = options.get("links") or public_address or DEVELOPMENT_LINKS
        texts = MailTexts(links, site=options.get("site", ""), form=form)
        return QueuedOutbox(FileMailbox(Path(path), texts))
    if scheme in {"smtp", "smtps"}:
        server, places = smtp_server(setting, public_address)
        words = MailTexts(places.links, site=places.site, form=form)
        return QueuedOutbox(SmtpDelivery(server, words))
    return no_outbox


def check_outbox(setting: str, public_address: str = "") -> None:
    """Raise ValueError for what `open_outbox` would not open; opens nothing."""
    scheme, _, rest = setting.partition(":")
    if scheme in {"smtp", "smtps"}:
        smtp_server(setting, public_address)
    elif setting not in {"", "none"} and not (scheme == "file" and rest):
        raise ValueError(f"an outbox is {FORMS}")


@dataclass(frozen=True, slots=True)
class Places:
    """Where links lead: to the gateway, and to the host site (empty: the same)."""

    links: str
    site: str


def smtp_server(setting: str, public_address: str = "") -> tuple[SmtpServer, Places]:
    """The server and where the links lead; raises ValueError."""
    parts = urlsplit(setting)
    options = dict(parse_qsl(parts.query))
    if set(options) - _OPTIONS or not (parts.hostname and options.get("sender")):
        raise ValueError(f"an outbox is {FORMS}")
    places = Places(options.get("links") or public_address, options.get("site", ""))
    for place in (places.links, places.site or places.links):
        if not place.startswith(("https://", "http://127.0.0.1")):
            raise ValueError("an outbox needs the public address of its links, with https://")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isascii():  # the standard library logs in with ASCII only
        raise ValueError("user and password of an outbox must be ASCII")
    server = SmtpServer(
        host=parts.hostname,
        port=_port(parts),
        sender=options["sender"],
        security=_security(parts, options.get("security", "")),
        user=user,
        password=password,
        authorities=options.get("ca", ""),
        sms_domain=options.get("sms", ""),
    )
    return server, places


def _port(parts: SplitResult) -> int:
    try:
        return parts.port or (465 if parts.scheme == "smtps" else 587)
    except ValueError:
        raise ValueError("the port of the outbox is not a number") from None


def _security(parts: SplitResult, wanted: str) -> str:
    if wanted == "none" and parts.hostname not in _THIS_MACHINE:
        raise ValueError("an outbox sends codes: security=none is for a server on this machine")
    if wanted not in {"", "none"}:
        raise ValueError("security of an outbox is none, or left out")
    return wanted or ("tls" if parts.scheme == "smtps" else "starttls")
