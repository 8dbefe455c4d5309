"""Ways to pay and the permission to debit, with its steps."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from subscriptions.entities.steps import illegal_step


class MethodKind(StrEnum):
    """How money is collected: with an answer at once (cards, wallets, PayPal), or by direct debit."""

    CARD = "card"
    SEPA = "sepa"


class MandateState(StrEnum):
    """Whether a SEPA mandate may be used."""

    CREATED = "created"
    ACTIVE = "active"
    AMENDED = "amended"
    REVOKED = "revoked"
    INVALID = "invalid"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """A way to pay. `label` is masked already; `hint` steers the built-in payment simulator only."""

    id: str
    customer: str
    kind: MethodKind
    label: str
    expires_on: date | None
    updated_on: date
    hint: str
    token: str | None = None  # what the payment provider calls it
    holder: str | None = None
    active: bool = True
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mandate:
    """The permission to debit an account."""

    reference: str
    method: str
    state: MandateState
    signed_on: date
    text: str | None = None  # what was agreed to, word for word
    consent_at: datetime | None = None
    last_used_on: date | None = None
    ended_on: date | None = None
    replaces: str | None = None


_M = MandateState


_MANDATE_ENDS = frozenset({_M.REVOKED, _M.INVALID, _M.LAPSED})


MANDATE_STEPS: Mapping[MandateState, frozenset[MandateState]] = {
    _M.CREATED: frozenset({_M.ACTIVE}),
    _M.ACTIVE: _MANDATE_ENDS | {_M.AMENDED},
    _M.AMENDED: _MANDATE_ENDS | {_M.AMENDED},
    _M.REVOKED: frozenset(),
    _M.INVALID: frozenset(),
    _M.LAPSED: frozenset(),
}


def mandate_to(mandate: Mandate, new: MandateState, on: date | None = None) -> Mandate:
    """The next state of a mandate; `on` is the day of a step that ends it."""
    if new not in MANDATE_STEPS[mandate.state]:
        raise illegal_step("mandate", mandate.state, new)
    ended = on if new in _MANDATE_ENDS else mandate.ended_on
    return replace(mandate, state=new, ended_on=ended)
