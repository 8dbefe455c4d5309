"""Addresses of pages about one conversation or rating, which say themselves what they open and until when.

Invariants: an address holds no secret of ours, only a signature (HMAC-SHA256) over what it opens; one that was changed, belongs to
another page or ran out opens nothing, and all three look the same.
"""

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from handoff.conversations.effects import Page

LIVES: Mapping[Page, timedelta] = {
    "transcripts": timedelta(hours=24),
    "feedback": timedelta(days=7),
}
MAILED = timedelta(days=7)
"""A transcript that was sent by mail: whoever gets it may read it later."""


class LinkOverError(Exception):
    """The address opens nothing, or nothing any more."""


@dataclass(frozen=True, slots=True)
class Pages:
    """Where people reach the gateway, and the secret that signs."""

    home: str
    secret: str

    def address(self, page: Page, name: str, now: datetime) -> str:
        """The page about this conversation or rating, from now on for a while; empty when nobody can reach us."""
        token = self.token(page, name, until=now + LIVES[page])
        return f"{self.home.rstrip('/')}/{page}/{token}" if self.home else ""

    def token(self, page: Page, name: str, *, until: datetime) -> str:
        """The end of the address: name, end and signature."""
        told = f"{name}.{int(until.timestamp())}"
        return f"{told}.{_text(self._signature(page, told))}"

    def opened(self, page: Page, token: str, now: datetime) -> str:
        """What a token opens. Raises LinkOverError."""
        told, _, signature = token.rpartition(".")
        name, _, until = told.rpartition(".")
        if not hmac.compare_digest(_bytes(signature), self._signature(page, told)):
            raise LinkOverError
        if datetime.fromtimestamp(int(until), UTC) <= now:
            raise LinkOverError
        return name

    def _signature(self, page: Page, told: str) -> bytes:
        return hmac.digest(
            self.secret.encode(), f"{page}:{told}".encode(errors="surrogatepass"), "sha256"
        )


def _text(signature: bytes) -> str:
    return base64.urlsafe_b64encode(signature).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""
