"""What an agent does from the 360° view: the same use cases with the same checks, once, told and audited."""

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.ports import Receipt
from handoff.conversations.telling import Told
from handoff.desk.approvals.action import ActionRefused, State
from handoff.desk.approvals.action import Refusal as Why
from handoff.desk.approvals.limits import Power
from handoff.desk.approvals.sweeping import sweep
from handoff.desk.approvals.wishes import wish_of
from subscriptions.errors import SubscriptionError
from tests.integration.handoff.actions_house import JON, MAYA, Office
from tests.integration.handoff.house import anonymous, cid
from tests.integration.subscriptions.people import bot_for

CREDIT = {"kind": "credit", "minor": 300}
REFUND = {"kind": "refund", "invoice": "RE-1002-0015", "minor": 400}
KINDS: list[tuple[str, dict[str, Any], str, str]] = [
    ("K-1002", CREDIT, "billing.credit", "Gutschrift eingetragen: 3,00"),
    ("K-1002", REFUND, "billing.refund", "4,00"),
    ("K-1006", {"kind": "pause", "months": 1}, "plans.pause", "pausiert vom"),
    (
        "K-1006",
        {"kind": "plan", "plan": "stream-basic"},
        "plans.schedule_downgrade",
        "Stream Basis gilt ab",
    ),
    ("K-1001", {"kind": "hold", "why": "dispute"}, "payments.dispute", "ruht"),
    (
        "K-1001",
        {"kind": "hold", "why": "hardship", "text": "Kurzarbeit"},
        "payments.hardship",
        "ruht",
    ),
    (
        "K-1001",
        {"kind": "promise", "on": "2026-11-30"},
        "payments.promise",
        "bis 30. November 2026",
    ),
    ("K-1001", {"kind": "pay_link"}, "payments.pay_link", "Zahlungslink über 11,99"),
    ("K-1020", {"kind": "unlock"}, "identity.unlock", "Die Anmeldung ist wieder frei."),
    (
        "K-1002",
        {
            "kind": "address",
            "street": "Hafenweg 3",
            "postcode": "20457",
            "city": "Hamburg",
            "from_on": "2026-12-01",
        },
        "profile.change_address",
        "Neue Postanschrift ab 1. Dezember 2026: 20457 Hamburg",
    ),
]


@pytest.mark.parametrize(("number", "wish", "use_case", "told"), KINDS, ids=[k[2] for k in KINDS])
async def test_each_kind_is_done_by_its_use_case_with_the_agent_as_actor(
    office: Office, number: str, wish: dict[str, Any], use_case: str, told: str
) -> None:
    c = await office.owned(number)
    done = await office.does(c, wish)
    assert (done.state, done.refusal) == (State.DONE, "")
    assert [row["actor"] for row in office.rows("audit", action=use_case)] == ["agent:maya"]
    ((_code, words),) = await office.told(c.id)
    assert told in words
    assert await office.audit() == [("maya", "action_begun"), ("maya", "action_done")]


async def test_what_is_foreseen_names_money_and_dates_and_changes_nothing(office: Office) -> None:
    c = await office.owned("K-1002")
    foreseen, way = await office.actions.foresee(MAYA, await office.asked(c, CREDIT))
    assert way == "at_once"
    assert foreseen.title.en == "€3.00 credit on the next invoice"
    assert [(line.label.en, line.value.en) for line in foreseen.lines] == [
        ("Next invoice", "13 December 2026"),
        ("Amount so far", "€7.99"),
        ("Amount after", "€4.99"),
    ]
    assert office.rows("voucher_redemptions", customer="K-1002") == []
    assert await office.audit() == []


async def test_pressed_again_or_ten_times_at_once_it_happens_once(office: Office) -> None:
    c = await office.owned("K-1002")
    asked = await office.asked(c, REFUND)
    first, *others = await asyncio.gather(*[office.actions.start(MAYA, asked) for _ in range(10)])
    again = await office.actions.start(MAYA, asked)
    assert {one.id for one in (first, *others, again)} == {first.id}
    assert again.state is State.DONE
    assert len(office.rows("refunds", customer="K-1002")) == 1
    assert len(await office.told(c.id)) == 1
    assert await office.audit() == [("maya", "action_begun"), ("maya", "action_done")]


async def test_the_same_key_for_something_else_is_refused(office: Office) -> None:
    c = await office.owned("K-1002")
    asked = await office.asked(c, REFUND)
    await office.actions.start(MAYA, asked)
    other = replace(asked, wish=wish_of.validate_python(CREDIT))
    with pytest.raises(ActionRefused, match="key_reused"):
        await office.actions.start(MAYA, other)


async def test_only_the_owner_acts_and_only_on_the_chat_as_it_is(office: Office) -> None:
    c = await office.owned("K-1002")
    asked = await office.asked(c, REFUND)
    with pytest.raises(ConversationError) as foreign:
        await office.actions.start(JON, asked)
    assert foreign.value.code is Refusal.NOT_OWNER
    await office.flow.release(c.id, agent=MAYA, epoch=c.epoch, cid=cid(), to="bot", outcome="")
    with pytest.raises(ConversationError) as stale:
        await office.actions.start(MAYA, asked)
    assert stale.value.code is Refusal.STALE_EPOCH
    assert office.rows("refunds", customer="K-1002") == []


async def test_a_chat_given_away_between_the_look_and_the_write_is_refused(office: Office) -> None:
    """Ownership is checked again under the lock that stores the action."""
    c = await office.owned("K-1002")
    asked = await office.asked(c, REFUND)
    store = office.actions.house.store
    add = store.add

    async def slow(*given: Any, **named: Any) -> Any:
        await office.flow.release(c.id, agent=MAYA, epoch=c.epoch, cid=cid(), to="bot", outcome="")
        return await add(*given, **named)

    store.add = slow  # type: ignore[method-assign]
    with pytest.raises(ConversationError):
        await office.actions.start(MAYA, asked)
    assert office.rows("refunds", customer="K-1002") == []
    assert await office.audit() == []


async def test_nothing_is_done_that_was_not_shown(office: Office) -> None:
    """Between look and confirmation the money went back another way."""
    c = await office.owned("K-1002")
    asked = await office.asked(c, {"kind": "refund", "invoice": "RE-1002-0015"})
    await office.does(c, REFUND)
    with pytest.raises(ActionRefused) as refused:
        await office.actions.start(MAYA, asked)
    assert refused.value.code is Why.CHANGED
    assert len(office.rows("refunds", customer="K-1002")) == 1


async def test_a_chat_of_nobody_has_no_account_to_act_on(office: Office) -> None:
    chat = await anonymous(office.flow)
    await office.flow.ask_person(chat, cid=cid())
    waiting = await office.flow.get(chat)
    await office.flow.take(chat, agent=MAYA, epoch=waiting.epoch, cid=cid())
    c = await office.flow.get(chat)
    with pytest.raises(ActionRefused, match="no_subscriber"):
        await office.asked(c, CREDIT)


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("K-1002", {"kind": "credit", "minor": 1999}, "bad_input"),
    ("K-1002", {"kind": "refund", "invoice": "RE-1002-0015", "minor": 4000}, "refund_impossible"),
    ("K-1002", {"kind": "refund", "invoice": "RE-1001-0025", "minor": 100}, "not_found"),
    ("K-1002", {"kind": "promise", "on": "2026-11-30"}, "nothing_due"),
    ("K-1001", {"kind": "promise", "on": "2027-11-30"}, "promise_too_late"),
    ("K-1002", {"kind": "pay_link"}, "nothing_due"),
    ("K-1002", {"kind": "pause", "months": 9}, "pause_too_long"),
    ("K-1033", {"kind": "pause", "months": 1}, "sold_by_partner"),
    ("K-1002", {"kind": "plan", "plan": "none"}, "plan_unknown"),
    ("K-1002", {"kind": "email", "email": "no address"}, "email_invalid"),
    ("K-1002", {"kind": "address", "street": "x", "postcode": "1", "city": "y"}, "address_invalid"),
]


@pytest.mark.parametrize(
    ("number", "wish", "code"), REFUSED, ids=[f"{r[1]['kind']} {r[2]}" for r in REFUSED]
)
async def test_what_the_business_refuses_is_said_before_anything_is_confirmed(
    office: Office, number: str, wish: dict[str, Any], code: str
) -> None:
    c = await office.owned(number)
    with pytest.raises(SubscriptionError) as refused:
        await office.asked(c, wish)
    assert refused.value.code.value == code
    assert await office.actions.of(c.id) == []


async def test_our_own_error_goes_back_in_full_whatever_the_limit(office: Office) -> None:
    """K-1013 was billed and debited twice: 11.99 are theirs, not a gift of the agent's."""
    strict = {"agent": Power(0, 0), "supervisor": Power(0, 0)}
    office.actions = office.anew(powers=strict)
    c = await office.owned("K-1013")
    twice = office.business.billing.find_duplicates(bot_for("K-1013")).findings[0]
    done = await office.does(c, {"kind": "refund", "invoice": twice.invoice})
    assert (done.state, done.foreseen.minor) == (State.DONE, 0)
    proposed = await office.does(await office.owned("K-1002"), REFUND)
    assert proposed.state is State.PROPOSED


class DeafOnce:
    """The chat, but the first telling is lost with its process."""

    def __init__(self, office: Office) -> None:
        self._flow = office.flow
        self.deaf = True

    async def get(self, conversation: str) -> Any:
        return await self._flow.get(conversation)

    async def tell(self, conversation: str, told: Told) -> Receipt:
        if self.deaf:
            raise ConnectionError("the process was killed here")
        return await self._flow.tell(conversation, told)


async def test_killed_after_the_use_case_it_still_ends_and_happens_once(office: Office) -> None:
    c = await office.owned("K-1002")
    asked = await office.asked(c, REFUND)
    dying = office.anew(chat=(chat := DeafOnce(office)))
    with pytest.raises(ConnectionError):
        await dying.start(MAYA, asked)
    assert len(office.rows("refunds", customer="K-1002")) == 1
    (left,) = await office.actions.of(c.id)
    assert left.state is State.BEGUN
    assert await sweep(office.actions) == 0  # somebody may still be at it
    _pass(office, seconds=31)
    assert await sweep(office.actions) == 1
    (done,) = await office.actions.of(c.id)
    assert done.state is State.DONE
    assert len(office.rows("refunds", customer="K-1002")) == 1
    assert len(await office.told(c.id)) == 1
    chat.deaf = False
    assert (await dying.start(MAYA, asked)).id == done.id


def _pass(office: Office, **how_long: float) -> None:
    assert office.house.clock is not None
    office.house.clock.pass_(**how_long)


async def test_a_refusal_after_the_confirmation_ends_it_and_colleagues_read_why(
    office: Office,
) -> None:
    c = await office.owned("K-1001")
    asked = await office.asked(c, {"kind": "promise", "on": "2026-11-01"})
    failed = await office.actions.start(MAYA, asked)
    assert (failed.state, failed.refusal) == (State.FAILED, "date_in_past")
    assert await office.told(c.id) == [("action_failed", "")]
    seen = await office.flow.events(c.id, since=0, for_agents=False, limit=1000)
    assert not [event for event in seen if (event.cid or "").startswith("x:")]


async def test_the_subscriber_reads_it_in_their_language(office: Office) -> None:
    c = await office.owned("K-1002")
    await office.flow.set_locale(c.id, locale="en")
    await office.does(c, CREDIT)
    ((code, words),) = await office.told(c.id)
    assert (code, words.startswith("Credit noted: €3.00 off the invoice")) == ("action_done", True)


async def test_the_link_to_pay_opens_the_page_for_just_that(office: Office) -> None:
    c = await office.owned("K-1001")
    done = await office.does(c, {"kind": "pay_link"})
    assert done.outcome is not None
    state = office.business.payments.pay_link_of(done.outcome.url.removeprefix("/pay/"))
    assert (state.amount.minor, state.state.value) == (1199, "open")
    events = await office.flow.events(c.id, since=0, for_agents=False, limit=1000)
    links = [link for event in events for link in event.body.get("links", [])]
    assert [link["url"] for link in links] == [done.outcome.url]


async def test_a_promise_of_an_agent_is_the_one_the_bot_would_have_made(office: Office) -> None:
    c = await office.owned("K-1001")
    await office.does(c, {"kind": "promise", "on": "2026-11-30"})
    (row,) = office.rows("promises", customer="K-1001")
    assert (row["due_on"], row["amount_minor"]) == (date(2026, 11, 30), 1199)
    with pytest.raises(SubscriptionError, match="promise_open"):
        await office.asked(c, {"kind": "promise", "on": "2026-11-29"})
