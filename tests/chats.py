"""A conversation with the real actions on a real database: what Rasa keeps is kept here.

Invariants: every reply is read through the contract, as the gateway reads it; a proof of identity counts from the next
message on, as it does there.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import yaml
from pydantic import SecretStr
from rasa_sdk.executor import ActionExecutor

from actions.runtime import build_executor, build_services
from actions.services import Services
from actions.settings import ActionSettings
from handoff.contract import Button, HandoffRequest, Identified, Promised, Say, bot_reply
from handoff.protocol import MessageEvent
from launch.settings import ROOT
from subscriptions.connecting import BusinessSettings, open_business

LONGEST_MAIL = 60.0  # seconds


class Clock:
    """A clock that tests can push forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def plain(text: str) -> str:
    """Amounts carry no-break spaces; tests are written with ordinary ones."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def all_words(said: Sequence[Say | MessageEvent]) -> str:
    """Sentences, cards, links and the terms of orders, as somebody reads them."""
    parts = [message.text for message in said]
    for message in said:
        for card in message.cards:
            parts += [card.title, *(f"{r.label}: {r.value}" for r in card.rows), *card.points]
        parts += [f"{link.title} {link.url}" for link in message.links]
        parts += [f"{b.order.price} {b.order.terms}" for b in message.buttons if b.order]
    return plain("\n".join(parts))


def check_words(
    step: Mapping[str, Any], said: str, filled: Callable[[str], str], place: str
) -> None:
    """What a step wants and does not want (`bot`, `without`) against what was said."""
    for words in step.get("bot", ()):
        wanted = plain(filled(words))
        assert wanted in said, f"{place}: {wanted!r} is not in:\n{said}"
    for words in step.get("without", ()):
        unwanted = plain(filled(words))
        assert unwanted not in said, f"{place}: {unwanted!r} is in:\n{said}"


@dataclass
class Answer:
    """What came back for one message."""

    says: list[Say]
    handoff: HandoffRequest | None
    slots: dict[str, Any]
    promised: list[Promised] = field(default_factory=list)

    @property
    def text(self) -> str:
        return plain("\n".join(said.text for said in self.says))

    @property
    def buttons(self) -> list[Button]:
        return [button for said in self.says for button in said.buttons]

    def button(self, intent: str) -> Button:
        return next(button for button in self.buttons if button.intent == intent)

    def rows(self) -> dict[str, str]:
        cards = [card for said in self.says for card in said.cards]
        return {row.label: plain(row.value) for card in cards for row in card.rows}

    @property
    def all_words(self) -> str:
        """Sentences, cards and links, as somebody reads them."""
        return all_words(self.says)

    @property
    def open(self) -> list[str]:
        """The intents of the matters that are open, the topmost first."""
        return [matter["kind"] for matter in self.slots.get("open") or ()]


@dataclass
class Chat:
    """One conversation: keeps events, slots and who is known, the way Rasa and the gateway do."""

    executor: ActionExecutor
    rules: Mapping[str, str]
    subscriber: str | None
    locale: str = "de"
    name: str = "c1"
    level: int | None = None
    proven_at: str | None = None
    seq: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)
    slots: dict[str, Any] = field(default_factory=dict)

    async def says(self, text: str, intent: str, **turn: Any) -> Answer:
        """A typed message. `turn` holds entities, language, ranking, metadata, or `again`."""
        found = [
            {"entity": kind, "value": value} for kind, value in turn.pop("entities", {}).items()
        ]
        parsed = {
            "intent": {"name": intent, "confidence": turn.pop("confidence", 0.9)},
            "entities": found,
            "text": text,
            "intent_ranking": [
                {"name": name, "confidence": 0.3} for name in turn.pop("ranking", [intent])
            ],
        }
        for key in ("language", "second_request", "knowledge"):
            if key in turn:
                parsed[key] = turn.pop(key)
        return await self.hears(parsed, **turn)

    async def hears(self, parsed: dict[str, Any], **turn: Any) -> Answer:
        """A message as the assistant has read it."""
        self.seq += 0 if turn.pop("again", False) else 1
        metadata = {
            "turn": f"{self.name}:{self.seq}",
            "subscriber_id": self.subscriber,
            "level": (1 if self.subscriber else 0) if self.level is None else self.level,
            "proven_at": self.proven_at,
            "locale": self.locale,
            "model_id": "stamped-by-rasa",
            **turn,
        }
        parsed = {**parsed, "message_id": f"m{self.seq}", "metadata": metadata}
        user = {"event": "user", "text": parsed["text"], "parse_data": parsed, "metadata": metadata}
        self.events.append(user)
        return await self._run(self.rules[parsed["intent"]["name"]], parsed)

    async def presses(self, button: Button, **turn: Any) -> Answer:
        """A pressed button, the way the gateway sends it."""
        return await self.says(f"/{button.intent}", button.intent, pressed=button.value, **turn)

    async def _run(self, action: str, parsed: dict[str, Any]) -> Answer:
        call = {
            "next_action": action,
            "sender_id": self.name,
            "tracker": {
                "sender_id": self.name,
                "slots": dict(self.slots),
                "latest_message": parsed,
                "events": list(self.events),
            },
            "domain": {},
            "version": "3.6.21",
        }
        result = await self.executor.run(call)
        assert result is not None
        return self._applied(action, result.events, result.responses)

    def _applied(
        self, action: str, events: list[dict[str, Any]], responses: list[dict[str, Any]]
    ) -> Answer:
        self.events.append({"event": "action", "name": action})
        replies = [bot_reply.validate_python(response["custom"]) for response in responses]
        for response in responses:
            self.events.append(
                {"event": "bot", "text": None, "data": {"custom": response["custom"]}}
            )
        self.events.extend(events)
        self.slots |= {event["name"]: event["value"] for event in events}
        for reply in replies:
            if isinstance(reply, Identified):
                self.subscriber, self.level = reply.subscriber_id, reply.level
                self.proven_at = reply.proven_at
        says = [reply for reply in replies if isinstance(reply, Say)]
        handoffs = [reply for reply in replies if isinstance(reply, HandoffRequest)]
        assert len(handoffs) <= 1
        promised = [reply for reply in replies if isinstance(reply, Promised)]
        return Answer(says, handoffs[0] if handoffs else None, dict(self.slots), promised)


def make_seeded(path: Path) -> Path:
    """A migrated and seeded database, made by the real commands."""
    for command in ("migrate", "seed"):
        subprocess.run(
            [sys.executable, "-m", "subscriptions", command, "--database-url", f"sqlite:///{path}"],
            check=True,
            cwd=ROOT,
        )
    return path


@contextmanager
def services_on(
    seeded: Path, folder: Path, clock: Clock, *, limits: str = ""
) -> Iterator[Services]:
    """The actions' surroundings on a copy of the seeded database; mail goes to `mails.jsonl` beside it.

    `limits` as an operator writes them (JSON).
    """
    copy = folder / "subscriptions.db"
    shutil.copy(seeded, copy)
    business = BusinessSettings(
        mode="development",
        database_url=f"sqlite:///{copy}",
        outbox=SecretStr(f"file:{folder / 'mails.jsonl'}"),
        limits=limits,
    )
    opened = open_business(business, clock, business.connections(clock))
    yield replace(_read(seeded, limits), subscriptions=opened, clock=clock)
    opened.close()


@cache
def _read(seeded: Path, limits: str) -> Services:
    """What actions read when they start: the same for every test with these limits, so it is read once."""
    url = f"sqlite:///{seeded}"
    business = BusinessSettings(mode="development", database_url=url, limits=limits)
    services = build_services(ActionSettings(token=SecretStr("t"), business=business))
    services.subscriptions.close()
    return services


class Mails:
    """The mails of one test; they are sent beside the answer, so a new one may take a moment."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "mails.jsonl"
        self._seen = 0

    def next_secret(self) -> str:
        """The code or token of the newest mail that was not looked at yet."""
        until = monotonic() + LONGEST_MAIL
        while len(lines := self._lines()) <= self._seen:
            assert monotonic() < until, "no mail came"
            sleep(0.02)
        self._seen = len(lines)
        return str(json.loads(lines[-1])["secret"])

    def _lines(self) -> list[str]:
        if not self._path.exists():
            return []
        lines = self._path.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if json.loads(line)["secret"]]


def rules_of_the_assistant() -> dict[str, str]:
    """Intent to action, from the rules that Rasa is trained with."""
    chosen: dict[str, str] = {}
    for path in sorted((ROOT / "data" / "rules").glob("*.yml")):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
            intent, action = rule["steps"][0]["intent"], rule["steps"][1]["action"]
            chosen[intent] = action
    return chosen


def begin(services: Services, subscriber: str | None = None, **parts: Any) -> Chat:
    """A conversation on these services."""
    return Chat(build_executor(services), rules_of_the_assistant(), subscriber, **parts)
