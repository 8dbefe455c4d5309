"""How somebody wants to be written to, and what they agreed to.

Invariants: withdrawing a consent holds at once and is never refused for what was agreed to; advertising by e-mail holds after
its link was used; the log is only added to.
"""

import secrets
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from subscriptions.entities.parties import Customer
from subscriptions.entities.profile import Consent, ConsentState, Preferences
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Fact, Level
from subscriptions.model.profile import (
    ConsentReceipt,
    ConsentShown,
    PreferencesShown,
    PreferencesWish,
)
from subscriptions.outbox import Message
from subscriptions.policy import consents as rules
from subscriptions.policy.access import is_agent, require
from subscriptions.policy.calendar import business_date
from subscriptions.policy.masking import mask_address
from subscriptions.store import contact_changes, customers, requests
from subscriptions.store import wishes as rows
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.posting import Post, write_and_send
from subscriptions.store.write import Done, Notice, Order, write_once

_CHOICES = {
    "channel": {"email", "phone", "sms", "post"},
    "letters_locale": {"de", "en"},
    "address_form": {"formal", "informal"},
}


def preferences(backing: Backing, caller: Caller) -> PreferencesShown:
    """See `ProfileOf.preferences`."""
    number = require(caller, Level.IDENTIFIED, backing.clock())
    with reading(backing.engine) as db:
        return _shown(customers.by_number(db, number), rows.preferences(db, number))


def change_preferences(
    backing: Backing, caller: Caller, wish: PreferencesWish, *, key: str
) -> PreferencesShown:
    """See `ProfileOf.change_preferences`."""
    number = require(caller, Level.IDENTIFIED, backing.clock())
    body = {name: getattr(wish, name) for name in (*_CHOICES, "less_contact")}
    if all(value is None for value in body.values()):
        raise SubscriptionError(Code.BAD_INPUT, field="preference")
    for field, choices in _CHOICES.items():
        if body[field] is not None and body[field] not in choices:
            raise SubscriptionError(Code.PREFERENCE_UNKNOWN, field=field)
    order = Order("profile.change_preferences", caller, number, key, body, backing.clock())

    def act(db: Connection) -> Done[PreferencesShown]:
        person = contact_changes.locked_customer(db, number)
        if wish.channel in {"phone", "sms"} and person.phone is None:
            raise SubscriptionError(Code.PREFERENCE_UNKNOWN, field="channel")
        before = _shown(person, rows.preferences(db, number))
        named = {name: value for name, value in body.items() if value is not None}
        after = replace(before, **named)
        kept = Preferences(number, after.channel, after.letters_locale, after.less_contact)
        rows.store_preferences(db, kept, order.at)
        rows.address_as(db, number, after.letters_locale, after.address_form)
        return Done(after, number, named, (Notice("requested", "preferences_changed"),))

    return write_once(backing.engine, order, PreferencesShown, act)


def _shown(person: Customer, wanted: Preferences) -> PreferencesShown:
    return PreferencesShown(
        channel=wanted.channel,
        letters_locale=wanted.letters_locale or person.locale,
        address_form=person.address_form,
        less_contact=wanted.less_contact,
    )


def consents(backing: Backing, caller: Caller) -> tuple[ConsentShown, ...]:
    """See `ProfileOf.consents`."""
    number = require(caller, Level.IDENTIFIED, backing.clock())
    with reading(backing.engine) as db:
        customers.by_number(db, number)
        log = rows.consents(db, number)
    return tuple(
        ConsentShown(entry.purpose, entry.channel, entry.state.value, entry.at, entry.text_version)
        for entry in rules.in_force(log).values()
    )


def change_consent(
    backing: Backing, caller: Caller, wanted: tuple[str, str, bool], *, key: str
) -> ConsentReceipt:
    """See `ProfileOf.change_consent`."""
    number = require(caller, Level.IDENTIFIED, backing.clock())
    purpose, channel = rules.checked_pair(*wanted[:2])
    given = wanted[2]
    body = {"purpose": purpose.value, "channel": channel.value, "given": given}
    order = Order("profile.change_consent", caller, number, key, body, backing.clock())
    entry = Consent(
        customer=number,
        purpose=purpose.value,
        channel=channel.value,
        given=given,
        source="desk" if is_agent(caller) else "chat",
        text_version=rules.TEXT_VERSION,
        at=order.at,
    )

    def act(db: Connection, post: Post) -> Done[ConsentReceipt]:
        person = contact_changes.locked_customer(db, number)
        before = rules.in_force(rows.consents(db, number)).get((entry.purpose, entry.channel))
        if given and before is not None and before.state is ConsentState.GIVEN:
            return _done(before)
        if given and rules.needs_confirmation(channel):
            return _ask(db, backing, (person, entry), post)
        rows.add_consent(db, entry)
        return _done(entry)

    return write_and_send(backing, order, ConsentReceipt, act)


def _ask(
    db: Connection, backing: Backing, wanted: tuple[Customer, Consent], post: Post
) -> Done[ConsentReceipt]:
    """Write down that it waits, and send the link that confirms it."""
    person, entry = wanted
    token = secrets.token_urlsafe(32)
    until = entry.at + timedelta(days=backing.limits.confirm_days)
    asked = replace(entry, given=False, token_hash=requests.hashed(token), token_until=until)
    rows.add_consent(db, asked)
    facts: dict[str, Fact] = {"until": business_date(until)}
    template = f"{entry.purpose}_confirm"
    post(Message(person.email, "email", person.locale, template, token, facts))
    done = _done(asked, mask_address(person.email))
    return replace(done, notices=(Notice("requested", template),))


def confirm_consent(backing: Backing, caller: Caller, token: str, *, key: str) -> ConsentReceipt:
    """See `ProfileOf.confirm_consent`."""
    body = {"token": requests.hashed(token)}
    order = Order("profile.confirm_consent", caller, None, key, body, backing.clock())

    def act(db: Connection) -> Done[ConsentReceipt]:
        asked = rows.consent_of(db, requests.hashed(token))
        if asked is None or asked.token_until is None or order.at > asked.token_until:
            raise SubscriptionError(Code.TOKEN_INVALID)
        contact_changes.locked_customer(db, asked.customer)
        log = rows.consents(db, asked.customer)
        if rules.in_force(log).get((asked.purpose, asked.channel)) != asked:
            raise SubscriptionError(Code.TOKEN_INVALID)  # withdrawn or asked again since
        given = replace(
            asked,
            given=True,
            source="double_opt_in",
            at=order.at,
            token_hash=None,
            token_until=None,
        )
        rows.add_consent(db, given)
        return _done(given)

    return write_once(backing.engine, order, ConsentReceipt, act)


def _done(entry: Consent, sent_to: str | None = None) -> Done[ConsentReceipt]:
    receipt = ConsentReceipt(
        purpose=entry.purpose,
        channel=entry.channel,
        state=entry.state.value,
        sent_to=sent_to,
        confirm_until=entry.token_until,
    )
    facts = {"purpose": entry.purpose, "channel": entry.channel, "state": entry.state.value}
    return Done(receipt, entry.customer, facts)
