"""Pay links: one page of the provider for several invoices, for whoever holds the link.

Invariants: card data never passes through us; the token is made from the link's reference with the
operator's secret and only its hash is stored, so that the same key gives the same link again; of two links
for one invoice only the newer one is open; a link says its amount, its invoices and its state, nothing else.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection

from subscriptions.asking import CHARGES, after_looking_up, refuse_unknown
from subscriptions.entities.instalments import Instalment, InstalmentState
from subscriptions.entities.invoices import Invoice
from subscriptions.entities.payment_requests import PaymentRequest, request_to
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level, Money
from subscriptions.model.payments import PayLink, PayLinkState, PaymentRequestState
from subscriptions.payments.sealing import refuse_sealed
from subscriptions.policy.access import require
from subscriptions.policy.ledger import outstanding
from subscriptions.provider import (
    HostedPage,
    PageLine,
    PageRequest,
    PaymentProvider,
    ProviderUnavailableError,
)
from subscriptions.store import (
    customers,
    instalments,
    invoices,
    payment_requests,
    refunds,
)
from subscriptions.store.backing import Backing
from subscriptions.store.cases import reference
from subscriptions.store.engine import reading
from subscriptions.store.requests import hashed
from subscriptions.store.write import Done, Order, write_once

_STATE = PaymentRequestState
_TITLES = {"de": ("Rechnung", "Rechnungen"), "en": ("Invoice", "Invoices")}
# A link that is about to run out is replaced rather than handed out again.
_WORTH_IT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Bill:
    """What a link is to ask for."""

    customer: str
    invoices: tuple[str, ...]
    amount: Money


def pay_link(
    backing: Backing, caller: Caller, wanted: tuple[str, ...] | None, *, key: str
) -> PayLink:
    """One link for these invoices, the next instalment, or all that is open; see `Payments.pay_link`."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    body = {"invoices": None if wanted is None else ",".join(wanted)}
    order = Order("payments.pay_link", caller, number, key, body, now)
    pages: list[HostedPage] = []

    def act(db: Connection) -> Done[PayLink]:
        customers.by_number(db, number, lock=True)
        unpaid = invoices.unpaid(db, number, lock=True)
        refuse_sealed(db, caller, unpaid)
        bill = _bill(db, number, wanted, unpaid)
        request, page = _request(db, backing, bill, now)
        pages.append(page)
        link = PayLink(request.id, bill.amount, bill.invoices, request.expires_at)
        return Done(link, number, {"request": request.id, "amount": bill.amount.minor})

    link = after_looking_up(
        backing, number, (CHARGES,), lambda: write_once(backing.engine, order, PayLink, act)
    )
    url = pages[0].url if pages else _url_again(backing, link.reference, now)
    return replace(link, token=_token(backing, link.reference), url=url)


def pay_link_of(backing: Backing, token: str) -> PayLinkState:
    """What the holder of a link may know; TOKEN_INVALID."""
    now = backing.clock()
    with reading(backing.engine) as db:
        request = _of_token(db, token)
    return PayLinkState(request.amount, request.invoices, request.seen(now))


def pay_page_of(backing: Backing, token: str) -> str:
    """The page to pay on; TOKEN_INVALID, LINK_EXPIRED, NOTHING_DUE, PAYMENT_UNKNOWN, PROVIDER_DOWN."""
    now = backing.clock()
    with reading(backing.engine) as db:
        request = _of_token(db, token)
        page = _page_request(db, request)
    state = request.seen(now)
    if state is _STATE.PAID:
        raise SubscriptionError(Code.NOTHING_DUE)
    if state is not _STATE.OPEN:
        raise SubscriptionError(Code.LINK_EXPIRED)
    with reading(backing.engine) as db:
        refuse_unknown(db, request.customer, request.invoices)
    return _page(backing.provider, page).url


def _of_token(db: Connection, token: str) -> PaymentRequest:
    request = payment_requests.by_token(db, token)
    if request is None:
        raise SubscriptionError(Code.TOKEN_INVALID)
    return request


def _bill(
    db: Connection, customer: str, wanted: tuple[str, ...] | None, unpaid: Sequence[Invoice]
) -> _Bill:
    """Which of the locked unpaid invoices to pay, oldest first, and how much."""
    part = _next_part(instalments.latest(db, customer), unpaid) if wanted is None else None
    if wanted is not None:
        _check_theirs(db, customer, wanted)
        names = set(wanted)
    else:
        names = set(part.invoices) if part else {i.number for i in unpaid if not i.disputed}
    # What may be collected already is not asked for again; what else is open may be paid.
    refuse_unknown(db, customer, names or None)
    chosen = [invoice for invoice in unpaid if invoice.number in names]
    settled = refunds.settled(db, [invoice.number for invoice in chosen])
    total = sum(outstanding(i, settled.get(i.number, 0)) for i in chosen)
    amount = min(total, part.amount.minor) if part else total
    if amount <= 0:
        raise SubscriptionError(Code.NOTHING_DUE)
    currencies = {invoice.total.currency for invoice in chosen}
    if len(currencies) > 1:
        raise SubscriptionError(Code.BAD_INPUT, field="invoices")
    return _Bill(customer, tuple(i.number for i in chosen), Money(amount, currencies.pop()))


def _next_part(parts: Sequence[Instalment], unpaid: Sequence[Invoice]) -> Instalment | None:
    """The part to pay now: the first that is not paid, of a plan that still has something open."""
    numbers = {invoice.number for invoice in unpaid}
    waiting = (p for p in parts if p.state is not InstalmentState.PAID)
    return next((p for p in waiting if numbers.intersection(p.invoices)), None)


def _check_theirs(db: Connection, customer: str, wanted: Sequence[str]) -> None:
    for number in wanted:
        if invoices.find(db, customer, number) is None:
            raise SubscriptionError(Code.NOT_FOUND, invoice=number)


def _request(
    db: Connection, backing: Backing, bill: _Bill, now: datetime
) -> tuple[PaymentRequest, HostedPage]:
    """The link that asks for this already, else a new one; other links for these invoices are closed."""
    found: PaymentRequest | None = None
    for request in payment_requests.open_of(db, bill.customer):
        same = (request.invoices, request.amount) == (bill.invoices, bill.amount)
        ours = request.token_hash == hashed(
            _token(backing, request.id)
        )  # the secret may have changed
        if same and ours and request.expires_at > now + _WORTH_IT:
            found = request
        elif set(request.invoices) & set(bill.invoices):
            payment_requests.store(db, request_to(request, _STATE.CANCELLED))
    if found is not None:
        return found, _page(backing.provider, _page_request(db, found))
    number = reference("L")
    new = PaymentRequest(
        id=number,
        token_hash=hashed(_token(backing, number)),
        customer=bill.customer,
        amount=bill.amount,
        invoices=bill.invoices,
        state=_STATE.OPEN,
        created_at=now,
        expires_at=now + timedelta(days=backing.limits.pay_link_days),
    )
    page = _page(backing.provider, _page_request(db, new))
    stored = replace(new, provider_reference=page.provider_reference)
    payment_requests.add(db, stored)
    return stored, page


def _token(backing: Backing, number: str) -> str:
    """The token of a link: nobody can guess it, and it needs not be kept to be given again."""
    return hmac.new(backing.secret, f"pay-link.{number}".encode(), sha256).hexdigest()


def _url_again(backing: Backing, number: str, now: datetime) -> str:
    """The page of a link that was made before; empty when there is nothing to pay with it any more."""
    with reading(backing.engine) as db:
        request = payment_requests.find(db, number)
        if request is None or request.seen(now) is not _STATE.OPEN:
            return ""
        page = _page_request(db, request)
    return _page(backing.provider, page).url


def _page_request(db: Connection, request: PaymentRequest) -> PageRequest:
    """The page of a link. It always asks for the same, so that asking twice gives the same page."""
    locale = customers.by_number(db, request.customer).locale
    one, many = _TITLES.get(locale, _TITLES["en"])
    title = one if len(request.invoices) == 1 else many
    return PageRequest(
        reference=request.id,
        amount=request.amount,
        lines=(PageLine(f"{title} {', '.join(request.invoices)}", request.amount),),
        return_url=None,
        locale=locale,
        expires_at=request.expires_at,
    )


def _page(provider: PaymentProvider, request: PageRequest) -> HostedPage:
    try:
        return provider.payment_page(request)
    except ProviderUnavailableError as error:
        raise SubscriptionError(Code.PROVIDER_DOWN) from error
