"""The log of one conversation as what it tells: talks with the bot, and cases with people.

Invariants: a talk or a case has the same key whenever it is read; every second between a wish for a person and the end of
the case is waiting or handling, never both; a case that was begun is told, whether it has ended or not.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from handoff.contract import NOT_UNDERSTOOD
from handoff.conversations.model import Author, Controller, Event

SILENCE = timedelta(hours=1)
"""Whoever writes to the bot again after so long begins another talk."""


@dataclass(slots=True)
class Talk:
    """A stretch with the bot in which the subscriber said something. `asked`: how often; `handed`: a person followed.

    `intents`: how often each matter was asked about, and how often of these it was not understood, by its likeliest guess.
    """

    seq: int
    epoch: int
    began_at: datetime
    ended_at: datetime
    asked: int = 0
    handed: bool = False
    reason: str = ""
    intents: dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Case:
    """A wish for a person, to its end. `agents`: seconds each had the chat; `first_answer_at`: of a person."""

    number: str
    queued_at: datetime
    reason: str = ""
    skill: str = ""
    intent: str = ""
    taken_at: datetime | None = None
    first_answer_at: datetime | None = None
    ended_at: datetime | None = None
    end: str = ""
    waiting: timedelta = timedelta()
    handling: timedelta = timedelta()
    passed_on: int = 0
    lost: int = 0
    answers: int = 0
    agents: dict[str, timedelta] = field(default_factory=dict)


@dataclass(slots=True)
class Told:
    """All that a log tells, oldest first."""

    talks: list[Talk] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)


def told(events: Iterable[Event]) -> Told:
    """Read a whole log; events are in order of `seq`."""
    reader = _Reader()
    for event in events:
        reader.read(event)
    return reader.told


class _Reader:
    """Who speaks, since when, and what is open."""

    def __init__(self) -> None:
        self.told = Told()
        self._talk: Talk | None = None
        self._case: Case | None = None
        self._owner: Controller = Controller.BOT
        self._agent = ""
        self._since: datetime | None = None

    def read(self, event: Event) -> None:
        """One more event."""
        if event.kind == "control":
            self._control(event)
        elif event.kind == "packet" and self._case is not None:
            packet = event.body["packet"]
            self._case.skill = packet["skill"]
            self._case.intent = packet["intent"] or ""
        elif event.kind == "message":
            self._message(event)

    def _message(self, event: Event) -> None:
        with_bot = self._owner in (Controller.BOT, Controller.CLOSED)
        if with_bot and event.author in (Author.SUBSCRIBER, Author.BOT):
            self._said_in_talk(event)
        if self._case is not None and event.author is Author.AGENT:
            self._case.answers += 1
            self._case.first_answer_at = self._case.first_answer_at or event.at

    def _said_in_talk(self, event: Event) -> None:
        subscriber = event.author is Author.SUBSCRIBER
        if self._talk is not None and event.at - self._talk.ended_at > SILENCE:
            self._talk = None
        if self._talk is None and subscriber:
            self._talk = Talk(event.seq, event.epoch, began_at=event.at, ended_at=event.at)
            self.told.talks.append(self._talk)
        if self._talk is not None:
            self._talk.asked += subscriber
            self._talk.ended_at = event.at
            _count_intent(self._talk, event)

    def _control(self, event: Event) -> None:
        to = Controller(event.body["controller"])
        self._count(event.at)
        if to in (Controller.QUEUE, Controller.AGENT):
            self._with_people(event, to)
        elif self._case is not None:
            self._ended(event, to)
        self._owner, self._since = to, event.at
        self._agent = event.body.get("agent") or ""

    def _with_people(self, event: Event, to: Controller) -> None:
        number = event.body.get("case_number") or f"#{event.seq}"
        if self._case is None or self._case.number != number:
            self._begun(event, number)
        case = self._case
        assert case is not None
        if to is Controller.AGENT:
            case.taken_at = case.taken_at or event.at
        elif self._owner is Controller.AGENT:
            if event.author is Author.AGENT:
                case.passed_on += 1
            else:
                case.lost += 1

    def _begun(self, event: Event, number: str) -> None:
        reason = event.body.get("reason") or ""
        self._case = Case(number=number, queued_at=event.at, reason=reason)
        self.told.cases.append(self._case)
        if self._talk is not None:
            self._talk.handed, self._talk.reason = True, reason
            self._talk = None

    def _ended(self, event: Event, to: Controller) -> None:
        case = self._case
        assert case is not None
        case.ended_at = event.at
        if to is Controller.CLOSED:
            case.end = "closed"
        else:
            case.end = "handed_back" if event.author is Author.AGENT else "instead"
        self._case = None

    def _count(self, until: datetime) -> None:
        """Add the time since the last change of who speaks to whatever it was."""
        if self._case is None or self._since is None:
            return
        passed = until - self._since
        if self._owner is Controller.QUEUE:
            self._case.waiting += passed
        elif self._owner is Controller.AGENT:
            self._case.handling += passed
            had = self._case.agents.get(self._agent, timedelta())
            self._case.agents[self._agent] = had + passed


def _count_intent(talk: Talk, answer: Event) -> None:
    """The first words of an answer tell what the message before was taken for."""
    known = answer.private.get("understood")
    if known is None:
        return
    missed = known["intent"] == NOT_UNDERSTOOD
    intent = (answer.private.get("guess") or "") if missed else known["intent"]
    asked, misses = talk.intents.get(intent, (0, 0))
    talk.intents[intent] = (asked + 1, misses + missed)
