"""A day that was asked for, said in a word that reads like a greeting."""

from datetime import timedelta

from subscriptions.policy.calendar import business_date, working_days
from tests.chats import Clock
from tests.unit.actions.conftest import Start


async def test_a_day_is_an_answer_even_if_it_reads_like_a_greeting(
    chat: Start, clock: Clock
) -> None:
    today = business_date(clock())
    day = working_days(today - timedelta(days=10), today - timedelta(days=1))[-1]
    talk = chat("K-1051")
    asked = await talk.says("fehlt, gutschrift", "delivery_problem")
    assert asked.open == ["delivery_problem"]
    shown = await talk.says("gestern", "greet", entities={"date": day.isoformat()})
    assert f"{day:%d.%m.%Y}" in shown.text
    assert shown.button("affirm")


async def test_a_greeting_in_between_stays_one(chat: Start) -> None:
    talk = chat("K-1051")
    await talk.says("fehlt, gutschrift", "delivery_problem")
    greeted = await talk.says("Hallo!", "greet")
    assert "Hildegard" in greeted.text
    assert greeted.open == ["delivery_problem"]
