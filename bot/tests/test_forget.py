"""What Rasa remembers of old chats goes; young ones stay whole; a wrong setting is refused."""

import asyncio
import json
from collections.abc import Iterator

import httpx
import pytest
import sqlalchemy as sa
from rasa import server
from rasa.core.tracker_store import SQLTrackerStore
from sanic import Sanic

from forget import days_kept, forget, forget_when_told

DAY = 86_400.0


@pytest.fixture
def engine() -> sa.engine.Engine:
    """Rasa's own table, with an old chat, a young one, and one that is both."""
    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    SQLTrackerStore.Base.metadata.create_all(engine)
    event = SQLTrackerStore.SQLEvent.__table__
    said = [("old", 0.0), ("old", 1.0), ("young", 95 * DAY), ("both", 0.0), ("both", 95 * DAY)]
    with engine.begin() as db:
        for sender, at in said:
            db.execute(event.insert().values(sender_id=sender, type_name="user", timestamp=at))
    return engine


def test_only_chats_that_ended_long_ago_go(engine: sa.engine.Engine) -> None:
    assert forget(engine, 90 * DAY) == 1
    with engine.begin() as db:
        left = sorted(db.execute(sa.text("SELECT sender_id FROM events")).scalars())
    assert left == ["both", "both", "young"]
    assert forget(engine, 90 * DAY) == 0


def test_more_than_fit_into_one_transaction(engine: sa.engine.Engine) -> None:
    event = SQLTrackerStore.SQLEvent.__table__
    with engine.begin() as db:
        for number in range(120):
            db.execute(
                event.insert().values(sender_id=f"s{number}", type_name="user", timestamp=2.0)
            )
    assert forget(engine, 90 * DAY) == 121


TOKEN = "secret"  # noqa: S105


@pytest.fixture(scope="module")
def trackers() -> sa.engine.Engine:
    """Rasa's own table for its own server."""
    engine = sa.create_engine(
        "sqlite://", poolclass=sa.pool.StaticPool, connect_args={"check_same_thread": False}
    )
    SQLTrackerStore.Base.metadata.create_all(engine)
    return engine


@pytest.fixture(scope="module")
def rasa(trackers: sa.engine.Engine) -> Iterator[Sanic]:
    """Rasa's server as it is started, which forgets when it is told."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "create_app", server.create_app)
        forget_when_told(trackers, TOKEN)
        app = server.create_app(auth_token=TOKEN)
        Sanic.test_mode = True  # else it rewrites its own methods, which works once in a process
        asyncio.run(app._startup())
        yield app


@pytest.fixture
def said(trackers: sa.engine.Engine) -> None:
    """Two chats."""
    event = SQLTrackerStore.SQLEvent.__table__
    with trackers.begin() as db:
        db.execute(event.delete())
        for sender in ("mine", "mine", "theirs"):
            db.execute(event.insert().values(sender_id=sender, type_name="user", timestamp=1.0))


def told(rasa: Sanic, params: dict[str, str]) -> int:
    """The status when somebody says that `mine` be forgotten."""

    async def call() -> int:
        transport = httpx.ASGITransport(rasa)
        async with httpx.AsyncClient(transport=transport, base_url="http://rasa") as client:
            return (await client.delete("/conversations/mine/memory", params=params)).status_code

    return asyncio.run(call())


def senders(engine: sa.engine.Engine) -> list[str]:
    """Whose events there are."""
    with engine.begin() as db:
        return sorted(db.execute(sa.text("SELECT sender_id FROM events")).scalars())


@pytest.mark.usefixtures("said")
def test_a_chat_is_forgotten_when_the_gateway_says_so(
    trackers: sa.engine.Engine, rasa: Sanic
) -> None:
    for _ in range(2):  # a repeat finds nothing, and that is fine
        assert told(rasa, {"token": TOKEN}) == 204
        assert senders(trackers) == ["theirs"]


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize("params", [{}, {"token": ""}, {"token": "secre"}, {"token": "ü"}])
def test_nobody_else_makes_it_forget(
    trackers: sa.engine.Engine, rasa: Sanic, params: dict[str, str]
) -> None:
    assert told(rasa, params) == 401
    assert senders(trackers) == ["mine", "mine", "theirs"]


@pytest.mark.usefixtures("said")
def test_a_database_that_is_away_is_said(trackers: sa.engine.Engine, rasa: Sanic) -> None:
    for names in (("events", "away"), ("away", "events")):
        with trackers.begin() as db:
            db.execute(sa.text(f"ALTER TABLE {names[0]} RENAME TO {names[1]}"))
        assert told(rasa, {"token": TOKEN}) == (503 if names[1] == "away" else 204)


@pytest.mark.parametrize("limits", ["", "{}", json.dumps({"promise_days": 7})])
def test_the_default(limits: str) -> None:
    assert days_kept(limits) == 90


def test_the_operators_days() -> None:
    assert days_kept('{"transcripts_kept_days": 30}') == 30


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "true", '"30"', "null"])
def test_a_wrong_number_stops_the_start(days: str) -> None:
    with pytest.raises(SystemExit, match="transcripts_kept_days"):
        days_kept(f'{{"transcripts_kept_days": {days}}}')


@pytest.mark.parametrize("limits", ["[", "[]", "7"])
def test_no_object_stops_the_start(limits: str) -> None:
    with pytest.raises(SystemExit, match="SUBSCRIPTIONS_LIMITS"):
        days_kept(limits)
