"""The keys of writes: whose result they keep, how long a repeat gets it, and that they go."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert, null

from subscriptions import Subscriptions
from subscriptions.model.base import Level
from subscriptions.policy.limits import Limits
from subscriptions.store import tables as t
from subscriptions.store.engine import writing
from tests.integration.subscriptions.looking import count, rows
from tests.integration.subscriptions.making_daily import Days, keep_only
from tests.integration.subscriptions.making_privacy import nothing_left_to_do
from tests.integration.subscriptions.people import AGENT, NOW, CountingProvider, SetClock, bot_for

MARCUS = bot_for("K-1002")
SAID = "Mr Okafor wants it in writing."


@pytest.fixture
def days(engine: Engine, clock: SetClock, provider: CountingProvider) -> Days:
    """The day's run on the tests' clock, in a world where nothing else is due."""
    keep_only(engine, "nobody")
    return Days(engine, clock, provider)


def used(engine: Engine, many: int, days_ago: int, *, done: bool = True) -> None:
    """Keys that were used some days ago, by writes that came to their end or did not."""
    with writing(engine) as db:
        db.execute(
            insert(t.write_keys),
            [
                {
                    "owner": "",
                    "key": f"{days_ago}-{number}",
                    "body_hash": "0" * 64,
                    "result": {"number": number} if done else null(),
                    "at": NOW - timedelta(days=days_ago),
                }
                for number in range(many)
            ],
        )


def kept(engine: Engine) -> set[str]:
    """Names of the keys there are."""
    return {str(row["key"]) for row in rows(engine, t.write_keys)}


def test_what_the_desk_said_of_somebody_goes_with_them(
    business: Subscriptions, engine: Engine
) -> None:
    other = business.cases.complain(bot_for("K-1003"), "Late.", key="other")
    business.cases.close_case(AGENT, other.number, "Sorted out.", key="other")
    case = business.cases.complain(MARCUS, "Slow.", key="c")
    business.cases.close_case(AGENT, case.number, SAID, key="desk")
    (key,) = rows(engine, t.write_keys, key="desk")
    assert (key["owner"], key["customer"]) == ("", "K-1002")
    assert SAID in str(key["result"])
    nothing_left_to_do(engine, "K-1002")
    asked = business.privacy.erase(bot_for("K-1002", Level.CONFIRMED), key="e")
    business.privacy.execute_erasure(AGENT, asked.case_number, key="x")
    assert SAID not in str(rows(engine, t.write_keys))
    assert rows(engine, t.write_keys, owner="K-1002") == []
    assert [row["key"] for row in rows(engine, t.write_keys, customer="K-1002")] == ["x"]
    assert len(rows(engine, t.write_keys, key="other")) == 2


def test_a_repeat_gets_the_first_result_until_its_time_is_over(
    business: Subscriptions, engine: Engine, days: Days, clock: SetClock
) -> None:
    first = business.cases.complain(MARCUS, "Slow.", key="k")
    cases = count(engine, t.cases)
    days.run((NOW + timedelta(days=29)).date())
    assert business.cases.complain(MARCUS, "Slow.", key="k") == first
    assert count(engine, t.cases) == cases
    days.run((NOW + timedelta(days=31)).date())
    assert "k" not in kept(engine)


def test_old_keys_go_in_batches_and_young_or_unfinished_ones_stay(
    engine: Engine, days: Days
) -> None:
    before = kept(engine)
    used(engine, 450, days_ago=40)
    used(engine, 3, days_ago=29)
    used(engine, 2, days_ago=50, done=False)
    report = days.run(NOW.date(), limit=50)
    (step,) = (each for each in report.steps if each.name == "keys dropped")
    assert (step.done, step.complete) == (50, False)
    report = days.run(NOW.date())
    (step,) = (each for each in report.steps if each.name == "keys dropped")
    assert (step.done, step.complete) == (400, True)
    left = {name for name in kept(engine) - before if name[:2].isdigit()}
    assert left == {"29-0", "29-1", "29-2", "50-0", "50-1"}
    noted = rows(engine, t.audit, action="daily.keys_dropped")
    assert [entry["facts"]["count"] for entry in noted] == [50, 200, 200]


def test_keys_live_as_long_as_a_link_at_least() -> None:
    with pytest.raises(ValueError, match="write_keys_days must be at least 14"):
        Limits(write_keys_days=13)
