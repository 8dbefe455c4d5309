"""Carrying out a quote: an upgrade or an add-on at once and paid for, everything else at the end of the period.

Invariants: a quote works once and gives its first receipt again, whatever key is used; what is due now is invoiced
and collected, and a decline undoes everything; nothing is ordered while nobody knows what became of another payment.
"""

from collections.abc import Collection

from sqlalchemy import Connection

from subscriptions.asking import (
    CHARGES,
    Asking,
    By,
    Handed,
    after_looking_up,
    ask_once,
    refuse_unknown,
)
from subscriptions.entities.contracts import Subscription
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.catalogue import ChangeKind, ChangeReceipt, Quote
from subscriptions.plans.offers import QUOTE, allow_pieces, facts_of
from subscriptions.plans.ordering import (
    ORDERS,
    RECEIPT,
    Bought,
    carry_out,
    declined,
    hand,
    is_priced,
    ordered,
)
from subscriptions.plans.standing import allow
from subscriptions.policy.access import require
from subscriptions.store import contracts, requests
from subscriptions.store.backing import Backing
from subscriptions.store.write import Done, Order

ORDERED = frozenset({ChangeKind.UPGRADE, ChangeKind.ADDON})


def use(
    backing: Backing, caller: Caller, meant: tuple[str, Collection[ChangeKind]], key: str
) -> ChangeReceipt:
    """Carry out the quote of a token, if it is of one of the kinds that this way allows."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    token, kinds = meant
    action = "plans.schedule_downgrade" if ChangeKind.DOWNGRADE in kinds else "plans.order"
    order = Order(action, caller, number, key, {"token": requests.hashed(token)}, now)

    def begin(db: Connection) -> Done[ChangeReceipt] | Handed:
        stored, offer = _offer(db, number, token, kinds)
        if stored.receipt is not None:
            first = RECEIPT.validate_python(stored.receipt)
            return Done(first, number, {"reference": first.reference, "repeated": True})
        contract = _unchanged(db, stored, offer, order)
        bought = Bought(contract, stored, offer)
        _allowed(backing, db, bought, order)
        handed = hand(db, bought, order) if offer.due_now.minor > 0 else None
        if handed is not None:
            return handed
        by = By(caller.actor, now, backing.limits, now)
        receipt, notice = carry_out(db, bought, (caller.actor, by))
        facts = {"reference": receipt.reference, **facts_of(offer)}
        return Done(receipt, number, facts, (notice,))

    asking = Asking(ORDERS, begin, ordered, declined)
    return after_looking_up(
        backing, number, (CHARGES, ORDERS), lambda: ask_once(backing, order, ChangeReceipt, asking)
    )


def _offer(
    db: Connection, number: str, token: str, kinds: Collection[ChangeKind]
) -> tuple[requests.StoredQuote, Quote]:
    """The caller's own quote of a right kind, locked. An unknown token is a foreign one."""
    stored = requests.quote(db, token)
    if stored is None or stored.customer != number:
        raise SubscriptionError(Code.QUOTE_FOREIGN)
    offer = QUOTE.validate_python(stored.body)
    if offer.kind not in kinds:
        smaller = offer.kind is ChangeKind.DOWNGRADE
        wrong = Code.PLAN_NOT_AN_UPGRADE if smaller else Code.PLAN_NOT_A_DOWNGRADE
        raise SubscriptionError(wrong, plan=offer.new.code)
    return stored, offer


def _unchanged(
    db: Connection, stored: requests.StoredQuote, offer: Quote, order: Order
) -> Subscription:
    """The locked contract, as long as it is the one that was priced; else QUOTE_EXPIRED."""
    owned = contracts.all_of(db, stored.customer, lock=True)
    contract = next((c for c in owned if c.id == stored.subscription), None)
    if contract is None or not is_priced(contract, offer) or order.at > stored.expires_at:
        raise SubscriptionError(Code.QUOTE_EXPIRED)
    return contract


def _allowed(backing: Backing, db: Connection, bought: Bought, order: Order) -> None:
    """What held for the offer must still hold for the order."""
    contract, offer = bought.contract, bought.offer
    if offer.kind in ORDERED:
        refuse_unknown(db, contract.customer)
    if offer.addon is None:
        allow(db, contract, offer.kind, order.at)
    else:
        pieces = (offer.addon, offer.quantity)
        allow_pieces(db, contract, pieces, at=order.at, limits=backing.limits)
