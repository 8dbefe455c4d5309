"""The catalogue and changing one's plan: quote first, then order or schedule.

Invariants: nothing is bought without a stored quote, which belongs to one subscriber, lives 15 minutes
and works once, whatever key is used; an upgrade is invoiced and collected at once or not done at all.
"""

import secrets
from dataclasses import replace
from datetime import date, timedelta

from pydantic import TypeAdapter
from sqlalchemy import Connection

from subscriptions.entities.attempts import AttemptState
from subscriptions.entities.contracts import Period, Subscription
from subscriptions.entities.invoices import Invoice, InvoiceStatus
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level, Money
from subscriptions.model.billing import InvoiceLine
from subscriptions.model.catalogue import ChangeKind, ChangeReceipt, Plan, Quote
from subscriptions.policy.access import require
from subscriptions.policy.calendar import business_date, current_period
from subscriptions.policy.changes import (
    allow_change,
    contained_tax,
    kind_of_change,
    prorate,
    works_now,
)
from subscriptions.policy.failures import classify
from subscriptions.provider import ChargeRequest, collect
from subscriptions.store import contracts, customers, invoices, receipts, requests
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.write import Done, Notice, Order, write_once

QUOTE_VALID = timedelta(minutes=15)
_QUOTE: TypeAdapter[Quote] = TypeAdapter(Quote)
_RECEIPT: TypeAdapter[ChangeReceipt] = TypeAdapter(ChangeReceipt)


class Plans:
    """The catalogue is open to all; everything about the own plan needs level 1."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing

    def catalogue(self, product: str | None = None) -> tuple[Plan, ...]:
        """All plans or those of a product, from small to big."""
        with reading(self._backing.engine) as db:
            return contracts.catalogue(db, product)

    def of(self, caller: Caller) -> Plan | None:
        """The plan of the running contract, or None without one."""
        number = require(caller, Level.IDENTIFIED, self._backing.clock())
        with reading(self._backing.engine) as db:
            customers.by_number(db, number)
            contract = contracts.of_customer(db, number)
            if contract is None or contracts.is_over(contract):
                return None
            return contracts.plan(db, contract.plan)

    def quote(self, caller: Caller, plan_code: str) -> Quote:
        """A priced offer to change to a plan of the same product, stored and valid for 15 minutes.

        Raises PLAN_UNKNOWN, PLAN_NOT_AN_UPGRADE (it is the current plan), CHANGE_PENDING, PAST_DUE.
        """
        now = self._backing.clock()
        number = require(caller, Level.IDENTIFIED, now)
        token = secrets.token_urlsafe(24)
        # The key is fresh: asking again makes a new offer. The stored result leaves the token out.
        order = Order("plans.quote", caller, number, f"quote:{requests.hashed(token)}", {}, now)
        offer = write_once(
            self._backing.engine, order, Quote, lambda db: self._quote(db, order, plan_code, token)
        )
        return replace(offer, token=token)

    def order(self, caller: Caller, token: str, *, key: str) -> ChangeReceipt:
        """Carry out an UPGRADE quote after the order button was pressed (§ 312j(3) BGB).

        Raises QUOTE_FOREIGN, QUOTE_EXPIRED, PLAN_NOT_AN_UPGRADE, CHANGE_PENDING, PAST_DUE,
        PAYMENT_DECLINED, PROVIDER_DOWN; then nothing has changed.
        """
        return self._use(caller, token, ChangeKind.UPGRADE, key)

    def schedule_downgrade(self, caller: Caller, token: str, *, key: str) -> ChangeReceipt:
        """Schedule a DOWNGRADE quote for the end of the period; errors as for `order`."""
        return self._use(caller, token, ChangeKind.DOWNGRADE, key)

    def _quote(self, db: Connection, order: Order, code: str, token: str) -> Done[Quote]:
        number = order.owner or ""
        contract = contracts.running(db, number)
        old, new = contracts.plan(db, contract.plan), contracts.plan(db, code)
        allow_change(contract, kind_of_change(old, new), owes=_owes(db, number))
        offer = _priced(contract, old, new, order)
        requests.add_quote(
            db,
            requests.StoredQuote(
                token_hash=requests.hashed(token),
                customer=number,
                subscription=contract.id,
                body=_QUOTE.dump_python(offer, mode="json"),
                expires_at=offer.expires_at,
                receipt=None,
            ),
        )
        return Done(offer, number, {"old": old.code, "new": new.code, "due": offer.due_now.minor})

    def _use(self, caller: Caller, token: str, kind: ChangeKind, key: str) -> ChangeReceipt:
        now = self._backing.clock()
        number = require(caller, Level.IDENTIFIED, now)
        action = "plans.order" if kind is ChangeKind.UPGRADE else "plans.schedule_downgrade"
        order = Order(action, caller, number, key, {"token": requests.hashed(token)}, now)
        return write_once(
            self._backing.engine,
            order,
            ChangeReceipt,
            lambda db: self._change(db, order, token, kind),
        )

    def _change(
        self, db: Connection, order: Order, token: str, kind: ChangeKind
    ) -> Done[ChangeReceipt]:
        number = order.owner or ""
        stored, offer = _offer(db, number, token, kind)
        if stored.receipt is not None:
            first = _RECEIPT.validate_python(stored.receipt)
            return Done(first, number, {"reference": first.reference, "repeated": True})
        contract = contracts.running(db, number, lock=True)
        if order.at > stored.expires_at or contract.plan != offer.old.code:
            raise SubscriptionError(Code.QUOTE_EXPIRED)
        allow_change(contract, kind, owes=_owes(db, number))
        happened = contracts.Happened(
            f"plan_{kind.value}",
            order.caller.actor,
            order.at,
            {"old": offer.old.code, "new": offer.new.code},
        )
        if works_now(kind, offer.old, offer.new):
            if offer.due_now.minor > 0:
                self._collect(db, order, contract, (stored, offer))
            contracts.store(db, replace(contract, plan=offer.new.code), happened)
        else:
            contracts.store(db, replace(contract, pending_plan=offer.new.code), happened)
        receipt = _receipt(offer, order)
        requests.use_quote(db, stored, _RECEIPT.dump_python(receipt, mode="json"))
        facts = {"reference": receipt.reference, "old": offer.old.code, "new": offer.new.code}
        return Done(
            receipt,
            number,
            {**facts, "due": receipt.due_now.minor},
            (Notice("contract", f"plan_{kind.value}", facts),),
        )

    def _collect(
        self,
        db: Connection,
        order: Order,
        contract: Subscription,
        bought: tuple[requests.StoredQuote, Quote],
    ) -> None:
        """Invoice what is due now and collect it; a decline undoes everything."""
        stored, offer = bought
        invoice = _invoice(db, contract, offer, business_date(order.at))
        method = customers.method_of(db, contract.method)
        if method is None:
            invoices.add(db, invoice)  # nothing on file: the invoice stays open
            return
        attempt = collect(
            self._backing.provider,
            ChargeRequest(f"order-{stored.token_hash[:24]}", method, invoice.total),
            invoice=invoice.number,
            number=1,
            at=order.at,
        )
        if attempt.state is AttemptState.FAILED:
            kind = classify(attempt.kind, attempt.raw_code)
            raise SubscriptionError(Code.PAYMENT_DECLINED, kind=kind.value)
        invoices.add(db, invoice)
        receipts.record(db, invoice, attempt)


def _owes(db: Connection, number: str) -> bool:
    return any(i.status is InvoiceStatus.FAILED for i in invoices.unpaid(db, number))


def _offer(
    db: Connection, number: str, token: str, kind: ChangeKind
) -> tuple[requests.StoredQuote, Quote]:
    """The caller's own quote of the right kind, locked. An unknown token is a foreign one."""
    stored = requests.quote(db, token)
    if stored is None or stored.customer != number:
        raise SubscriptionError(Code.QUOTE_FOREIGN)
    offer = _QUOTE.validate_python(stored.body)
    if offer.kind is not kind:
        upgrade = kind is ChangeKind.UPGRADE
        wrong = Code.PLAN_NOT_AN_UPGRADE if upgrade else Code.PLAN_NOT_A_DOWNGRADE
        raise SubscriptionError(wrong, plan=offer.new.code)
    return stored, offer


def _priced(contract: Subscription, old: Plan, new: Plan, order: Order) -> Quote:
    """The offer with its amounts: day-exact when it works now, zero when it waits."""
    today = business_date(order.at)
    kind = kind_of_change(old, new)
    period = current_period(contract.period, old.interval, contract.anchor_day, today)
    cost = prorate(old.price, new.price, period, today)
    now = works_now(kind, old, new)
    nothing = Money(0, old.price.currency)
    return Quote(
        token="",
        kind=kind,
        old=old,
        new=new,
        credit=cost.credit if now else nothing,
        charge=cost.charge if now else nothing,
        due_now=cost.due if now else nothing,
        days_left=cost.days_left,
        days_in_period=cost.days,
        effective_on=today if now else period.end,
        expires_at=order.at + QUOTE_VALID,
    )


def _receipt(offer: Quote, order: Order) -> ChangeReceipt:
    return ChangeReceipt(
        kind=offer.kind,
        old=offer.old,
        new=offer.new,
        due_now=offer.due_now,
        effective_on=offer.effective_on,
        reference=f"A-{secrets.token_hex(4).upper()}",
        at=order.at,
    )


def _invoice(db: Connection, contract: Subscription, offer: Quote, today: date) -> Invoice:
    """The invoice of an upgrade: the credit and the charge, each with the tax it contains."""
    percent = contracts.tax_percent(db, offer.new.code)
    rest = Period(today, today + timedelta(days=offer.days_left))
    texts = (
        (
            f"Gutschrift Restlaufzeit {offer.old.name_de}",
            f"Credit for the rest of {offer.old.name_en}",
        ),
        (f"{offer.new.name_de} anteilig", f"{offer.new.name_en}, pro rata"),
    )
    lines = tuple(
        InvoiceLine(
            text_de=text[0],
            text_en=text[1],
            amount=amount,
            tax_minor=contained_tax(amount.minor, percent),
            period_start=rest.start,
            period_end=rest.end,
        )
        for text, amount in zip(texts, (offer.credit, offer.charge), strict=True)
    )
    return Invoice(
        number=invoices.next_number(db, contract.customer),
        customer=contract.customer,
        subscription=contract.id,
        issued_on=today,
        due_on=today,
        total=offer.due_now,
        status=InvoiceStatus.OPEN,
        lines=lines,
    )
