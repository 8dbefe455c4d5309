"""Above the limit: a second person, or the subscriber; once, in time, never about one's own."""

import asyncio
import re
from dataclasses import replace
from typing import Any

import pytest

from handoff.conversations.model import Conversation
from handoff.desk.approvals.action import Action, ActionRefused, State
from handoff.desk.approvals.limits import Power
from handoff.desk.approvals.sweeping import sweep
from subscriptions.errors import SubscriptionError
from subscriptions.model.base import Money
from subscriptions.store.engine import open_engine
from tests.integration.handoff.actions_house import IDA, INES, JON, MAYA, Office
from tests.integration.subscriptions import making_billing as making
from tests.integration.subscriptions.refused_billing_credits import kim_for

STRICT = {"agent": Power(200, 500), "supervisor": Power(1000, 2000)}
BIG = {"kind": "refund", "invoice": "RE-1002-0015", "minor": 700}
SMALL = {"kind": "refund", "invoice": "RE-1002-0015", "minor": 300}
EMAIL = {"kind": "email", "email": "marcus.neu@example.com"}
BIGGER = {"kind": "plan", "plan": "stream-standard"}


@pytest.fixture
def strict(office: Office) -> Office:
    """The office where an agent gives back 5.00 by themselves, a supervisor 20.00."""
    office.actions = office.anew(powers=STRICT)
    return office


def refunds(office: Office) -> list[int]:
    return [row["amount_minor"] for row in office.rows("refunds", customer="K-1002")]


async def proposed(office: Office, wish: dict[str, Any] = BIG) -> tuple[Conversation, Action]:
    c = await office.owned("K-1002")
    action = await office.does(c, wish)
    assert action.state is State.PROPOSED
    return c, action


async def test_above_the_limit_nothing_happens_until_a_second_person_agrees(
    strict: Office,
) -> None:
    c, action = await proposed(strict)
    assert refunds(strict) == []
    done = await strict.actions.approve(
        action.id, INES, seen=action.foreseen.digest, comment="in Ordnung"
    )
    assert (done.state, refunds(strict)) == (State.DONE, [700])
    assert [code for code, _ in await strict.told(c.id)] == [
        "action_proposed",
        "action_approved",
        "action_done",
    ]
    assert await strict.audit() == [
        ("maya", "action_proposed"),
        ("ines", "action_approved"),
        ("maya", "action_done"),
    ]
    assert [row["actor"] for row in strict.rows("audit", action="billing.refund")] == ["agent:maya"]


async def test_a_supervisor_has_a_limit_of_their_own(strict: Office) -> None:
    c = await strict.owned("K-1002", INES)
    assert (await strict.does(c, BIG, INES)).state is State.DONE


async def test_cut_into_parts_it_is_still_above_the_limit(strict: Office) -> None:
    c = await strict.owned("K-1002")
    assert (await strict.does(c, SMALL)).state is State.DONE
    assert (await strict.does(c, SMALL)).state is State.PROPOSED
    assert refunds(strict) == [300]


async def test_two_parts_at_the_same_moment_do_not_pass_together(strict: Office) -> None:
    c = await strict.owned("K-1002")
    both = [await strict.asked(c, SMALL), await strict.asked(c, SMALL)]
    done = await asyncio.gather(*[strict.actions.start(MAYA, one) for one in both])
    assert sorted(one.state for one in done) == [State.DONE, State.PROPOSED]
    assert refunds(strict) == [300]


async def test_a_day_later_the_limit_is_there_again(strict: Office) -> None:
    c = await strict.owned("K-1002")
    await strict.does(c, SMALL)
    assert strict.house.clock is not None
    strict.house.clock.pass_(hours=24, seconds=1)
    assert (await strict.does(c, SMALL)).state is State.DONE


@pytest.mark.parametrize(("who", "code"), [(MAYA, "own_proposal"), (JON, "not_allowed")])
async def test_not_ones_own_and_not_without_the_role(strict: Office, who: Any, code: str) -> None:
    _, action = await proposed(strict)
    with pytest.raises(ActionRefused, match=code):
        await strict.actions.approve(action.id, who, seen=action.foreseen.digest)
    with pytest.raises(ActionRefused, match=code):
        await strict.actions.refuse(action.id, who)
    assert refunds(strict) == []


async def test_by_setting_any_other_agent_approves(office: Office) -> None:
    office.actions = office.anew(powers=STRICT, approvers="anyone")
    _, action = await proposed(office)
    with pytest.raises(ActionRefused, match="own_proposal"):
        await office.actions.approve(action.id, MAYA, seen=action.foreseen.digest)
    done = await office.actions.approve(action.id, JON, seen=action.foreseen.digest)
    assert (done.state, refunds(office)) == (State.DONE, [700])


async def test_two_supervisors_at_once_approve_once(strict: Office) -> None:
    _, action = await proposed(strict)
    answers = await asyncio.gather(
        *[
            strict.actions.approve(action.id, who, seen=action.foreseen.digest)
            for who in (INES, IDA, INES, IDA)
        ],
        return_exceptions=True,
    )
    assert refunds(strict) == [700]
    for answer in answers:
        if isinstance(answer, BaseException):
            assert isinstance(answer, ActionRefused)
    approvals = [entry for entry in await strict.audit() if entry[1] == "action_approved"]
    assert len(approvals) == 1


async def test_what_was_refused_or_withdrawn_stays_undone(strict: Office) -> None:
    c, action = await proposed(strict)
    refused = await strict.actions.refuse(action.id, INES, comment="zu viel")
    assert (refused.state, refused.decision and refused.decision.comment) == (
        State.REFUSED,
        "zu viel",
    )
    with pytest.raises(ActionRefused, match="not_open"):
        await strict.actions.approve(action.id, IDA, seen=action.foreseen.digest)
    other = await strict.does(c, BIG)
    with pytest.raises(ActionRefused, match="not_allowed"):
        await strict.actions.withdraw(other.id, JON)
    assert (await strict.actions.withdraw(other.id, MAYA)).state is State.WITHDRAWN
    with pytest.raises(ActionRefused, match="not_open"):
        await strict.actions.approve(other.id, INES, seen=other.foreseen.digest)
    assert refunds(strict) == []


async def test_after_its_time_it_is_over_also_before_anybody_swept(strict: Office) -> None:
    c, action = await proposed(strict)
    assert strict.house.clock is not None
    strict.house.clock.pass_(hours=24)
    with pytest.raises(ActionRefused, match="not_open"):
        await strict.actions.approve(action.id, INES, seen=action.foreseen.digest)
    assert await sweep(strict.actions) == 1
    (ended,) = await strict.actions.of(c.id)
    assert (ended.state, refunds(strict)) == (State.EXPIRED, [])
    assert await strict.actions.proposed() == []
    assert await sweep(strict.actions) == 0


async def test_an_approver_approves_what_they_saw_or_looks_again(strict: Office) -> None:
    """Until the approver came, part of it was given back another way."""
    _, action = await proposed(strict, {"kind": "refund", "invoice": "RE-1002-0015"})
    strict.business.billing.refund(kim_for("K-1002"), "RE-1002-0015", Money(100), key="other")
    with pytest.raises(ActionRefused, match="changed"):
        await strict.actions.approve(action.id, INES, seen=action.foreseen.digest)
    (anew,) = await strict.actions.proposed()
    assert anew.foreseen.minor == 699
    done = await strict.actions.approve(action.id, INES, seen=anew.foreseen.digest)
    assert (done.state, sorted(refunds(strict))) == (State.DONE, [100, 699])


# --- the subscriber confirms


def _token(action: Action, office: Office) -> str:
    return office.actions.token_of(action.id)


async def _code(office: Office, token: str, press: str = "p1") -> str:
    before = len(office.posted)
    sent = await office.actions.send_code(token, press=press)
    assert re.fullmatch(r"\w\*\*\*@\w.*", sent.to)
    (message,) = office.posted[before:]
    assert message.to == "marcus.okafor@example.org"
    return message.secret


async def test_what_wants_level_two_is_confirmed_by_the_subscriber_with_a_code(
    office: Office,
) -> None:
    c = await office.owned("K-1002")
    action = await office.does(c, EMAIL)
    assert (action.state, office.rows("contact_changes", customer="K-1002")) == (State.ASKED, [])
    token = _token(action, office)
    events = await office.flow.events(c.id, since=0, for_agents=False, limit=1000)
    links = [link["url"] for event in events for link in event.body.get("links", [])]
    assert links == [f"/agree/{token}"]
    digits = await _code(office, token)
    wrong = "000000" if digits != "000000" else "111111"
    with pytest.raises(SubscriptionError, match="code_wrong"):
        await office.actions.agree(token, wrong, seen=action.foreseen.digest, press="p2")
    done = await office.actions.agree(token, digits, seen=action.foreseen.digest, press="p3")
    assert done.state is State.DONE
    assert len(office.rows("contact_changes", customer="K-1002")) == 1
    again = await office.actions.agree(token, digits, seen=action.foreseen.digest, press="p4")
    assert again.state is State.DONE
    assert len(office.rows("contact_changes", customer="K-1002")) == 1
    assert await office.audit() == [
        ("maya", "action_asked"),
        ("subscriber", "action_approved"),
        ("maya", "action_done"),
    ]


async def test_an_order_is_the_subscribers_own_and_costs_what_was_shown(office: Office) -> None:
    c = await office.owned("K-1002")
    action = await office.does(c, BIGGER)
    assert (action.state, action.foreseen.order) == (State.ASKED, True)
    assert "Due now" in [line.label.en for line in action.foreseen.lines]
    token = _token(action, office)
    digits = await _code(office, token)
    done = await office.actions.agree(token, digits, seen=action.foreseen.digest, press="p2")
    assert done.state is State.DONE
    (contract,) = office.rows("subscriptions", customer="K-1002")
    assert contract["plan"] == "stream-standard"


async def test_neither_agent_nor_supervisor_confirms_for_the_subscriber(office: Office) -> None:
    c = await office.owned("K-1002")
    action = await office.does(c, BIGGER)
    for who in (MAYA, INES):
        with pytest.raises(ActionRefused):
            await office.actions.approve(action.id, who, seen=action.foreseen.digest)
    token = _token(action, office)
    with pytest.raises(SubscriptionError):  # whoever has the link alone has no digits
        await office.actions.agree(token, "123456", seen=action.foreseen.digest, press="p")
    assert office.rows("subscriptions", customer="K-1002")[0]["plan"] == "stream-basic"


@pytest.mark.parametrize("spoil", ["", "x", "{id}.", "{id}." + "0" * 32, "other.{signature}"])
async def test_only_our_own_links_open_anything(office: Office, spoil: str) -> None:
    c = await office.owned("K-1002")
    action = await office.does(c, EMAIL)
    signature = _token(action, office).rpartition(".")[2]
    with pytest.raises(ActionRefused, match="unknown_action"):
        await office.actions.agreement(spoil.format(id=action.id, signature=signature))


async def test_the_subscriber_says_no_or_nothing(office: Office) -> None:
    c = await office.owned("K-1002")
    first, second = await office.does(c, EMAIL), await office.does(c, EMAIL)
    assert (await office.actions.decline(_token(first, office))).state is State.REFUSED
    assert office.house.clock is not None
    office.house.clock.pass_(hours=25)
    with pytest.raises(ActionRefused, match="not_open"):
        await office.actions.send_code(_token(second, office), press="late")
    await sweep(office.actions)
    states = {one.id: one.state for one in await office.actions.of(c.id)}
    assert states == {first.id: State.REFUSED, second.id: State.EXPIRED}
    assert office.posted == []


async def test_the_digits_of_somebody_else_confirm_nothing(office: Office) -> None:
    c = await office.owned("K-1002")
    action = await office.does(c, EMAIL)
    token = _token(action, office)
    await _code(office, token)
    theirs = await office.does(await office.owned("K-1006"), EMAIL)
    other = _token(theirs, office)
    await office.actions.send_code(other, press="p9")
    foreign = office.posted[-1].secret
    with pytest.raises(SubscriptionError):
        await office.actions.agree(token, foreign, seen=action.foreseen.digest, press="p2")
    assert office.rows("contact_changes", customer="K-1002") == []


async def test_what_colleagues_write_to_each_other_never_reaches_the_subscriber(
    strict: Office,
) -> None:
    c, action = await proposed(strict)
    await strict.actions.approve(
        action.id, INES, seen=action.foreseen.digest, comment="zahlt sonst nie"
    )
    read = await strict.flow.events(c.id, since=0, for_agents=False, limit=1000)
    bodies = [str(event.body) for event in read]
    assert any("action_done" in body for body in bodies)
    assert not [body for body in bodies if "zahlt sonst nie" in body or "Ines" in body]


async def test_a_link_with_signs_that_are_none_of_ours_is_no_link(office: Office) -> None:
    action = await office.does(await office.owned("K-1002"), EMAIL)
    with pytest.raises(ActionRefused, match="unknown_action"):
        await office.actions.agreement(f"{action.id}.ä")


async def test_one_key_for_two_wishes_at_the_same_moment_does_the_first_alone(
    office: Office,
) -> None:
    c = await office.owned("K-1002")
    one = await office.asked(c, SMALL)
    other = replace(await office.asked(c, {**SMALL, "minor": 200}), cid=one.cid)
    answers = await asyncio.gather(
        *[office.actions.start(MAYA, wish) for wish in (one, other)], return_exceptions=True
    )
    done = [answer for answer in answers if isinstance(answer, Action)]
    refused = [answer for answer in answers if isinstance(answer, ActionRefused)]
    assert (len(done), [error.code.value for error in refused]) == (1, ["key_reused"])
    assert len(refunds(office)) == 1


async def test_what_we_owe_once_is_not_given_twice_past_the_limit(strict: Office) -> None:
    """Two wishes that saw the same error of ours at once: the second one is a gift, and nobody agreed to it."""
    engine = open_engine(strict.url)
    making.paid_twice(engine)
    engine.dispose()
    c = await strict.owned("K-1002")
    twice = {"kind": "refund", "invoice": "RE-1002-0015"}
    both = [await strict.asked(c, twice), await strict.asked(c, twice)]
    answers = await asyncio.gather(
        *[strict.actions.start(MAYA, one) for one in both], return_exceptions=True
    )
    assert refunds(strict) == [799], answers
