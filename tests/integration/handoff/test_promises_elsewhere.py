"""Promises of calls and written answers end as the business says."""

from datetime import timedelta

import pytest

from handoff.adapters.sql.promises import SqlPromises
from handoff.contract import Promised
from handoff.conversations.flow import Flow
from handoff.desk.promises.keeping import Keeping
from subscriptions import Subscriptions
from tests.integration.handoff.house import (
    Clock,
    asked,
    say,
    signed_in,
)
from tests.integration.subscriptions.people import (
    AGENT,
    SetClock,
    bot_for,
)


@pytest.fixture
def flow(paged: Flow) -> Flow:
    """A node whose pages can be reached."""
    return paged


async def test_a_call_is_kept_where_it_is_noted_and_withdrawn_where_it_is_taken_back(
    flow: Flow, promises: SqlPromises, business: Subscriptions, business_clock: SetClock
) -> None:
    keeping = Keeping(promises, business)
    day = business_clock.now.replace(hour=9) + timedelta(days=1)
    for number, how in (("K-1002", "kept"), ("K-1001", "withdrawn"), ("K-1003", "broken")):
        entered = await signed_in(flow, number)
        receipt = business.cases.call_back(
            bot_for(number), "+493023125061", day, day + timedelta(hours=1), key=f"c{number}"
        )
        promised = Promised(
            kind="callback", state="made", reference=receipt.id, case=receipt.case_number,
            due_at=receipt.until_at.isoformat(),
        )  # fmt: skip
        turn = await asked(flow, entered.conversation.id)
        assert await flow.answer(turn, [say("Wir rufen an."), promised])
        assert await keeping.look() == 0
        if how == "kept":
            business.cases.keep_call_back(AGENT, receipt.id, key="k")
        elif how == "withdrawn":
            business.cases.withdraw_call_back(bot_for(number), receipt.id, key="w")
        else:
            business_clock.now = day + timedelta(hours=4)
            business.cases.break_missed_call_backs()
        assert await keeping.look() == 1
        (told,) = await promises.of(entered.conversation.id)
        assert (told.promise.state, told.promise.owed) == (how, False)
        assert await keeping.look() == 0


async def test_an_answer_in_writing_is_broken_by_its_clock_and_kept_late(
    flow: Flow,
    promises: SqlPromises,
    business: Subscriptions,
    business_clock: SetClock,
    clock: Clock,
) -> None:
    keeping = Keeping(promises, business)
    entered = await signed_in(flow, "K-1002")
    receipt = business.cases.complain(bot_for("K-1002"), "Gilt das auch in der Schweiz?", key="c")
    turn = await asked(flow, entered.conversation.id)
    promised = Promised(
        kind="written", state="made", reference=receipt.number, case=receipt.number,
        due_at=receipt.promised_at.isoformat(),
    )  # fmt: skip
    assert await flow.answer(turn, [say("Wir schreiben."), promised])
    clock.now = receipt.promised_at + timedelta(seconds=1)
    business_clock.now = clock.now
    assert [await keeping.look() for _ in range(2)] == [1, 0]
    (told,) = await promises.of(entered.conversation.id)
    assert (told.promise.state, told.promise.owed) == ("broken", True)
    business.cases.close_case(AGENT, receipt.number, "Beantwortet.", key="x")
    assert await keeping.look() == 1
    (told,) = await promises.of(entered.conversation.id)
    assert (told.promise.state, told.promise.owed) == ("kept_late", False)


async def test_what_the_business_does_not_know_is_owed_no_more(
    flow: Flow, promises: SqlPromises, business: Subscriptions
) -> None:
    entered = await signed_in(flow, "K-1002")
    turn = await asked(flow, entered.conversation.id)
    promised = Promised(kind="callback", state="made", reference="T-GONE", case="F-GONE")
    assert await flow.answer(turn, [say("Wir rufen an."), promised])
    assert await Keeping(promises, business).look() == 1
    (told,) = await promises.of(entered.conversation.id)
    assert (told.promise.state, told.facts[-1].facts) == ("withdrawn", {"why": "gone"})
