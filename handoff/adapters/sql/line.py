"""How steps of conversations and the line of waiting chats go together, inside the transaction of a step.

Invariants: an offer ends in the very transaction in which its chat leaves the queue or changes hands; a chat that comes
back is not for whoever gave it up; rows of the line are changed only while their conversation is locked.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from handoff.adapters.sql import tables as t
from handoff.adapters.sql import tables_routing as r
from handoff.adapters.sql.upsert import put
from handoff.conversations.model import Controller, Conversation, Destination, Routed

PARAMETERS = 500

_o, _c, _n = r.offer.c, t.conversation.c, r.case_routing.c
_ROUTED = (
    sa.select(
        _c.id,
        _n.deadline,
        _n.why,
        _n.team,
        _n.agent.label("wanted"),
        _o.agent.label("offered_to"),
        sa.func.coalesce(t.agent.c.name, _o.agent, "").label("offered_name"),
        _o.until.label("offered_until"),
    )
    .select_from(t.conversation)
    .join(r.case_routing, _n.case_number == _c.case_number)
    .outerjoin(
        r.offer,
        sa.and_(_o.conversation == _c.id, _o.ended_at.is_(None), _o.epoch == _c.epoch),
    )
    .outerjoin(t.agent, t.agent.c.login == _o.agent)
    .where(_c.controller == Controller.QUEUE.value)
)
_END_OFFER = (
    r.offer.update()
    .where(_o.conversation == sa.bindparam("_conversation"), _o.ended_at.is_(None))
    .values(
        ended_at=sa.bindparam("at"),
        outcome=sa.case((_o.agent == sa.bindparam("owner"), "accepted"), else_="withdrawn"),
    )
)
_AGAIN = r.case_routing.update().where(_n.case_number == sa.bindparam("_case_number"))


def routed(db: sa.Connection, conversations: Sequence[str] | None) -> dict[str, Routed]:
    """How waiting chats stand in the line."""
    if conversations is None:
        return dict(_standing(db, _ROUTED))
    found: dict[str, Routed] = {}
    for start in range(0, len(conversations), PARAMETERS):
        some = _ROUTED.where(_c.id.in_(conversations[start : start + PARAMETERS]))
        found |= dict(_standing(db, some))
    return found


def _standing(db: sa.Connection, query: sa.Select[Any]) -> Iterator[tuple[str, Routed]]:
    for row in db.execute(query):
        found = dict(row._mapping)
        yield found.pop("id"), Routed(**found)


def called(db: sa.Connection, destination: Destination) -> str | None:
    """The name of a person or team; None when there is none such."""
    agent = t.agent.c.login, t.agent.c.name
    key, name = agent if destination.kind == "agent" else (r.team.c.id, r.team.c.name)
    return db.execute(sa.select(name).where(key == destination.id)).scalar_one_or_none()


def moves_in_line(before: Conversation, after: Conversation) -> bool:
    """Whether a step takes a chat out of the queue, puts it back, or passes it on."""
    waits = Controller.QUEUE in {before.controller, after.controller}
    return waits and before.epoch != after.epoch and before.controller is not Controller.BOT


def settle(
    db: sa.Connection,
    before: Conversation,
    after: Conversation,
    *,
    to: Destination | None,
    now: datetime,
) -> None:
    """Store what a step that `moves_in_line` means for offers and needs."""
    if before.controller is Controller.QUEUE:
        given = {"_conversation": after.id, "at": now, "owner": after.agent or ""}
        db.execute(_END_OFFER, given)
    if after.controller is not Controller.QUEUE or after.case_number is None:
        return
    if before.agent is not None:
        drop(db, (after.id, after.case_number), before.agent, why="left", at=now)
    values: dict[str, Any] = {"since": now, "agent": None, "why": ""}
    if to is not None:
        _forgive(db, after.case_number, to)
        values["agent"] = to.id if to.kind == "agent" else None
        values["team"] = to.id if to.kind == "team" else None
    found = db.execute(_AGAIN.values(values), {"_case_number": after.case_number})
    if found.rowcount == 0 and to is not None:
        # Taken and passed on before any sweep saw it: its deadline follows with the next one.
        needs = {"case_number": after.case_number, "conversation": after.id, "deadline": now}
        db.execute(r.case_routing.insert().values({**needs, **values, "due_kind": ""}))


def _forgive(db: sa.Connection, case_number: str, to: Destination) -> None:
    """Who is asked for by name gets the chat, though they dropped it before."""
    if to.kind == "agent":
        d = r.chat_drop.c
        db.execute(r.chat_drop.delete().where(d.case_number == case_number, d.agent == to.id))


def drop(db: sa.Connection, case: tuple[str, str], agent: str, *, why: str, at: datetime) -> None:
    """The agent dropped a case (conversation and number); the last time counts."""
    conversation, number = case
    key = {"case_number": number, "agent": agent}
    put(db, r.chat_drop, key, {"conversation": conversation, "at": at, "why": why})
