"""Voucher codes and what customers still have of those they redeemed."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from subscriptions.model.catalogue import Plan


class VoucherKind(StrEnum):
    """What a voucher gives: a percentage or an amount off each period, or months without plan price."""

    PERCENT = "percent"
    AMOUNT = "amount"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Voucher:
    """A code. `value` is percent, cents or months; `most` caps redemptions over all customers."""

    code: str
    kind: VoucherKind
    value: int
    valid_from: date
    periods: int = 1
    product: str | None = None
    plan: str | None = None
    valid_until: date | None = None
    most: int | None = None
    public: bool = False  # may be told to everybody who asks for a better price

    def valid_on(self, day: date) -> bool:
        """Whether it may be redeemed on a day; first and last day included."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def fits(self, plan: Plan) -> bool:
        """Whether it was issued for this plan."""
        return self.product in {None, plan.product} and self.plan in {None, plan.code}

    @property
    def units(self) -> int:
        """What a redemption begins with: billing periods, or months for a voucher of months."""
        return self.value if self.kind is VoucherKind.MONTHS else self.periods


@dataclass(frozen=True, slots=True)
class Redemption:
    """A voucher redeemed for a contract. `periods_left` counts months for a voucher of months."""

    voucher: Voucher
    customer: str
    subscription: str
    at: datetime
    periods_left: int
    reference: str
