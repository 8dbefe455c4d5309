"""The one way to write: idempotent by key, one transaction, one audit row, notices as contacts.

Invariants: the same owner, key and body always get the first result; the same key with another body
raises KEY_REUSED; a refusal or a crash stores nothing at all, but for a write that asks somebody outside: what
it asks is stored before, so that it is known whatever happens then; two writers with one key run one after the other.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Engine, Row, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller
from subscriptions.store import audit
from subscriptions.store import tables as t
from subscriptions.store.engine import writing

T = TypeVar("T")
MAX_KEY = 200


@dataclass(frozen=True, slots=True)
class Notice:
    """An outbound message that a write causes: what is sent is decided by template and facts."""

    reason: str  # payment, contract, benefit, requested
    template: str
    facts: Mapping[str, str | int | None] = field(default_factory=dict)
    channel: str = "email"
    address: str | None = None  # when it is not the one on file, for example the old one


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What a write achieved, for its caller, the audit and the customer."""

    result: T
    customer: str | None
    facts: audit.Facts = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Begun:
    """A write that is half done; `fresh`: just now, else it was begun before and has not come to its end."""

    reference: str
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class Order:
    """A write that is asked for: which use case, by whom, under which key, with which body."""

    action: str
    caller: Caller
    owner: str | None
    key: str
    body: Mapping[str, str | int | None]
    at: datetime


def write_once(
    engine: Engine, order: Order, kind: type[T], act: Callable[[Connection], Done[T]]
) -> T:
    """Run `act` once for its key and return its result, now or as it was the first time."""
    _check_key(order)
    codec: TypeAdapter[T] = TypeAdapter(kind)
    with writing(engine) as db:
        if not _claim(db, order):
            return codec.validate_python(_claimed(db, order).result)
        return _complete(db, order, codec, act(db))


def begin_once(
    engine: Engine,
    order: Order,
    kind: type[T],
    act: Callable[[Connection], Done[T] | str],
    *,
    stands: Callable[[Connection, str], bool],
) -> T | Begun:
    """The first half of a write that asks somebody outside: what is asked is written down, then its end follows.

    `act` returns the reference of what it wrote down, or what is done already, with nothing to ask. A key that was
    begun before is not begun again as long as what it wrote down `stands`.
    """
    _check_key(order)
    codec: TypeAdapter[T] = TypeAdapter(kind)
    with writing(engine) as db:
        if not _claim(db, order):
            row = _claimed(db, order)
            if row.result is not None:
                return codec.validate_python(row.result)
            if row.begun is not None and stands(db, row.begun):
                return Begun(row.begun, fresh=False)
        done = act(db)
        if isinstance(done, Done):
            return _complete(db, order, codec, done)
        _set(db, order, begun=done)
        return Begun(done)


def end_once(
    engine: Engine, order: Order, kind: type[T], act: Callable[[Connection], Done[T]]
) -> T:
    """The second half: `act` stores what came of it; whoever comes second gets the first result."""
    codec: TypeAdapter[T] = TypeAdapter(kind)
    with writing(engine) as db:
        if not _claim(db, order):
            row = _claimed(db, order)
            if row.result is not None:
                return codec.validate_python(row.result)
        return _complete(db, order, codec, act(db))


def give_back(db: Connection, order: Order) -> None:
    """Forget a write that was begun and whose every trace is taken back: its key may be used again."""
    db.execute(delete(t.write_keys).where(_is(order), t.write_keys.c.result.is_(None)))


def note_view(engine: Engine, entry: audit.Entry) -> None:
    """Write down that somebody looked at an account; a view that cannot be noted must not happen."""
    with writing(engine) as db:
        audit.append(db, entry)


def add_notice(db: Connection, customer: str | None, notice: Notice, at: datetime) -> None:
    """Write down an outbound message."""
    db.execute(
        insert(t.contacts).values(
            customer=customer,
            at=at,
            channel=notice.channel,
            reason=notice.reason,
            template=notice.template,
            facts=dict(notice.facts),
            address=notice.address,
        )
    )


def insert_if_absent(db: Connection, table: Any, values: Mapping[str, Any]) -> bool:
    """Insert a row unless its key exists; waits for a rival transaction and says who won."""
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(**values).on_conflict_do_nothing()
    # RETURNING says it reliably; a row count is not kept by every driver for inserts.
    return db.execute(statement.returning(*table.primary_key.columns)).first() is not None


def _body_hash(order: Order) -> str:
    body = json.dumps([order.action, dict(order.body)], sort_keys=True)
    return sha256(body.encode()).hexdigest()


def _claim(db: Connection, order: Order) -> bool:
    return insert_if_absent(
        db,
        t.write_keys,
        {
            "owner": order.owner or "",
            "key": order.key,
            "body_hash": _body_hash(order),
            "at": order.at,
        },
    )


def _check_key(order: Order) -> None:
    if not 0 < len(order.key) <= MAX_KEY:
        raise SubscriptionError(Code.BAD_INPUT, field="key")


def _is(order: Order) -> ColumnElement[bool]:
    return (t.write_keys.c.owner == (order.owner or "")) & (t.write_keys.c.key == order.key)


def _claimed(db: Connection, order: Order) -> Row[Any]:
    """What is stored under the key, locked; raises KEY_REUSED for another body."""
    row = db.execute(select(t.write_keys).where(_is(order)).with_for_update()).one()
    if row.body_hash != _body_hash(order):
        raise SubscriptionError(Code.KEY_REUSED)
    return row


def _complete(db: Connection, order: Order, codec: TypeAdapter[T], done: Done[T]) -> T:
    """Notices, the result for the key, and the audit entry."""
    for notice in done.notices:
        add_notice(db, done.customer, notice, order.at)
    _set(db, order, result=codec.dump_python(done.result, mode="json"), customer=done.customer)
    facts = dict(done.facts)
    entry = audit.Entry(order.at, order.caller.actor, order.action, done.customer, facts)
    audit.append(db, entry)
    return done.result


def _set(db: Connection, order: Order, **values: Any) -> None:
    db.execute(update(t.write_keys).where(_is(order)).values(**values))
