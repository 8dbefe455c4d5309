"""What reaches a person outside the chat: letters of the mailbox, and documents behind links.

Invariant: a code is given out once; whoever wants another one waits for the next letter.
"""

import json
import re
import time
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
from pypdf import PdfReader

from handoff.contract import Locale
from tests.chats import plain
from tests.stories.line import LOOK_AGAIN_SECONDS, PATIENT_SECONDS

_LINK = re.compile(r"https?://\S+")
_FORM = re.compile(r'<form method="post" action="([^"]+)"')


class Mailbox:
    """The mailbox of development, which everybody's letters reach; they leave beside the answer."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._used: set[str] = set()

    def code(self, address: str) -> str:
        """The newest code to an address that was not used here yet."""
        return str(self._wait(address, "one_time_code")["secret"])

    def letter(self, address: str, template: str) -> str:
        """Subject and words of the newest letter of a kind."""
        letter = self._wait(address, template)
        return plain(f"{letter['subject']}\n{letter['text']}")

    def _wait(self, address: str, template: str) -> dict[str, Any]:
        end = time.monotonic() + PATIENT_SECONDS
        while True:
            for line in reversed(self._lines()):
                letter: dict[str, Any] = json.loads(line)
                if (letter["to"], letter["template"]) == (
                    address,
                    template,
                ) and line not in self._used:
                    self._used.add(line)
                    return letter
            assert time.monotonic() < end, f"no {template} to {address}"
            time.sleep(LOOK_AGAIN_SECONDS / 10)

    def _lines(self) -> list[str]:
        """Whole lines: the last one may be half written."""
        if not self._path.exists():
            return []
        return self._path.read_text(encoding="utf-8").split("\n")[:-1]


def opened(letter: str, *, pressed: bool) -> str:
    """The page behind the link of a letter; with `pressed` what comes when its button is pressed."""
    found = _LINK.search(letter)
    assert found, f"no link in {letter}"
    with httpx.Client(timeout=PATIENT_SECONDS, trust_env=False) as browser:
        page = browser.get(found[0]).raise_for_status()
        if pressed:
            action = _FORM.search(page.text)
            assert action, f"no button in {page.text}"
            page = browser.post(urljoin(found[0], unescape(action[1]))).raise_for_status()
    return plain(unescape(page.text))


def document(base: str, address: str, locale: Locale) -> tuple[str, str]:
    """A document fetched over HTTP, as somebody without a login does: its type and its words."""
    answer = httpx.get(
        urljoin(base + "/", address),
        headers={"Accept-Language": locale},
        timeout=PATIENT_SECONDS,
        trust_env=False,
    )
    answer.raise_for_status()
    kind = answer.headers["content-type"].split(";")[0]
    if kind != "application/pdf":
        return kind, plain(answer.text)
    pages = PdfReader(BytesIO(answer.content)).pages
    return kind, plain("\n".join(page.extract_text() for page in pages))
