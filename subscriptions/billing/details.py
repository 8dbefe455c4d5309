"""To whom invoices are made out: shown, and changed for future ones."""

from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from subscriptions.entities.addresses import Address, AddressKind
from subscriptions.entities.parties import Account
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.invoice_details import DetailsReceipt, DetailsWish, InvoiceDetails
from subscriptions.model.profile import NewAddress
from subscriptions.policy.access import is_confirmed, require
from subscriptions.policy.calendar import business_date
from subscriptions.policy.contact import checked_address, checked_vat_id, tidy
from subscriptions.policy.limits import Limits
from subscriptions.policy.masking import mask_street
from subscriptions.policy.words import kept
from subscriptions.store import (
    accounts,
    addresses,
    cases,
    customers,
    invoices,
    recipients,
    requests,
)
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.write import Done, Notice, Order, write_once

COMPANY_MOST = 200


def invoice_details(backing: Backing, caller: Caller) -> InvoiceDetails:
    """To whom the next invoice is made out; street and VAT id are masked below level 2."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    with reading(backing.engine) as db:
        return _shown(db, number, business_date(now), full=is_confirmed(caller, now))


def change_invoice_details(
    backing: Backing, caller: Caller, wish: DetailsWish, *, key: str
) -> DetailsReceipt:
    """Change company, VAT id or address on future invoices; those that exist stay as they are.

    Level 2. Raises BAD_INPUT when nothing is wished or two addresses at once, TEXT_TOO_LONG, VAT_ID_INVALID
    (Directive 2006/112/EC, check digits included), ADDRESS_INVALID with the field.
    """
    now = backing.clock()
    number = require(caller, Level.CONFIRMED, now)
    checked = _checked(wish, business_date(now), backing.limits)
    words = (checked.company, checked.vat_id, checked.address, checked.postal_again)
    order = Order(
        "billing.change_invoice_details",
        caller,
        number,
        key,
        {"details": requests.hashed(repr(words))},
        now,
    )
    return write_once(backing.engine, order, DetailsReceipt, lambda db: _change(db, order, checked))


def _checked(wish: DetailsWish, today: date, limits: Limits) -> DetailsWish:
    if wish == DetailsWish():
        raise SubscriptionError(Code.BAD_INPUT, field="details")
    if wish.address is not None and wish.postal_again:
        raise SubscriptionError(Code.BAD_INPUT, field="address")
    return replace(
        wish,
        company=None if wish.company is None else kept(tidy(wish.company), COMPANY_MOST),
        vat_id=_vat_id(wish.vat_id),
        address=_address(wish.address, today, limits),
    )


def _address(wanted: NewAddress | None, today: date, limits: Limits) -> NewAddress | None:
    if wanted is None:
        return None
    return checked_address(replace(wanted, kind="postal", from_on=today), today, limits)


def _vat_id(given: str | None) -> str | None:
    if given is None or not given.strip():
        return given if given is None else ""
    return checked_vat_id(given)


def _change(db: Connection, order: Order, wish: DetailsWish) -> Done[DetailsReceipt]:
    number, today = order.owner or "", business_date(order.at)
    customers.by_number(db, number, lock=True)
    account = accounts.of_holder(db, number, lock=True)
    recipients.freeze(db, number)
    accounts.store(db, _with_wish(db, account, wish, today))
    newest = invoices.latest(db, number, 1)
    receipt = DetailsReceipt(
        details=_shown(db, number, today, full=is_confirmed(order.caller, order.at)),
        works_from=today,
        unchanged=newest[0].number if newest else None,
        reference=cases.reference("D"),
    )
    given = {"company": wish.company, "vat_id": wish.vat_id, "address": wish.address}
    changed = [name for name, value in given.items() if value is not None]
    names = ",".join([*changed, *(["postal_again"] if wish.postal_again else [])])
    facts = {"changed": names, "reference": receipt.reference}
    return Done(receipt, number, facts, (Notice("contract", "invoice_details_changed", facts),))


def _with_wish(db: Connection, account: Account, wish: DetailsWish, today: date) -> Account:
    """The account with the new details; a new address ends the separate one before it."""
    if wish.address is not None:
        address = _new_address(db, account.holder, wish.address, today)
        addresses.replace_from(db, address)
        account = replace(account, invoice_address=address.id)
    if wish.postal_again:
        account = replace(account, invoice_address=None)
    if wish.company is not None:
        account = replace(account, company=wish.company or None)
    if wish.vat_id is not None:
        account = replace(account, vat_id=wish.vat_id or None)
    return account


def _new_address(db: Connection, number: str, wanted: NewAddress, today: date) -> Address:
    return Address(
        id=cases.reference("A"),
        customer=number,
        kind=AddressKind.INVOICE,
        name=wanted.name or customers.by_number(db, number).name,
        street=wanted.street,
        postcode=wanted.postcode,
        city=wanted.city,
        country=wanted.country,
        valid_from=today,
    )


def _shown(db: Connection, number: str, today: date, *, full: bool) -> InvoiceDetails:
    made_out = recipients.on(db, number, today)
    account = accounts.find(db, number)
    vat_id = made_out.vat_id
    return InvoiceDetails(
        name=made_out.name,
        company=made_out.company,
        vat_id=vat_id if full or vat_id is None else f"•••• {vat_id[-4:]}",
        street=made_out.street if full or not made_out.street else mask_street(made_out.street),
        postcode=made_out.postcode,
        city=made_out.city,
        country=made_out.country,
        separate_address=account is not None and account.invoice_address is not None,
    )
