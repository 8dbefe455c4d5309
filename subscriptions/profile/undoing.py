"""What the links in messages about contact data do: confirm a new e-mail address, take a change back.

Invariants: a link works once and for its one purpose; whoever held the older address wins, so undoing a change takes
every later change of the same with it; both sides are told.
"""

from sqlalchemy import Connection

from subscriptions.entities.parties import Customer
from subscriptions.entities.profile import ChangeState, ContactChange, ContactField, change_to
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller
from subscriptions.model.profile import ContactReceipt, UndoReceipt
from subscriptions.outbox import Message
from subscriptions.policy.calendar import business_date
from subscriptions.profile.contact import facts_of, masked, receipt_of, waits
from subscriptions.profile.holds import require_no_break_in
from subscriptions.store import contact_changes as rows
from subscriptions.store import requests
from subscriptions.store.backing import Backing
from subscriptions.store.identity import end_openings
from subscriptions.store.posting import Post, write_and_send
from subscriptions.store.write import Done, Notice, Order


def confirm(backing: Backing, caller: Caller, token: str, *, key: str) -> ContactReceipt:
    """See `ProfileOf.confirm_contact_change`."""
    order = _order(backing, caller, ("confirm_contact_change", token, key))

    def act(db: Connection, post: Post) -> Done[ContactReceipt]:
        person, change = _locked(db, rows.to_confirm(db, requests.hashed(token)))
        if person is None or change is None or not waits(backing, change, order.at):
            raise SubscriptionError(Code.TOKEN_INVALID)
        require_no_break_in(db, person.number)
        if rows.is_taken(db, change.new, person.number, order.at):
            raise SubscriptionError(Code.EMAIL_TAKEN)
        done = change_to(change, ChangeState.DONE, order.at)
        rows.store(db, done)
        rows.set_contact(db, person.number, done.field, done.new)
        end_openings(db, person.number, order.at)
        _tell_confirmed(person, done, token, post)
        notices = (
            Notice("requested", "email_changed_to", {"change": done.id}),
            Notice("requested", "email_changed_from", {"change": done.id}, address=done.old),
        )
        facts = {"change": done.id, "field": done.field.value}
        return Done(receipt_of(backing, done), person.number, facts, notices)

    return write_and_send(backing, order, ContactReceipt, act)


def _tell_confirmed(person: Customer, done: ContactChange, token: str, post: Post) -> None:
    """The link that confirmed undoes from now on: the new mailbox may belong to somebody else after all."""
    facts = facts_of(done)
    post(Message(done.new, "email", person.locale, "email_changed_to", token, facts))
    if done.old:
        post(Message(done.old, "email", person.locale, "email_changed_from", facts=facts))


def undo(backing: Backing, caller: Caller, token: str, *, key: str) -> UndoReceipt:
    """See `ProfileOf.undo_contact_change`."""
    order = _order(backing, caller, ("undo_contact_change", token, key))

    def act(db: Connection, post: Post) -> Done[UndoReceipt]:
        person, change = _locked(db, rows.to_undo(db, requests.hashed(token)))
        if person is None or change is None or not _undoable(change, order):
            raise SubscriptionError(Code.UNDO_EXPIRED)
        gone = _with_later(db, change)
        for one in gone:
            rows.store(db, change_to(one, ChangeState.UNDONE, order.at))
        value = change.old
        if change.state is ChangeState.DONE:
            rows.set_contact(db, person.number, change.field, value)
        end_openings(db, person.number, order.at)
        notices = _tell_undone(person, gone, post)
        facts = {"change": change.id, "field": change.field.value, "with": len(gone) - 1}
        shown = masked(change.field, value) if value else None
        receipt = UndoReceipt(change.id, change.field.value, shown)
        return Done(receipt, person.number, facts, notices)

    return write_and_send(backing, order, UndoReceipt, act)


def _undoable(change: ContactChange, order: Order) -> bool:
    return change.state is not ChangeState.UNDONE and order.at <= change.undo_until


def _with_later(db: Connection, change: ContactChange) -> tuple[ContactChange, ...]:
    """The change and those of the same field that came after it and still stand."""
    of_field = [c for c in rows.of_customer(db, change.customer) if c.field is change.field]
    later = of_field[[c.id for c in of_field].index(change.id) :]
    return tuple(c for c in later if c.state is not ChangeState.UNDONE)


def _tell_undone(
    person: Customer, gone: tuple[ContactChange, ...], post: Post
) -> tuple[Notice, ...]:
    """Tell the value that holds again and every one that was put aside; returns what was sent as notices.

    A new address that never confirmed itself is not told: it may belong to anybody.
    """
    first = gone[0]
    values = [first.old, *(c.new for c in gone if c.state is ChangeState.DONE)]
    if first.field is ContactField.EMAIL:
        places = [("email", value) for value in values]
    else:
        sms = values if first.field is ContactField.PHONE else []
        places = [("email", person.email), *(("sms", value) for value in sms)]
    facts = {"asked": business_date(first.at)}
    notices = []
    for channel, to in dict.fromkeys(places):
        if to:
            post(Message(to, channel, person.locale, "contact_change_undone", facts=facts))
            told = {"change": first.id}
            notices.append(Notice("requested", "contact_change_undone", told, channel, to))
    return tuple(notices)


def _order(backing: Backing, caller: Caller, asked: tuple[str, str, str]) -> Order:
    method, token, key = asked
    body = {"token": requests.hashed(token)}
    return Order(f"profile.{method}", caller, None, key, body, backing.clock())


def _locked(
    db: Connection, found: ContactChange | None
) -> tuple[Customer | None, ContactChange | None]:
    """The person, locked, and the change as it is after that."""
    if found is None:
        return None, None
    return rows.locked_customer(db, found.customer), rows.by_id(db, found.id)
