"""The transcript of a chat: what a subscriber may read of it, in words, and the mail with its link.

Invariants: nothing for agents only is in it; account numbers, mail addresses and phone numbers are masked, card numbers were
before they were stored; a mail is sent by the business to the address on file, once; who cannot be sent one is told so.
"""

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import structlog

from handoff.contract import Locale
from handoff.conversations.model import Event
from handoff.conversations.ports import Receipt
from handoff.conversations.telling import Told
from handoff.desk.promises.ports import AftercareStore, Wanted
from handoff.desk.promises.signing import MAILED, Pages
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.policy.calendar import business_date
from subscriptions.policy.masking import mask_personal
from subscriptions.port import Business

log = structlog.get_logger(__name__)

AT_ONCE = 20
# No bracket stands inside, so that it is one pass, whatever somebody typed.
_LINK = re.compile(r"\[([^\[\]\n]+)\]\(([^()\s]+)\)")
_MARKS = re.compile(r"(\*{1,2}|`)([^*`\n]+)\1")
_SENDER = "schedule"
_SPEAKERS: Mapping[Locale, Mapping[str, str]] = {
    "de": {
        "subscriber": "Sie",
        "bot": "Automatischer Assistent",
        "agent": "Mitarbeiter",
        "system": "Hinweis",
    },
    "en": {"subscriber": "You", "bot": "Automated assistant", "agent": "Agent", "system": "Note"},
}
_FAMILIAR: Mapping[Locale, Mapping[str, str]] = {"de": {"subscriber": "Du"}, "en": {}}
_CODES: Mapping[Locale, Mapping[str, str]] = {
    "de": {
        "welcome": "Guten Tag! Hier schreibt der automatische Assistent, kein Mensch.",
        "welcome_back": "Hier ist wieder der automatische Assistent, kein Mensch.",
        "bot_unavailable": "Der automatische Assistent war nicht erreichbar; die Nachricht ging an einen Menschen.",
        "queued": "Das Gespräch wurde an einen Menschen gegeben.",
        "nobody_available": "Es war niemand am Platz. Vorgang {case_number}.",
        "agent_joined": "{agent} ist im Chat.",
        "agent_left": "{agent} hat den Chat verlassen.",
        "agent_lost": "Die Verbindung zu {agent} brach ab.",
        "identified": "Es ist bestätigt, wer schreibt.",
        "handed_back": "{agent} hat den Chat an den automatischen Assistenten gegeben.",
        "case_closed": "Der Vorgang {case_number} ist abgeschlossen.",
    },
    "en": {
        "welcome": "Hello! This is the automated assistant, not a person.",
        "welcome_back": "This is the automated assistant again, not a person.",
        "bot_unavailable": "The automated assistant could not be reached; the message went to a person.",
        "queued": "The chat was passed to a person.",
        "nobody_available": "Nobody was at the desk. Case {case_number}.",
        "agent_joined": "{agent} is in the chat.",
        "agent_left": "{agent} has left the chat.",
        "agent_lost": "The connection to {agent} was lost.",
        "identified": "It is confirmed who is writing.",
        "handed_back": "{agent} has handed the chat to the automated assistant.",
        "case_closed": "Case {case_number} is closed.",
    },
}
_FAILED: Mapping[Locale, str] = {
    "de": "Der Verlauf konnte nicht per E-Mail verschickt werden. Der Link im Chat führt weiter zu ihm.",
    "en": "The transcript could not be sent by e-mail. The link in the chat still leads to it.",
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line of a transcript: when, who, what, and the lists beside it (cards) as plain lines."""

    at: datetime
    who: str
    author: str
    text: str
    more: tuple[str, ...] = ()


def transcript(
    events: Iterable[Event],
    locale: Locale,
    *,
    informal: bool = False,
    mask: Callable[[str], str] = mask_personal,
) -> list[Spoken]:
    """What a subscriber may read, oldest first; amended words as they stand now. `informal`: German says "du"."""
    speakers = {**_SPEAKERS[locale], **(_FAMILIAR[locale] if informal else {})}
    said: dict[int, Spoken] = {}
    for event in events:
        if event.agents_only:
            continue
        if event.kind == "edit":
            _amend(said, event.body, mask)
        elif (
            event.kind == "message"
            and (line := _line(event, _worded(event.body, locale), speakers, mask)) is not None
        ):
            said[event.seq] = line
    return [said[seq] for seq in sorted(said)]


def _line(
    event: Event, text: str, speakers: Mapping[str, str], mask: Callable[[str], str]
) -> Spoken | None:
    body = event.body
    more = tuple(mask(line) for card in body.get("cards", ()) for line in _card(card))
    if not text and not more:
        return None
    who = body.get("name") or speakers[event.author.value]
    return Spoken(event.at, who, event.author.value, mask(text), more)


def _worded(body: Mapping[str, Any], locale: Locale) -> str:
    """Its own words, else ours for its code."""
    words = _CODES[locale].get(body.get("code") or "", "")
    facts = {"agent": "", "case_number": "", **body.get("facts", {})}
    return plain(str(body.get("text") or "")) or words.format_map(facts)


def plain(text: str) -> str:
    """Bold, emphasis and links of a message as plain text."""
    linked = _LINK.sub(r"\1 (\2)", text)
    return _MARKS.sub(r"\2", linked)


def _card(card: Mapping[str, Any]) -> list[str]:
    rows = [f"{row['label']}: {row['value']}" for row in card.get("rows", ())]
    return [card["title"], *rows, *card.get("points", ())]


def _amend(said: dict[int, Spoken], body: Mapping[str, Any], mask: Callable[[str], str]) -> None:
    """An edit of a message; a deleted one is left out."""
    before = said.pop(body["seq"], None)
    if before is not None and body["text"]:
        text = mask(body["text"])
        said[body["seq"]] = Spoken(before.at, before.who, before.author, text, before.more)


class Tells(Protocol):
    """The step that tells a subscriber something (`Flow.tell`)."""

    async def tell(self, conversation: str, told: Told) -> Receipt: ...


class Transcripts:
    """Sends those that were asked for by mail."""

    def __init__(
        self, store: AftercareStore, business: Business, tells: Tells, pages: Pages
    ) -> None:
        self._store, self._business, self._tells, self._pages = store, business, tells, pages

    async def send(self, now: Callable[[], datetime]) -> int:
        """One round; returns how many were sent or given up."""
        done = 0
        for wanted in await self._store.wanted(AT_ONCE):
            outcome = await self._sent(wanted, now())
            if outcome is None:
                continue
            if outcome != "sent":
                text = _FAILED[wanted.locale]
                told = Told(key=f"t:{wanted.id}", code="transcript_failed", text=text)
                await self._tells.tell(wanted.conversation, told)
            await self._store.sent(wanted.id, outcome)
            done += 1
        return done

    async def _sent(self, wanted: Wanted, now: datetime) -> str | None:
        """How it went; None: try again later."""
        until = now + MAILED
        token = self._pages.token("transcripts", wanted.conversation, until=until)
        caller = Caller(wanted.subscriber_id, Level.IDENTIFIED, _SENDER)
        try:
            await asyncio.to_thread(
                self._business.privacy.send_transcript,
                caller,
                token,
                until=business_date(until),
                key=f"transcript:{wanted.id}",
            )
        except SubscriptionError as refused:
            log.info("transcript_not_sent", code=refused.code.value)
            return None if refused.code is Code.STORE_UNAVAILABLE else "refused"
        return "sent"
