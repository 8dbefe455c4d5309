"""Conversations as data: what is typed or pressed, what must be answered, what the database holds then.

A file in `talks/` is a list of talks:

    - talk: a name that is unique in the file
      intent: promise_to_pay      # what it is a test of
      kind: happy                 # happy, correction, interruption, refusal or handover
      as: K-1007                  # who the host site says it is; left out: nobody known
      level: 2                    # freshly confirmed; left out: 1 with `as`, else 0
      given: ["UPDATE ..."]       # done to the copy of the demo data before
      limits: '{"instalments_on": true}'  # where the operator differs from the defaults
      facts: {...}                # names for values, used as {name} everywhere below; see tests/facts.py
      steps:
        - user: "words"           # typed, read by the trained assistant
        - press: "title or intent of a button of the last answer"
        - code: true              # types the code of the newest mail
        - later: 90               # minutes that pass
        - fact: {reference: {sql: "SELECT ...", as: text}}
        - sql: "SELECT count(*) FROM ..."
          is: 1
      A step that says something may carry
          intent: promise_to_pay  # how the words must be read
          facts: {...}            # names for what the database holds after it
          bot: ["..."]            # each must stand in the answer: sentences, cards, links, terms of an order
          without: ["..."]        # none of these may
          open: [promise_to_pay]  # the matters open after it, the topmost first
          handoff: {skill: COL, reason: policy}

Invariants: an answer without words and without a handoff fails; a fact that the database does not have fails.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import create_engine, text

from actions.services import Services
from actions.voice import Voice
from handoff.contract import Locale
from tests.chats import Answer, Chat, Clock, Mails, begin, check_words
from tests.conversations.reader import Reader
from tests.facts import Facts

TALKS = Path(__file__).parent / "talks"
KINDS = ("happy", "correction", "interruption", "refusal", "handover")


@dataclass(frozen=True)
class Talk:
    """One conversation of a file; the file's name ends in its language."""

    file: str
    locale: Locale
    told: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Where to find it."""
        return f"{self.file}: {self.told['talk']}"


def talks(folder: Path = TALKS) -> Iterator[Talk]:
    """All talks of all files of a folder."""
    for path in sorted(folder.glob("*.yml")):
        locale: Locale = "de" if path.stem.endswith("_de") else "en"
        for told in yaml.safe_load(path.read_text(encoding="utf-8")) or ():
            yield Talk(path.stem, locale, told)


@dataclass
class Player:
    """Plays one talk and checks each answer."""

    talk: Talk
    services: Services
    reader: Reader
    folder: Path
    clock: Clock
    last: Answer | None = None

    def __post_init__(self) -> None:
        self._mails = Mails(self.folder)
        voice = Voice(self.services.texts, self.talk.locale, "", self.services.zone)
        self._facts = Facts(voice, self._one, self.clock)

    def play(self) -> None:
        """Raises AssertionError with the step and the answer."""
        told = self.talk.told
        for statement in told.get("given", ()):
            self._execute(statement)
        self._facts.learn(told.get("facts", {}))
        level = told.get("level")
        proven = self.clock().isoformat() if level == 2 else None
        chat = begin(
            self.services, told.get("as"), locale=self.talk.locale, level=level, proven_at=proven
        )
        asyncio.run(self._steps(chat, told["steps"]))

    async def _steps(self, chat: Chat, steps: list[dict[str, Any]]) -> None:
        for number, step in enumerate(steps, 1):
            place = f"step {number} of {self.talk.name}"
            if "later" in step:
                self.clock.ahead += timedelta(minutes=step["later"])
            elif "fact" in step:
                self._facts.learn(step["fact"])
            elif "sql" in step:
                self._facts.check(step["sql"], step["is"], place)
            else:
                self.last = await self._said(chat, step, place)
                self._facts.learn(step.get("facts", {}))
                self._check(step, self.last, place)

    async def _said(self, chat: Chat, step: Mapping[str, Any], place: str) -> Answer:
        if "press" in step:
            return await chat.presses(self._button(self._facts.filled(step["press"]), place))
        words = self._mails.next_secret() if "code" in step else self._facts.filled(step["user"])
        parsed = await asyncio.to_thread(self.reader.read, words)
        read = parsed["intent"]["name"]
        wanted = step.get("intent", read)
        assert read == wanted, f"{place}: read as {read} ({parsed['intent']}), not {wanted}"
        return await chat.hears(parsed)

    def _button(self, wanted: str, place: str) -> Any:
        buttons = self.last.buttons if self.last else []
        for button in buttons:
            if wanted in (button.title, button.intent):
                return button
        raise AssertionError(f"{place}: no button {wanted} in {[b.title for b in buttons]}")

    def _check(self, step: Mapping[str, Any], answer: Answer, place: str) -> None:
        said = answer.all_words
        assert answer.text.strip() or answer.handoff, f"{place}: no answer"
        check_words(step, said, self._facts.filled, place)
        if "open" in step:
            assert answer.open == step["open"], f"{place}: open are {answer.open}\n{said}"
        wanted_handoff = step.get("handoff")
        passed = answer.handoff
        assert (passed is not None) == bool(wanted_handoff), f"{place}: handoff {passed}\n{said}"
        for name, value in (wanted_handoff or {}).items():
            assert getattr(passed, name) == value, f"{place}: {name} is {getattr(passed, name)}"

    def _one(self, statement: str) -> object:
        with self._engine().connect() as db:
            return db.execute(text(statement)).scalar()

    def _execute(self, statement: str) -> None:
        with self._engine().begin() as db:
            db.execute(text(self._facts.filled(statement)))

    def _engine(self) -> Any:
        return create_engine(f"sqlite:///{self.folder / 'subscriptions.db'}")


def player(talk: Talk, services: Services, reader: Reader, place: tuple[Path, Clock]) -> Player:
    """A player of one talk on services of its own."""
    folder, clock = place
    return Player(talk, replace(services, clock=clock), reader, folder, clock)
