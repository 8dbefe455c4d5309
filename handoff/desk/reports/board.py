"""The board as it is now: who waits, since when, for which skill, and who is there with how much to do.

Invariants: it is a pure function of one look at the line, so its numbers fit each other; nobody who waits is left out.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handoff.desk.routing.deadlines import first_answer, serving
from handoff.desk.routing.model import LIVELY, Chat, Look
from handoff.protocol import Standing


@dataclass(frozen=True, slots=True)
class Line:
    """Chats that wait together. `longest`: seconds of the one that waits longest; `late`: past their target."""

    waiting: int
    longest: int
    late: int
    offered: int


@dataclass(frozen=True, slots=True)
class Colleague:
    """An agent with an account. `chats` they have now; `unanswered`: offers of today that ran out."""

    login: str
    name: str
    chats: int
    unanswered: int


@dataclass(frozen=True, slots=True)
class Seat:
    """A colleague who is at the desk, or has chats. `load` and `capacity` in lively chats, None for who takes none."""

    login: str
    name: str
    standing: Standing | None
    chats: int
    unanswered: int
    offers: int
    load: float | None
    capacity: float | None


@dataclass(frozen=True, slots=True)
class Board:
    """One moment of the desk."""

    at: datetime
    line: Line
    by_skill: Mapping[str, Line]
    by_language: Mapping[str, Line]
    seats: tuple[Seat, ...]


class BoardStore(Protocol):
    """What the board needs beside the look at the line."""

    async def colleagues(self, since: datetime) -> list[Colleague]:
        """All agents by name, with their chats now and the offers that ran out since then."""
        ...


def board(look: Look, colleagues: Iterable[Colleague]) -> Board:
    """The board of a look."""
    offered = {offer.conversation for offer in look.offers if not offer.void}

    def line(chats: Iterable[Chat]) -> Line:
        waits = list(chats)
        seconds = [int((look.now - chat.waiting_since).total_seconds()) for chat in waits]
        late = sum(look.now > _target(look, chat) for chat in waits)
        here = sum(chat.conversation in offered for chat in waits)
        return Line(len(waits), max(seconds, default=0), late, here)

    return Board(
        at=look.now,
        line=line(look.chats),
        by_skill=_lines(look.chats, lambda chat: chat.skill or "", line),
        by_language=_lines(look.chats, lambda chat: chat.locale, line),
        seats=_seats(look, colleagues),
    )


def _target(look: Look, chat: Chat) -> datetime:
    teams = serving(look.teams, team=chat.team, skill=chat.skill)
    return first_answer(chat.waiting_since, skill=chat.skill, teams=teams, rules=look.rules)


def _lines(
    chats: Iterable[Chat], name: Callable[[Chat], str], line: Callable[[list[Chat]], Line]
) -> dict[str, Line]:
    groups: dict[str, list[Chat]] = {}
    for chat in chats:
        groups.setdefault(name(chat), []).append(chat)
    return {key: line(groups[key]) for key in sorted(groups)}


def _seats(look: Look, colleagues: Iterable[Colleague]) -> tuple[Seat, ...]:
    people = {person.login: person for person in look.people}
    seats = []
    for one in colleagues:
        standing = look.standings.get(one.login)
        if standing is None and not one.chats:
            continue
        person = people.get(one.login)
        seats.append(
            Seat(
                login=one.login,
                name=one.name,
                standing=standing,
                chats=one.chats,
                unanswered=one.unanswered,
                offers=person.offers if person else 0,
                load=person.load / LIVELY if person else None,
                capacity=person.capacity / LIVELY if person else None,
            )
        )
    return tuple(seats)
