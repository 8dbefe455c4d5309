"""What became of a voucher code."""

from dataclasses import dataclass
from datetime import date, datetime

from subscriptions.model.base import Money


@dataclass(frozen=True, slots=True)
class VoucherReceipt:
    """A voucher that was redeemed. `units` periods (months for free months) are left, from `applies_from` on."""

    reference: str
    code: str
    kind: str  # percent, amount, months
    value: int  # percent, cents, months
    units: int
    subscription: str
    applies_from: date
    at: datetime


@dataclass(frozen=True, slots=True)
class VoucherUse:
    """What a voucher took off one invoice."""

    invoice: str
    issued_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class VoucherStatus:
    """Where a voucher stands for a customer.

    `redeemed_at` is None while they have not redeemed it; `redeemable` then says whether they may, `refused` is the
    code of why not, and `applies_from` the day from which it would count. `missing_on` is the last invoice when the
    voucher was valid for it and not applied: that is our error.
    """

    code: str
    kind: str
    value: int
    redeemed_at: datetime | None
    redeemable: bool
    units_left: int
    subscription: str | None = None
    uses: tuple[VoucherUse, ...] = ()
    missing_on: str | None = None
    applies_from: date | None = None
    refused: str | None = None
