"""Stores what a step causes beside the log and the case (`conversations.effects`), in the transaction of the step.

Invariants: every step of a promise is one more row of `promise_fact`, and the row of the promise says what they add up to; what
is stored already is not stored again, so that a repeated step changes nothing.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from functools import singledispatch
from typing import Any

import sqlalchemy as sa

from handoff.adapters.sql import tables_promises as p
from handoff.adapters.sql.tables_work import attachment
from handoff.adapters.sql.upsert import insert
from handoff.conversations.effects import (
    Effect,
    Ending,
    FileSent,
    Pledge,
    PromiseState,
    Rated,
    RatingAsked,
    SettledAnswered,
    SettledAsked,
    TranscriptWanted,
    after,
)
from handoff.conversations.model import Controller, Conversation

_p = p.promise.c


def store(db: sa.Connection, c: Conversation, effect: Effect, *, now: datetime) -> None:
    """Store one effect of a step that left the conversation as `c`."""
    _store(effect, db, c, now)


@singledispatch
def _store(effect: object, db: sa.Connection, c: Conversation, now: datetime) -> None:
    raise TypeError(f"nobody stores {type(effect).__name__}")


@_store.register
def _pledge(effect: Pledge, db: sa.Connection, c: Conversation, now: datetime) -> None:
    """One that is owed without a reference stands; a reference and its time make it a firm one."""
    if effect.reference and db.execute(_where(c, _p.reference == effect.reference)).first():
        return
    owed = db.execute(_where(c, *_owed(None), _p.kind == effect.kind.value)).first()
    if owed is None or (effect.reference and owed.state != PromiseState.OPEN):
        _make(db, c, effect, now)
    elif effect.reference:
        _change(db, owed.id, due_at=effect.due_at, reference=effect.reference)
        _tell(db, _of(owed), "fixed", now=now, **_facts(effect))
    if effect.reference and effect.case_number:
        _moved(db, c, effect, now)


def _moved(db: sa.Connection, c: Conversation, effect: Pledge, now: datetime) -> None:
    """A new time about the same case takes the place of the one before."""
    same = (
        _p.kind == effect.kind.value,
        _p.case_number == effect.case_number,
        _p.reference != effect.reference,
    )
    for row in db.execute(_where(c, _p.ended_at.is_(None), *same)).all():
        end(db, row, Ending("withdrawn", why="moved"), now)


def _make(db: sa.Connection, c: Conversation, effect: Pledge, now: datetime) -> None:
    name = secrets.token_urlsafe(16)
    db.execute(
        p.promise.insert().values(
            id=name,
            conversation=c.id,
            case_number=effect.case_number or c.case_number,
            kind=effect.kind.value,
            skill=c.skill,
            made_at=now,
            due_at=effect.due_at,
            reference=effect.reference,
            state=PromiseState.OPEN.value,
        )
    )
    _tell(db, {"promise": name, "conversation": c.id}, "made", now=now, **_facts(effect))


def _facts(effect: Pledge) -> dict[str, str]:
    facts = {"due_at": effect.due_at.isoformat()}
    return {**facts, "reference": effect.reference} if effect.reference else facts


@_store.register
def _ending(effect: Ending, db: sa.Connection, c: Conversation, now: datetime) -> None:
    kinds = _p.kind.in_([kind.value for kind in sorted(effect.kinds)])
    for row in db.execute(_where(c, *_owed(effect.reference), kinds)).all():
        end(db, row, effect, now)


def end(db: sa.Connection, row: sa.Row[Any], effect: Ending, now: datetime) -> bool:
    """End one promise that is owed, or note that its time is over; whether that is news."""
    before = PromiseState(row.state)
    new, over = after(before, effect.how, late=row.due_at < now)
    if new is not before:
        why = {"why": effect.why} if effect.why else {}
        _tell(db, _of(row), new.value, now=now, **why)
    if new is not before or over:
        _change(db, row.id, state=new.value, ended_at=now if over else None)
    return new is not before or over


@_store.register
def _rating_asked(effect: RatingAsked, db: sa.Connection, c: Conversation, now: datetime) -> None:
    _add(
        db,
        p.satisfaction,
        id=effect.id,
        conversation=c.id,
        about=effect.about,
        episode=effect.episode,
        skill=effect.skill,
        agent=effect.agent,
        asked_at=now,
        answer="",
    )


@_store.register
def _rated(effect: Rated, db: sa.Connection, c: Conversation, now: datetime) -> None:
    s = p.satisfaction.c
    asked = (s.id == effect.id, s.conversation == c.id, s.answer == "")
    update = p.satisfaction.update().where(*asked)
    db.execute(update.values(answer=effect.answer, answered_at=now))


@_store.register
def _file_sent(effect: FileSent, db: sa.Connection, c: Conversation, now: datetime) -> None:
    a = attachment.c
    unsent = (a.id == effect.id, a.conversation == c.id, a.seq.is_(None))
    db.execute(attachment.update().where(*unsent).values(seq=effect.seq))


@_store.register
def _wanted(effect: TranscriptWanted, db: sa.Connection, c: Conversation, now: datetime) -> None:
    _add(
        db,
        p.transcript_mail,
        id=effect.id,
        conversation=c.id,
        subscriber_id=effect.subscriber_id,
        level=effect.level,
        locale=c.locale,
        asked_at=now,
        outcome="",
    )


@_store.register
def _settled_asked(
    effect: SettledAsked, db: sa.Connection, _c: Conversation, now: datetime
) -> None:
    _settled(db, effect.case_number, asked_at=now)


@_store.register
def _settled_said(
    effect: SettledAnswered, db: sa.Connection, _c: Conversation, _now: datetime
) -> None:
    _settled(db, effect.case_number, answer=effect.answer)


def _settled(db: sa.Connection, case_number: str, **values: object) -> None:
    question = p.settled_question
    db.execute(question.update().where(question.c.case_number == case_number).values(**values))


def settle_handling(
    db: sa.Connection, before: Conversation, now_is: Conversation, *, now: datetime
) -> None:
    """Who had the chat has it no longer, and whoever has it now begins; for a step that changed the owner."""
    if before.controller is Controller.AGENT:
        had = (
            p.handling.c.conversation == before.id,
            p.handling.c.epoch == before.epoch,
            p.handling.c.ended_at.is_(None),
        )
        db.execute(p.handling.update().where(*had).values(ended_at=now, skill=before.skill))
    if now_is.controller is Controller.AGENT:
        _add(
            db,
            p.handling,
            conversation=now_is.id,
            epoch=now_is.epoch,
            agent=now_is.agent,
            skill=now_is.skill,
            taken_at=now,
        )


def _where(c: Conversation, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(p.promise).where(_p.conversation == c.id, *conditions).with_for_update()


def _owed(reference: str | None) -> tuple[sa.ColumnElement[bool], ...]:
    named = _p.reference == reference if reference else _p.reference.is_(None)
    return _p.ended_at.is_(None), named


def _of(row: sa.Row[Any]) -> dict[str, str]:
    return {"promise": row.id, "conversation": row.conversation}


def _change(db: sa.Connection, name: str, **values: object) -> None:
    db.execute(p.promise.update().where(_p.id == name).values(**values))


def _tell(
    db: sa.Connection, of: Mapping[str, str], what: str, *, now: datetime, **facts: str
) -> None:
    """One more thing that happened to the promise `of` a conversation."""
    db.execute(p.promise_fact.insert().values(**of, what=what, at=now, facts=facts))


def _add(db: sa.Connection, table: sa.Table, **values: object) -> None:
    """Insert unless it is there already."""
    db.execute(insert(db, table).values(**values).on_conflict_do_nothing())
