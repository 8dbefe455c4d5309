"""The pure steps: the epoch rises with every change of owner, and only the owner's words become events."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.contract import Button, HandoffRequest, OrderTerms, Say
from handoff.conversations import steps, takeover
from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.model import Author, Controller, Conversation, Step, numbered
from handoff.conversations.ports import Agent, Arrival
from handoff.conversations.steps import Said
from handoff.desk.rules import Rules
from tests.unit.handoff.test_desk_rules import NOW, ROW, waiting

MAYA = Agent("maya", "Maya", available=True)
JON = Agent("jon", "Jon", available=True)
LEASE = takeover.Lease("token", NOW + timedelta(seconds=45))
SAID = Said(text="hallo", cid="cid-0001", key="s:cid-0001")


def arrival() -> Arrival:
    request = HandoffRequest(reason="asked", skill="BIL")
    return Rules(new_case=lambda: "C-TEST-CASE").arrival(waiting("hallo"), request)


def queued() -> Conversation:
    return steps.queued(ROW, arrival(), author=Author.SUBSCRIBER).after


def owned() -> Conversation:
    return takeover.taken(queued(), MAYA, LEASE, key="k", arrival=None).after


def closed() -> Conversation:
    return takeover.closed(owned(), MAYA, "ok", key="k").after


@given(st.sampled_from(list(Controller)), st.integers(1, 5), st.integers(1, 5))
def test_an_answer_is_wanted_only_by_the_bot_of_its_own_epoch(
    controller: Controller, now: int, asked: int
) -> None:
    row = replace(ROW, controller=controller, epoch=now)
    assert steps.wanted(row, asked) is (controller is Controller.BOT and now == asked)


CHANGES = [
    (ROW, lambda c: steps.queued(c, arrival(), author=Author.BOT)),
    (ROW, lambda c: steps.failed(c, 2, arrival())),
    (ROW, lambda c: takeover.taken(c, MAYA, LEASE, key="k", arrival=arrival())),
    (queued(), lambda c: takeover.taken(c, MAYA, LEASE, key="k", arrival=None)),
    (owned(), lambda c: takeover.handed_back(c, MAYA, "ok", key="k")),
    (owned(), lambda c: takeover.closed(c, MAYA, "ok", key="k")),
    (owned(), lambda c: takeover.requeued(c, (), author=Author.SYSTEM, key=None)),
    (closed(), lambda c: steps.received(c, SAID)),
]


@pytest.mark.parametrize(("before", "change"), CHANGES)
def test_every_change_of_owner_is_one_epoch_and_says_so(before, change) -> None:  # type: ignore[no-untyped-def]
    step: Step = change(before)
    after, events = numbered(before, step, NOW)
    assert after.epoch == before.epoch + 1
    assert after.controller is not before.controller
    (told,) = [event for event in events if event.kind == "control"]
    assert told.body["epoch"] == after.epoch
    assert told.body["controller"] == after.controller.value
    assert [e.seq for e in events] == list(range(before.last_seq + 1, after.last_seq + 1))
    owner = (after.agent, after.lease_until)
    assert (owner == ("maya", LEASE.until)) is (after.controller is Controller.AGENT)
    assert step.ends_all_turns is (
        before.controller is Controller.BOT or after.controller is Controller.AGENT
    )


@pytest.mark.parametrize(
    ("row", "work"), [(ROW, True), (queued(), False), (owned(), False), (closed(), True)]
)
def test_only_bot_and_closed_make_work_for_the_bot(row: Conversation, work: bool) -> None:
    step = steps.received(row, SAID)
    assert step.asks_bot is work
    assert step.drafts[0].body["text"] == "hallo"
    assert step.drafts[0].author is Author.SUBSCRIBER


@pytest.mark.parametrize(
    ("row", "epoch", "refusal"),
    [
        (owned(), 3, Refusal.TAKEN),
        (closed(), 4, Refusal.CLOSED),
        (queued(), 1, Refusal.STALE_EPOCH),
        (ROW, 0, Refusal.STALE_EPOCH),
    ],
)
def test_what_cannot_be_taken(row: Conversation, epoch: int, refusal: Refusal) -> None:
    with pytest.raises(ConversationError) as refused:
        takeover.check_takeable(row, epoch)
    assert refused.value.code is refusal


@pytest.mark.parametrize(
    ("row", "agent", "refusal"),
    [
        (owned(), JON, Refusal.NOT_OWNER),
        (queued(), MAYA, Refusal.NOT_OWNER),
        (ROW, MAYA, Refusal.NOT_OWNER),
    ],
)
def test_who_may_not_speak(row: Conversation, agent: Agent, refusal: Refusal) -> None:
    with pytest.raises(ConversationError) as refused:
        takeover.check_owner(row, agent, row.epoch)
    assert refused.value.code is refusal
    with pytest.raises(ConversationError) as stale:
        takeover.check_owner(row, agent, row.epoch + 1)
    assert stale.value.code is Refusal.STALE_EPOCH
    takeover.check_owner(owned(), MAYA, owned().epoch)


def test_the_age_is_kept_while_a_person_has_it_and_on_the_way_back() -> None:
    assert queued().waiting_since == owned().waiting_since == NOW
    back = takeover.requeued_row(replace(owned(), updated_at=NOW + timedelta(hours=1)))
    assert back.waiting_since == NOW


def test_a_buttons_meaning_and_an_order_never_leave_us() -> None:
    button = Button(
        title="Zahlungspflichtig bestellen",
        intent="affirm",
        value={"order": "token"},
        style="order",
        order=OrderTerms(price="11,99 €", terms="monatlich kündbar"),
    )
    step = steps.answered(ROW, 2, [Say(text="?", locale="de", buttons=[button])], None)
    (draft,) = step.drafts
    assert "token" not in str(draft.body)
    assert "intent" not in str(draft.body)
    assert draft.private["buttons"][0]["value"] == {"order": "token"}
    assert draft.body["buttons"][0]["order"]["price"] == "11,99 €"


def test_the_snippet_is_what_a_person_said_last() -> None:
    asked = steps.received(ROW, steps.Said(text="a" * 500, cid="c-1", key="s:c-1"))
    after, _ = numbered(ROW, asked, NOW)
    assert after.snippet == "a" * 120
    answered = steps.answered(after, 2, [Say(text="Natürlich.", locale="de")], arrival())
    assert numbered(after, answered, NOW)[0].snippet == "a" * 120
