"""The offer to somebody who cancelled, and its steps.

Invariants: an answer is given once; an offer that nobody answered expires and does nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from subscriptions.entities.steps import illegal_step
from subscriptions.model.cancellation import OfferKind


class OfferState(StrEnum):
    """Where an offer stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"


_O = OfferState
OFFER_STEPS: Mapping[OfferState, frozenset[OfferState]] = {
    _O.OPEN: frozenset({_O.ACCEPTED, _O.DECLINED, _O.EXPIRED}),
    _O.ACCEPTED: frozenset(),
    _O.DECLINED: frozenset(),
    _O.EXPIRED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class RetentionOffer:
    """What was offered after the cancellation `cancellation`; `plan`, `months`, `percent` as its kind needs."""

    id: str
    customer: str
    subscription: str
    cancellation: str
    kind: OfferKind
    reason_de: str
    reason_en: str
    offered_at: datetime
    expires_at: datetime
    plan: str | None = None
    months: int | None = None
    percent: int | None = None
    state: OfferState = OfferState.OPEN
    answered_at: datetime | None = None

    def open_at(self, now: datetime) -> bool:
        """Whether it may still be answered."""
        return self.state is OfferState.OPEN and now < self.expires_at


def answer(offer: RetentionOffer, new: OfferState, at: datetime) -> RetentionOffer:
    """open → accepted, declined, expired."""
    if new not in OFFER_STEPS[offer.state]:
        raise illegal_step("offer", offer.state, new)
    return replace(offer, state=new, answered_at=at)
