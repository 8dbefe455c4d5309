"""Drops what Rasa remembers of chats in which nothing was said for a long time, and of those the gateway says were forgotten.

Invariants: only who has the token may say so; a sender's events go as a whole or stay; the days are those of the business (`transcripts_kept_days` in
`SUBSCRIPTIONS_LIMITS`), and what is not a number of at least one day stops the start, so that nothing is dropped by mistake.
"""

import asyncio
import hmac
import json
import logging
import threading
import time
from typing import Any

import sqlalchemy as sa

DEFAULT_DAYS = 90
"""How long transcripts are kept unless the operator says otherwise (Art. 5 (1) e GDPR); the default of the business."""

EVERY_SECONDS = 3600
SENDERS_AT_ONCE = 50

log = logging.getLogger(__name__)


def days_kept(limits: str) -> int:
    """The days in the JSON of the limits; raises SystemExit with a sentence for the operator."""
    try:
        days = json.loads(limits or "{}").get("transcripts_kept_days", DEFAULT_DAYS)
    except (ValueError, AttributeError):
        days = None
    if type(days) is not int or days < 1:
        raise SystemExit(
            "rasa: SUBSCRIPTIONS_LIMITS is a JSON object; its transcripts_kept_days a whole number, at least 1."
        )
    return days


def forget(engine: sa.engine.Engine, before: float) -> int:
    """Drop all events of senders whose last one is older than `before` (seconds since 1970); how many senders."""
    events = sa.table("events", sa.column("sender_id"), sa.column("timestamp"))
    old = (
        sa.select(events.c.sender_id)
        .group_by(events.c.sender_id)
        .having(sa.func.max(events.c.timestamp) < before)
        .limit(SENDERS_AT_ONCE)
    )
    gone = 0
    while True:
        with engine.begin() as db:
            senders = list(db.execute(old).scalars())
            if senders:
                db.execute(events.delete().where(events.c.sender_id.in_(senders)))
        gone += len(senders)
        if len(senders) < SENDERS_AT_ONCE:
            return gone


def forget_sender(engine: sa.engine.Engine, sender: str) -> int:
    """Drop all events of one sender, however young; how many."""
    events = sa.table("events", sa.column("sender_id"))
    with engine.begin() as db:
        return int(db.execute(events.delete().where(events.c.sender_id == sender)).rowcount)


def open_trackers(database: str) -> sa.engine.Engine:
    """Rasa's database. A connection for each run: SQLite's files have no pool to set a size of."""
    address = database if "://" in database else f"sqlite:///{database}"
    return sa.create_engine(address, hide_parameters=True, poolclass=sa.pool.NullPool)


def forget_when_told(engine: sa.engine.Engine, token: str) -> None:
    """`DELETE /conversations/<sender>/memory?token=…` on Rasa's server, once it is made: 204, also where there was nothing."""
    from rasa import server
    from sanic import response

    make = server.create_app

    def with_forgetting(*args: Any, **kwargs: Any) -> Any:
        app = make(*args, **kwargs)

        async def memory(request: Any, sender: str) -> Any:
            if not hmac.compare_digest(request.args.get("token", "").encode(), token.encode()):
                return response.empty(401)
            try:
                await asyncio.to_thread(forget_sender, engine, sender)
            except sa.exc.SQLAlchemyError as error:
                log.warning("tracker not dropped: %s", type(error).__name__)
                return response.empty(503)
            return response.empty(204)

        app.add_route(memory, "/conversations/<sender:str>/memory", methods=["DELETE"])
        return app

    server.create_app = with_forgetting


def keep_forgetting(engine: sa.engine.Engine, days: int) -> threading.Thread:
    """Forget now and then, beside Rasa, on a thread that ends with the process."""

    def run() -> None:
        while True:
            time.sleep(EVERY_SECONDS)
            try:
                forget(engine, time.time() - days * 86_400)
            except sa.exc.SQLAlchemyError as error:
                log.warning("old trackers not dropped: %s", type(error).__name__)

    thread = threading.Thread(target=run, name="forget", daemon=True)
    thread.start()
    return thread
