"""The words of the messages, read from `data/mails/` once and filled without ever executing a template.

German stands with "Sie"; the folder `du` holds the other form.
Invariants: a template has German and English with the same facts; `{code}` is the secret itself, `{link}` is its page:
one of the gateway with the secret as the end of its path, or one of the host site with the secret behind the `#`, where
no server and no log sees it; a missing fact is a bug that raises.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from babel.dates import format_date

from subscriptions.model.base import Fact, FormOfAddress
from subscriptions.outbox.port import Message
from subscriptions.written import read_yaml

FOLDER = Path(__file__).parent.parent.parent / "data" / "mails"
LOCALES = ("de", "en")
SITE_PAGES = frozenset({"reset"})  # passwords are the host site's business
_FACT = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class MailTextError(Exception):
    """A text is missing, lopsided or was given the wrong facts: found at start or by a test."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: an e-mail has a subject, an SMS has none."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class _Template:
    """One message in both languages. `page` is where its link leads; empty: it has no link."""

    page: str
    words: Mapping[str, Mapping[str, str]]  # locale, then subject, text or sms


class MailTexts:
    """All templates. `links` is the public address of the gateway's pages, `site` that of the host site's, if another."""

    def __init__(
        self, links: str, folder: Path = FOLDER, *, site: str = "", form: FormOfAddress = "sie"
    ) -> None:
        self._links = _folder(links)
        self._site = _folder(site or links)
        self._templates: dict[str, _Template] = {}
        for path in sorted(folder.glob("*.yml")):
            familiar = _familiar(folder.joinpath("du", path.name)) if form == "du" else {}
            for name, content in read_yaml(path.read_text(encoding="utf-8")).items():
                german = {"de": familiar[name]} if name in familiar else {}
                self._templates[name] = _template(f"{path.name}: {name}", {**content, **german})

    @property
    def names(self) -> frozenset[str]:
        """The templates there are."""
        return frozenset(self._templates)

    def letter(self, message: Message) -> Letter:
        """The words of a message; raises MailTextError when they or a fact are missing."""
        template = self._templates.get(message.template)
        if template is None:
            raise MailTextError(f"no text {message.template}")
        locale = message.locale if message.locale in LOCALES else "de"
        words, form = template.words[locale], "sms" if message.channel == "sms" else "text"
        if form not in words:
            raise MailTextError(f"{message.template} has no {form}")
        facts = {name: _shown(fact, locale) for name, fact in message.facts.items()}
        facts["code"] = message.secret
        facts["link"] = self._link(template.page, message.secret)
        subject = "" if form == "sms" else _filled(words["subject"], facts)
        return Letter(subject, _filled(words[form], facts) + "\n")

    def _link(self, page: str, secret: str) -> str:
        if page in SITE_PAGES:
            return f"{self._site}{page}#{secret}"
        return f"{self._links}{page}/{secret}"


def _familiar(path: Path) -> dict[str, dict[str, str]]:
    """The German of a file for who is addressed with "du"; by message."""
    found: dict[str, dict[str, str]] = read_yaml(path.read_text(encoding="utf-8"))
    return found


def _folder(address: str) -> str:
    return address if address.endswith("/") else f"{address}/"


def _template(place: str, content: Mapping[str, Any]) -> _Template:
    words = {locale: content[locale] for locale in LOCALES if locale in content}
    if set(words) != set(LOCALES) or len({frozenset(w) for w in words.values()}) != 1:
        raise MailTextError(f"{place}: needs the same parts in {' and '.join(LOCALES)}")
    for part in words["de"]:
        if len({frozenset(_FACT.findall(w[part])) for w in words.values()}) != 1:
            raise MailTextError(f"{place}: the languages differ in the facts of {part}")
    page = str(content.get("page", ""))
    if any("{link}" in text for w in words.values() for text in w.values()) is not bool(page):
        raise MailTextError(f"{place}: a link needs its page, and a page its link")
    return _Template(page, words)


def _shown(fact: Fact, locale: str) -> str:
    if isinstance(fact, date):
        return format_date(fact, "long", locale=locale)
    return str(fact)


def _filled(text: str, facts: Mapping[str, str]) -> str:
    missing = set(_FACT.findall(text)) - facts.keys()
    if missing:
        raise MailTextError(f"facts are missing: {sorted(missing)}")
    return _FACT.sub(lambda match: facts[match.group(1)], text).strip()
