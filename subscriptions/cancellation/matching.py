"""Whom a declaration comes from and which contract it means. Nothing here refuses."""

from dataclasses import dataclass

from sqlalchemy import Connection

from subscriptions.entities.contracts import Subscription, can_end
from subscriptions.errors import SubscriptionError
from subscriptions.model.cancellation import DeclarationOutcome
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.limits import Limits
from subscriptions.policy.masking import mask_cards
from subscriptions.store import contracts, customers

_O = DeclarationOutcome


@dataclass(frozen=True, slots=True)
class Meant:
    """The locked contract that a declaration means, or why there is none."""

    contract: Subscription | None
    outcome: DeclarationOutcome


def kept(text: str, limits: Limits) -> str:
    """The words as they are kept: without card numbers, cut instead of refused."""
    return mask_cards(text)[: limits.text_most]


def known(db: Connection, number: str | None) -> str | None:
    """The customer if there is one: an unknown number must not make a declaration fail."""
    if number is None:
        return None
    try:
        return customers.by_number(db, number).number
    except SubscriptionError:
        return None


def meant(db: Connection, customer: str | None, wanted: str | None) -> Meant:
    """The contract: the wanted one, else the only one that fits, else the last one that ended."""
    theirs = contracts.all_of(db, customer, lock=True) if customer else ()
    if wanted is not None:
        named = next((c for c in theirs if c.id == wanted), None)
        return Meant(named, _outcome(named)) if named else Meant(None, _O.WHICH_CONTRACT)
    running = [c for c in theirs if not contracts.is_over(c)]
    if not running:
        last = theirs[0] if theirs else None
        return Meant(last, _outcome(last))
    if len(running) > 1 and any(can_end(c) for c in running):
        return Meant(None, _O.WHICH_CONTRACT)
    return Meant(running[0], _outcome(running[0]))


def _outcome(contract: Subscription | None) -> DeclarationOutcome:
    if contract is None or contract.state is SubscriptionState.PENDING:
        return _O.PERSON
    return _O.ENDED_ALREADY if contracts.is_over(contract) else _O.SCHEDULED
