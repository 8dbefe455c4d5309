"""A new bank account with its mandate.

Invariants: the IBAN is handed to the provider and lives nowhere else; without consent to the very text nothing is
debited; somebody else's account is taken only by an agent who has the holder's word.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from subscriptions.entities.contracts import Subscription
from subscriptions.entities.methods import (
    Mandate,
    MandateState,
    MethodKind,
    PaymentMethod,
    mandate_to,
)
from subscriptions.entities.parties import Customer
from subscriptions.errors import Code, SubscriptionError
from subscriptions.methods.dates import next_debit
from subscriptions.model.base import Caller, Level
from subscriptions.model.methods import BankAccountReceipt, MandateTerms, NewAccount
from subscriptions.policy.access import is_agent, require
from subscriptions.policy.calendar import business_date
from subscriptions.policy.mandate_text import mandate_text
from subscriptions.policy.methods import USABLE, check_iban, fingerprint, masked, same_person
from subscriptions.provider import (
    AccountRefusedError,
    AccountRequest,
    ProviderUnavailableError,
    RegisteredMethod,
)
from subscriptions.store import accounts, contracts, customers, methods
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.requests import hashed
from subscriptions.store.write import Done, Notice, Order, write_once


@dataclass(frozen=True, slots=True)
class _Checked:
    """An account that may be taken, with whom and what it is for."""

    iban: str = field(repr=False)
    holder: str
    customer: Customer
    contracts: Sequence[Subscription]
    reference: str

    @property
    def label(self) -> str:
        return masked(self.iban)


def terms(backing: Backing, caller: Caller, account: NewAccount) -> MandateTerms:
    """What is to be agreed to."""
    number = require(caller, Level.IDENTIFIED, backing.clock())
    iban = check_iban(account.iban)
    with reading(backing.engine) as db:
        checked = _check(db, caller, account, iban=iban, number=number, lock=False)
    reference = None if backing.provider.assigns_mandates else checked.reference
    return MandateTerms(
        label=checked.label,
        reference=reference,
        creditor=backing.seller.name,
        creditor_id=backing.seller.creditor_id,
        text=_text(backing, checked, reference),
    )


def change(
    backing: Backing, caller: Caller, account: NewAccount, *, key: str
) -> BankAccountReceipt:
    """Take the account, once for the key."""
    now = backing.clock()
    number = require(caller, Level.CONFIRMED, now)
    iban = check_iban(account.iban)
    if not account.consent:
        raise SubscriptionError(Code.CONSENT_NEEDED)
    body: dict[str, str | int | None] = {
        "iban": fingerprint(iban, f"{number}.{key}"),
        "holder": hashed(account.holder),
        "holder_agreed": int(account.holder_agreed),
        "subscription": account.subscription,
    }
    order = Order("methods.change_bank_account", caller, number, key, body, now)

    def act(db: Connection) -> Done[BankAccountReceipt]:
        checked = _check(db, caller, account, iban=iban, number=number, lock=True)
        return _take(db, backing, order, checked)

    return write_once(backing.engine, order, BankAccountReceipt, act)


def _check(
    db: Connection, caller: Caller, account: NewAccount, *, iban: str, number: str, lock: bool
) -> _Checked:
    customer = customers.by_number(db, number)
    holder = " ".join(account.holder.split())
    vouched = account.holder_agreed and is_agent(caller)
    if not vouched and not same_person(holder, customer.name):
        raise SubscriptionError(Code.OTHER_HOLDER)
    found = methods.payable(db, number, lock=lock)
    if account.subscription is not None:
        meant = tuple(c for c in found if c.id == account.subscription)
        if not meant:
            raise SubscriptionError(Code.NOT_FOUND)
    else:
        meant = methods.moving(db, found, MethodKind.SEPA)
    if not meant:
        raise SubscriptionError(Code.CONTRACT_MISSING)
    if all(_is_debited(db, contract, masked(iban)) for contract in meant):
        raise SubscriptionError(Code.METHOD_UNCHANGED)
    count = len(methods.mandates_of(db, number)) + 1
    reference = f"M-{number.removeprefix('K-')}-{count:02d}"
    return _Checked(iban, holder, customer, meant, reference)


def _is_debited(db: Connection, contract: Subscription, label: str) -> bool:
    """Whether a contract is debited from this account already. Compares the last four digits: no more is kept."""
    method = customers.method_of(db, contract.method)
    mandate = customers.mandate_of(db, method.id) if method and method.label == label else None
    return mandate is not None and mandate.state in USABLE


def _take(
    db: Connection, backing: Backing, order: Order, checked: _Checked
) -> Done[BankAccountReceipt]:
    given = _register(backing, checked)
    today, number = business_date(order.at), checked.customer.number
    before = {contract.method for contract in checked.contracts}
    method = methods.take(db, number, given, on=today, at=order.at)
    happened = contracts.Happened("method_changed", order.caller.actor, order.at)
    methods.use(db, checked.contracts, method, happened)
    ended = [_end(db, method_id, order) for method_id in sorted(filter(None, before))]
    old = next((reference for reference in ended if reference), None)
    agreed = None if backing.provider.assigns_mandates else checked.reference
    mandate = Mandate(
        reference=given.mandate_reference or checked.reference,
        method=method.id,
        state=MandateState.CREATED,
        signed_on=today,
        text=_text(backing, checked, agreed),
        consent_at=order.at,
        replaces=old,
    )
    methods.add_mandate(db, mandate_to(mandate, MandateState.ACTIVE))
    receipt = _receipt(db, checked, method, mandate)
    told = {"method": method.label, "mandate": mandate.reference}
    facts = {"method": method.id, "mandate": mandate.reference, "ended": old}
    return Done(receipt, number, facts, (Notice("contract", "bank_account_changed", told),))


def _receipt(
    db: Connection, checked: _Checked, method: PaymentMethod, mandate: Mandate
) -> BankAccountReceipt:
    account = accounts.find(db, method.customer)
    day = account.debit_day if account else None
    return BankAccountReceipt(
        label=method.label,
        mandate=mandate.reference,
        signed_on=mandate.signed_on,
        text=mandate.text or "",
        contracts=tuple(contract.id for contract in checked.contracts),
        next_debit_on=next_debit(db, checked.contracts, day, mandate.signed_on),
        ended_mandate=mandate.replaces,
    )


def _end(db: Connection, method_id: str, order: Order) -> str | None:
    """End the mandate of a way to pay that no contract uses any more; returns its reference."""
    method = customers.method_of(db, method_id)
    mandate = customers.mandate_of(db, method_id)
    if method is None or mandate is None or methods.is_used(db, method_id):
        return None
    if mandate.state in USABLE:
        ended = mandate_to(mandate, MandateState.REVOKED, business_date(order.at))
        methods.store_mandate(db, ended)
    methods.close(db, method)
    return mandate.reference


def _register(backing: Backing, checked: _Checked) -> RegisteredMethod:
    asked = AccountRequest(
        reference=checked.reference,
        iban=checked.iban,
        holder=checked.holder,
        email=checked.customer.email,
        mandate_reference=checked.reference,
        locale=checked.customer.locale,
    )
    try:
        return backing.provider.register_account(asked)
    except AccountRefusedError:
        raise SubscriptionError(Code.IBAN_INVALID) from None
    except ProviderUnavailableError as error:
        raise SubscriptionError(Code.PROVIDER_DOWN) from error


def _text(backing: Backing, checked: _Checked, reference: str | None) -> str:
    return mandate_text(
        backing.seller,
        reference=reference,
        label=checked.label,
        holder=checked.holder,
        locale=checked.customer.locale,
    )
