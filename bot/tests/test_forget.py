"""What Rasa remembers of old chats goes; young ones stay whole; a wrong setting is refused."""

import json

import pytest
import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore

from forget import days_kept, forget

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
