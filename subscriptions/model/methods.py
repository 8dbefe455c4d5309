"""Ways to pay as they may be shown, mandates with their text, and receipts of changing them."""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class MethodOnFile:
    """A way to pay, masked. `contracts` are those it pays now; mandate fields are for SEPA only."""

    id: str
    kind: str
    label: str
    expires_on: date | None
    expired: bool
    active: bool
    contracts: tuple[str, ...]
    mandate: str | None = None
    mandate_state: str | None = None


@dataclass(frozen=True, slots=True)
class MethodsOnFile:
    """All ways to pay of a customer, the newest first, and the kinds that can be had."""

    methods: tuple[MethodOnFile, ...]
    offered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetupPage:
    """A page of the payment provider on which a new way to pay is left."""

    kind: str
    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class MandateTerms:
    """What is agreed to before an account is debited; `reference` is None when the provider gives it later."""

    label: str
    reference: str | None
    creditor: str
    creditor_id: str
    text: str


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What the customer gives. `consent`: they agreed to the text of `mandate_terms`.

    `holder_agreed` counts for agents only: the holder, who is somebody else, agreed. `subscription` names
    one contract; without it the ones that are debited already change, or else all.
    """

    iban: str = field(repr=False)
    holder: str
    consent: bool = False
    holder_agreed: bool = False
    subscription: str | None = None


@dataclass(frozen=True, slots=True)
class BankAccountReceipt:
    """A new bank account with its mandate, and the contracts that are debited from it now."""

    label: str
    mandate: str
    signed_on: date
    text: str
    contracts: tuple[str, ...]
    next_debit_on: date | None
    ended_mandate: str | None = None


@dataclass(frozen=True, slots=True)
class MandateInfo:
    """A mandate as it was agreed to. Without a debit it lapses after `lapses_on`."""

    reference: str
    state: str
    creditor: str
    creditor_id: str
    label: str
    signed_on: date
    text: str | None
    last_used_on: date | None
    lapses_on: date


@dataclass(frozen=True, slots=True)
class MandateRevoked:
    """A mandate that ended, and what follows: these contracts need another way to pay by then."""

    reference: str
    ended_on: date
    contracts: tuple[str, ...]
    needed_by: date | None


@dataclass(frozen=True, slots=True)
class DebitDay:
    """The day of month on which is debited; None: each contract on its own day.

    `changeable_from` is None when it may be changed now.
    """

    day: int | None
    next_debit_on: date | None
    changeable_from: date | None = None
