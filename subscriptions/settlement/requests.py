"""News about pay links and refunds, which are made by `payments` and `billing` and settled here."""

from collections.abc import Mapping

from sqlalchemy import Connection

from subscriptions.asking import REFUNDS
from subscriptions.entities.refunds import REFUND_STEPS, RefundState, refund_to
from subscriptions.model.settlement import Outcome
from subscriptions.provider import EventKind, RefundAnswer, RefundResult
from subscriptions.settlement.told import Settled, Told
from subscriptions.store import cases, collection, payment_requests, refunds

_REFUNDS: Mapping[EventKind, RefundState] = {
    EventKind.REFUND_SUCCEEDED: RefundState.SUCCEEDED,
    EventKind.REFUND_FAILED: RefundState.FAILED,
}


_ANSWERS = {
    RefundState.SUCCEEDED: RefundResult.SUCCEEDED,
    RefundState.FAILED: RefundResult.FAILED,
}


def page_paid(db: Connection, told: Told) -> Settled:
    """The money of a pay link came."""
    event = told.event
    request = payment_requests.find(db, event.reference or "")
    if request is None and event.provider_reference is not None:
        request = payment_requests.by_provider_reference(db, event.provider_reference)
    if request is None:
        return Settled(Outcome.UNKNOWN)
    facts = {"request": request.id}
    brought = collection.settle_request(db, request, event.occurred_at)
    return Settled(Outcome.APPLIED if brought else Outcome.STALE, request.customer, facts)


def refund(db: Connection, told: Told) -> Settled:
    """A refund arrived, or came back; then a person finds another way."""
    found = refunds.find(db, told.event.reference or "", lock=True)
    if found is None:
        return Settled(Outcome.UNKNOWN)
    state = _REFUNDS[told.event.kind]
    facts: dict[str, str | int | bool | None] = {
        "refund": found.reference,
        "state": state.value,
    }
    if (
        found.state is RefundState.UNKNOWN
    ):  # the answer that was lost, or that overtook the one who asked
        event = told.event
        answer = RefundAnswer(_ANSWERS[state], event.provider_reference, event.raw_code)
        settled = REFUNDS.settle(db, found.reference, answer, told.by)
        if settled is not None:
            return Settled(Outcome.APPLIED, settled.customer, settled.facts, settled.notices)
    if state not in REFUND_STEPS[found.state]:
        return Settled(Outcome.STALE, found.customer, facts)
    refunds.store(db, refund_to(found, state))
    if state is RefundState.FAILED:
        concern = cases.Concern("refund", "BIL", facts={"refund": found.reference})
        opened = cases.open_case(db, found.customer, concern, at=told.at, limits=told.limits)
        facts["case"] = opened.number
    return Settled(Outcome.APPLIED, found.customer, facts)
