"""E-mail, phone and name: reading and changing them.

Invariants: the old address or number is told in every case, with a link to undo; whether a new e-mail address belongs to
somebody else shows in no receipt and in no difference of statements, only in what its mailbox gets.
"""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from subscriptions.entities.parties import Customer
from subscriptions.entities.profile import ChangeState, ContactChange, ContactField, change_to
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Fact, Level
from subscriptions.model.profile import ContactDetails, ContactReceipt
from subscriptions.outbox import Message
from subscriptions.policy import contact as rules
from subscriptions.policy.access import is_confirmed, require
from subscriptions.policy.calendar import business_date
from subscriptions.policy.masking import mask_address, mask_phone
from subscriptions.profile.holds import require_no_break_in
from subscriptions.store import contact_changes as rows
from subscriptions.store import customers, requests
from subscriptions.store.backing import Backing
from subscriptions.store.cases import reference
from subscriptions.store.engine import reading
from subscriptions.store.posting import Post, write_and_send
from subscriptions.store.write import Done, Notice, Order


def masked(field: ContactField, value: str) -> str:
    """A value as it may be shown to whoever is not freshly confirmed; a name is how we address them."""
    if field is ContactField.EMAIL:
        return mask_address(value)
    return mask_phone(value) if field is ContactField.PHONE else value


def details(backing: Backing, caller: Caller) -> ContactDetails:
    """See `ProfileOf.contact_details`."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    with reading(backing.engine) as db:
        person = customers.by_number(db, number)
        asked = [c for c in rows.of_customer(db, number) if waits(backing, c, now)]
    full = is_confirmed(caller, now)

    def shown(field: ContactField, value: str | None) -> str | None:
        return value if full or value is None else masked(field, value)

    return ContactDetails(
        name=person.name,
        email=shown(ContactField.EMAIL, person.email) or "",
        phone=shown(ContactField.PHONE, person.phone),
        pending_email=shown(ContactField.EMAIL, asked[-1].new if asked else None),
    )


def waits(backing: Backing, change: ContactChange, now: datetime) -> bool:
    """Whether the link to the new address can still confirm this change."""
    until = change.at + timedelta(days=backing.limits.confirm_days)
    return change.state is ChangeState.ASKED and now <= until


def change_email(backing: Backing, caller: Caller, email: str, *, key: str) -> ContactReceipt:
    """See `ProfileOf.change_email`."""
    order = _order(backing, caller, (ContactField.EMAIL, email, key))
    new = rules.checked_email(email)

    def act(db: Connection, post: Post) -> Done[ContactReceipt]:
        person = _person(db, backing, order)
        _refuse_same(ContactField.EMAIL, person.email, new)
        taken = rows.is_taken(db, new, person.number, order.at)
        rows.stop_asked(db, person.number, order.at)
        undo, confirm = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        change = _changed(backing, order, (ContactField.EMAIL, person.email, new), undo)
        rows.add(db, replace(change, confirm_hash=requests.hashed(confirm)))
        facts = facts_of(change)
        post(Message(person.email, "email", person.locale, "email_change_asked", undo, facts))
        if taken:
            post(Message(new, "email", person.locale, "email_change_taken"))
        else:
            by = change.at + timedelta(days=backing.limits.confirm_days)
            until: dict[str, Fact] = {"until": business_date(by)}
            post(Message(new, "email", person.locale, "email_confirm", confirm, until))
        notices = (
            Notice("requested", "email_change_asked", {"change": change.id}),
            Notice("requested", "email_confirm", {"change": change.id}, address=new),
        )
        return _done(receipt_of(backing, change), change, notices)

    return write_and_send(backing, order, ContactReceipt, act)


def change_phone(backing: Backing, caller: Caller, phone: str, *, key: str) -> ContactReceipt:
    """See `ProfileOf.change_phone`."""
    order = _order(backing, caller, (ContactField.PHONE, phone, key))
    new = rules.checked_phone(phone)

    def act(db: Connection, post: Post) -> Done[ContactReceipt]:
        person = _person(db, backing, order)
        _refuse_same(ContactField.PHONE, person.phone, new)
        change, undo = _change_now(db, backing, order, (ContactField.PHONE, person.phone, new))
        facts = facts_of(change)
        notices = [Notice("requested", "phone_changed", {"change": change.id})]
        post(Message(person.email, "email", person.locale, "phone_changed", undo, facts))
        for number in filter(None, (person.phone, new)):
            post(Message(number, "sms", person.locale, "phone_changed", undo, facts))
            told = Notice("requested", "phone_changed", {"change": change.id}, "sms", number)
            notices.append(told)
        return _done(receipt_of(backing, change), change, tuple(notices))

    return write_and_send(backing, order, ContactReceipt, act)


def change_name(backing: Backing, caller: Caller, name: str, *, key: str) -> ContactReceipt:
    """See `ProfileOf.change_name`."""
    order = _order(backing, caller, (ContactField.NAME, name, key))

    def act(db: Connection, post: Post) -> Done[ContactReceipt]:
        person = _person(db, backing, order)
        new = rules.checked_name(name, _known_names(db, person))
        _refuse_same(ContactField.NAME, person.name, new)
        change, undo = _change_now(db, backing, order, (ContactField.NAME, person.name, new))
        facts: dict[str, Fact] = {"until": business_date(change.undo_until)}
        post(Message(person.email, "email", person.locale, "name_changed", undo, facts))
        notices = (Notice("requested", "name_changed", {"change": change.id}),)
        return _done(receipt_of(backing, change), change, notices)

    return write_and_send(backing, order, ContactReceipt, act)


def facts_of(change: ContactChange) -> dict[str, Fact]:
    """What a message about a change may say: values are masked."""
    return {
        "new": masked(change.field, change.new),
        "asked": business_date(change.at),
        "until": business_date(change.undo_until),
    }


def receipt_of(backing: Backing, change: ContactChange) -> ContactReceipt:
    """What may be said about a change."""
    waiting = change.state is ChangeState.ASKED
    by = change.at + timedelta(days=backing.limits.confirm_days)
    return ContactReceipt(
        reference=change.id,
        field=change.field.value,
        old=masked(change.field, change.old) if change.old else None,
        new=masked(change.field, change.new),
        effective=not waiting,
        confirm_until=by if waiting else None,
        undo_until=change.undo_until,
    )


def _order(backing: Backing, caller: Caller, wanted: tuple[ContactField, str, str]) -> Order:
    field, typed, key = wanted
    now = backing.clock()
    number = require(caller, Level.CONFIRMED, now)
    body = {field.value: requests.hashed(typed)}
    return Order(f"profile.change_{field.value}", caller, number, key, body, now)


def _person(db: Connection, backing: Backing, order: Order) -> Customer:
    """The person whose contact data may change, locked; raises ACCOUNT_ON_HOLD, TOO_OFTEN."""
    person = rows.locked_customer(db, order.owner or "")
    require_no_break_in(db, person.number)
    day = order.at - timedelta(days=1)
    recent = [change for change in rows.of_customer(db, person.number) if change.at > day]
    if len(recent) >= backing.limits.contact_changes_per_day:
        raise SubscriptionError(Code.TOO_OFTEN)
    return person


def _refuse_same(field: ContactField, old: str | None, new: str) -> None:
    if old == new:
        raise SubscriptionError(Code.BAD_INPUT, field=field.value)


def _known_names(db: Connection, person: Customer) -> list[str]:
    """The present name and those before it, unless they were put back."""
    changes = rows.of_customer(db, person.number)
    before = [
        c.old for c in changes if c.field is ContactField.NAME and c.state is ChangeState.DONE
    ]
    return [person.name, *filter(None, before)]


def _changed(
    backing: Backing, order: Order, values: tuple[ContactField, str | None, str], undo: str
) -> ContactChange:
    field, old, new = values
    return ContactChange(
        id=reference("C"),
        customer=order.owner or "",
        field=field,
        old=old,
        new=new,
        at=order.at,
        undo_hash=requests.hashed(undo),
        undo_until=order.at + timedelta(days=backing.limits.undo_days),
    )


def _change_now(
    db: Connection, backing: Backing, order: Order, values: tuple[ContactField, str | None, str]
) -> tuple[ContactChange, str]:
    """Store a change that holds at once, with the customer's new value; returns it and the token that undoes it."""
    undo = secrets.token_urlsafe(32)
    change = change_to(_changed(backing, order, values, undo), ChangeState.DONE, order.at)
    rows.add(db, change)
    rows.set_contact(db, change.customer, change.field, change.new)
    return change, undo


def _done(
    receipt: ContactReceipt, change: ContactChange, notices: tuple[Notice, ...]
) -> Done[ContactReceipt]:
    facts = {"change": change.id, "field": change.field.value}
    return Done(receipt, change.customer, facts, notices)
