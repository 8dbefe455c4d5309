"""What is kept of a talk and of a case when its words are long deleted: times, codes and logins of agents.

Invariants: a fact names no subscriber and no conversation, its key cannot be led back to one; all of a fact follows from the
log and from what stands beside it (satisfaction, promises), so that it can be computed again and compared.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from handoff.conversations.model import Event
from handoff.desk.reports.stories import Case, Talk, told


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known beside the log: how content people were (with the bot by epoch, with people by case), promises by case."""

    locale: str
    talks: Mapping[int, str] = field(default_factory=dict)
    cases: Mapping[str, str] = field(default_factory=dict)
    promises: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TalkFact:
    """A talk with the bot. `content`: good, ok, bad or empty; `intents`: asked and not understood, by matter."""

    key: str
    at: datetime
    locale: str
    asked: int
    seconds: int
    handed: bool
    reason: str
    content: str
    intents: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaseFact:
    """A case with people; seconds are whole. `first_answer`: from the wish for a person to a person's first words.

    `resolution`: from the wish to the end; None for what has not happened. `agents`: seconds by login.
    """

    key: str
    at: datetime
    locale: str
    skill: str
    reason: str
    intent: str
    waiting: int
    first_answer: int | None
    handling: int
    resolution: int | None
    end: str
    passed_on: int
    lost: int
    answers: int
    agents: Mapping[str, int]
    content: str
    promises: tuple[tuple[str, str], ...]


def facts_of(
    conversation: str, events: Iterable[Event], beside: Beside
) -> tuple[list[TalkFact], list[CaseFact]]:
    """The facts of one conversation, from its whole log."""
    story = told(events)
    # Asked once about all talks under one epoch, people speak of the last one.
    last = {talk.epoch: talk.seq for talk in story.talks}
    content = {last[epoch]: answer for epoch, answer in beside.talks.items() if epoch in last}
    talks = [_talk(conversation, t, beside.locale, content.get(t.seq, "")) for t in story.talks]
    return talks, [_case(conversation, case, beside) for case in story.cases]


def key_of(conversation: str, place: str) -> str:
    """A name that is the same at every computation and tells nothing: the id inside is random and soon deleted."""
    return hashlib.sha256(f"{conversation} {place}".encode()).hexdigest()[:32]


def _talk(conversation: str, talk: Talk, locale: str, content: str) -> TalkFact:
    return TalkFact(
        key=key_of(conversation, str(talk.seq)),
        at=talk.began_at,
        locale=locale,
        asked=talk.asked,
        seconds=int((talk.ended_at - talk.began_at).total_seconds()),
        handed=talk.handed,
        reason=talk.reason,
        content=content,
        intents=dict(sorted(talk.intents.items())),
    )


def _case(conversation: str, case: Case, beside: Beside) -> CaseFact:
    return CaseFact(
        key=key_of(conversation, case.number),
        at=case.queued_at,
        locale=beside.locale,
        skill=case.skill,
        reason=case.reason,
        intent=case.intent,
        waiting=int(case.waiting.total_seconds()),
        first_answer=_since(case.queued_at, case.first_answer_at),
        handling=int(case.handling.total_seconds()),
        resolution=_since(case.queued_at, case.ended_at),
        end=case.end,
        passed_on=case.passed_on,
        lost=case.lost,
        answers=case.answers,
        agents={agent: int(had.total_seconds()) for agent, had in sorted(case.agents.items())},
        content=beside.cases.get(case.number, ""),
        promises=tuple(sorted(beside.promises.get(case.number, ()))),
    )


def _since(start: datetime, end: datetime | None) -> int | None:
    return None if end is None else int((end - start).total_seconds())
