"""What a sweep of routing sees: the line, live offers, who is there, teams and rules, read at one moment.

Invariant: reading only; a chat without a case is not in the line.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from pydantic import ValidationError

from handoff.adapters.sql import tables as t
from handoff.adapters.sql import tables_routing as r
from handoff.adapters.sql.tables_promises import promise
from handoff.conversations.effects import PromiseState
from handoff.conversations.model import Controller
from handoff.desk.hours import Hours
from handoff.desk.routing.deadlines import CRISIS, deadline, first_answer, serving
from handoff.desk.routing.model import LIVELY, Chat, LiveOffer, Look, Person, Rules, Team
from handoff.desk.routing.planning import load_of
from handoff.protocol import Standing

log = structlog.get_logger(__name__)

RULES = "routing"
_c, _n, _o = t.conversation.c, r.case_routing.c, r.offer.c
_a, _p, _m = t.agent.c, t.agent_presence.c, r.team_member.c
_promise = promise.c
_WAITING = _c.controller == Controller.QUEUE.value

_CHATS = (
    sa.select(
        _c.id,
        _c.case_number,
        _c.epoch,
        _c.skill,
        _c.locale,
        _c.reason,
        _c.waiting_since,
        _n.since,
        _n.deadline,
        _n.team,
        _n.agent,
        sa.select(sa.func.min(_promise.due_at))
        .where(_promise.conversation == _c.id, _promise.state == PromiseState.OPEN.value)
        .scalar_subquery()
        .label("promised_at"),
        _n.window_until,
        _n.due_at,
        _n.why,
    )
    .select_from(t.conversation)
    .outerjoin(r.case_routing, _n.case_number == _c.case_number)
    .where(_WAITING, _c.case_number.is_not(None))
)
_DROPS = (
    sa.select(r.chat_drop.c.case_number, r.chat_drop.c.agent)
    .join(t.conversation, _c.case_number == r.chat_drop.c.case_number)
    .where(_WAITING, r.chat_drop.c.at > sa.bindparam("after"))
)
_OFFERS = (
    sa.select(
        _o.id,
        _o.conversation,
        _o.agent,
        _o.until,
        sa.or_(~_WAITING, _c.epoch != _o.epoch).label("void"),
    )
    .join(t.conversation, _c.id == _o.conversation)
    .where(_o.ended_at.is_(None))
)
_THERE = (
    sa.select(
        _a.login,
        _a.name,
        _a.skills,
        _a.languages,
        _a.capacity,
        _p.available,
        _p.unresponsive_since,
        _p.offered_at,
    )
    .join(t.agent_presence, _p.agent == _a.login)
    .where(_p.seen_until > sa.bindparam("now"))
)
_LOADS = (
    sa.select(
        _c.agent,
        sa.func.count().label("chats"),
        sa.func.sum(sa.case((_c.updated_at > sa.bindparam("after"), 1), else_=0)).label("lively"),
    )
    .where(_c.controller == Controller.AGENT.value)
    .group_by(_c.agent)
)


def look(db: sa.Connection, now: datetime) -> Look:
    """All of it."""
    rules, all_teams = rules_of(db), teams(db)
    there = db.execute(_THERE, {"now": now}).all()
    offers = tuple(LiveOffer(**row._mapping) for row in db.execute(_OFFERS))
    asked = Counter(offer.agent for offer in offers)
    return Look(
        now=now,
        rules=rules,
        chats=_chats(db, rules, all_teams, now),
        offers=offers,
        people=_people(
            there, _loads(db, rules, now), _teams_by_agent(db), asked=asked, rules=rules
        ),
        teams=all_teams,
        standings={row.login: _standing(row) for row in there},
    )


def _chats(
    db: sa.Connection, rules: Rules, all_teams: tuple[Team, ...], now: datetime
) -> tuple[Chat, ...]:
    drops: dict[str, set[str]] = {}
    for row in db.execute(_DROPS, {"after": now - timedelta(seconds=rules.drop)}):
        drops.setdefault(row.case_number, set()).add(row.agent)
    return tuple(
        _chat(row, frozenset(drops.get(row.case_number, ())), rules=rules, teams=all_teams, now=now)
        for row in db.execute(_CHATS)
    )


def _chat(
    row: Any,
    dropped_by: frozenset[str],
    *,
    rules: Rules,
    teams: tuple[Team, ...],
    now: datetime,
) -> Chat:
    since = row.waiting_since or now
    target = first_answer(
        since,
        skill=row.skill,
        teams=serving(teams, team=row.team, skill=row.skill),
        rules=rules,
    )
    return Chat(
        conversation=row.id,
        case_number=row.case_number,
        epoch=row.epoch,
        skill=row.skill,
        locale=row.locale,
        deadline=deadline(target, (row.promised_at, row.window_until, row.due_at)),
        waiting_since=since,
        since=row.since or now,
        crisis=row.reason == CRISIS,
        team=row.team,
        wanted=row.agent,
        dropped_by=dropped_by,
        why=row.why or "",
        stored=row.deadline,
    )


def _teams_by_agent(db: sa.Connection) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in db.execute(sa.select(_m.agent, _m.team)):
        found.setdefault(row.agent, set()).add(row.team)
    return found


def _loads(db: sa.Connection, rules: Rules, now: datetime) -> dict[str, tuple[int, int]]:
    """By agent: how many chats they have, and in how many of them somebody spoke lately."""
    after = now - timedelta(seconds=rules.quiet)
    return {row.agent: (row.chats, row.lively) for row in db.execute(_LOADS, {"after": after})}


def _people(
    there: Sequence[Any],
    loads: Mapping[str, tuple[int, int]],
    teams_of: Mapping[str, set[str]],
    *,
    asked: Mapping[str, int],
    rules: Rules,
) -> tuple[Person, ...]:
    """Who is asked, with what they have to do already."""
    people: list[Person] = []
    for row in there:
        if _standing(row) != "available" or row.capacity < 1:
            continue
        chats, lively = loads.get(row.login, (0, 0))
        offers = asked.get(row.login, 0)
        load = load_of(chats=chats, lively=lively, offers=offers, quiet_percent=rules.quiet_percent)
        people.append(
            Person(
                login=row.login,
                name=row.name,
                skills=frozenset(row.skills),
                languages=frozenset(row.languages),
                teams=frozenset(teams_of.get(row.login, ())),
                capacity=row.capacity * LIVELY,
                load=load,
                offers=offers,
                offered_at=row.offered_at,
            )
        )
    return tuple(people)


def _standing(row: Any) -> Standing:
    if not row.available:
        return "away"
    return "available" if row.unresponsive_since is None else "not_responding"


def rules_of(db: sa.Connection) -> Rules:
    """The rules as set; what cannot be read counts as not set, so that routing never stops for it."""
    d = r.desk_rule.c
    found = db.execute(sa.select(d.value).where(d.name == RULES)).scalar_one_or_none()
    try:
        return Rules.model_validate(found or {})
    except ValidationError:
        log.error("routing_rules_unreadable")
        return Rules()


def teams(db: sa.Connection) -> tuple[Team, ...]:
    """All teams by name."""
    query = sa.select(r.team).order_by(r.team.c.name, r.team.c.id)
    return tuple(
        Team(row.id, row.name, frozenset(row.skills), _hours(row)) for row in db.execute(query)
    )


def _hours(row: Any) -> tuple[Hours, ...]:
    closed = frozenset(date.fromisoformat(day) for day in row.closed_on)
    return tuple(
        Hours(
            first=part["first"],
            last=part["last"],
            opens=time.fromisoformat(part["opens"]),
            closes=time.fromisoformat(part["closes"]),
            zone=row.zone,
            region=row.region,
            closed_on=closed,
        )
        for part in row.hours
    )


def team_row(team: Team) -> Mapping[str, Any]:
    """The row of a team; zone, region and closed days are those of its first hours."""
    first = team.hours[0] if team.hours else Hours()
    return {
        "name": team.name,
        "skills": sorted(team.skills),
        "hours": [
            {
                "first": part.first,
                "last": part.last,
                "opens": part.opens.isoformat(timespec="minutes"),
                "closes": part.closes.isoformat(timespec="minutes"),
            }
            for part in team.hours
        ],
        "zone": first.zone,
        "region": first.region,
        "closed_on": sorted(day.isoformat() for day in first.closed_on),
    }
