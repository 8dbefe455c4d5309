"""Whether a voucher may be redeemed for a contract.

Invariants: pure; a voucher is redeemed once by a customer and never more often than it was issued.
"""

from dataclasses import dataclass
from datetime import date

from subscriptions.entities.vouchers import Redemption, Voucher
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.catalogue import Plan


@dataclass(frozen=True, slots=True)
class Use:
    """How far a voucher is used: how often by everybody, and whether by this customer."""

    redeemed: int
    own: Redemption | None


def allow(voucher: Voucher, plan: Plan, use: Use, today: date) -> None:
    """Raise VOUCHER_USED, VOUCHER_EXPIRED or VOUCHER_NOT_FOR_PLAN when it may not be redeemed."""
    if use.own is not None or (voucher.most is not None and use.redeemed >= voucher.most):
        raise SubscriptionError(Code.VOUCHER_USED)
    if not voucher.valid_on(today):
        raise SubscriptionError(Code.VOUCHER_EXPIRED)
    if not voucher.fits(plan):
        raise SubscriptionError(Code.VOUCHER_NOT_FOR_PLAN)
