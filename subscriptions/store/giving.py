"""What the provider is asked when money goes back: of which charge, by which way."""

from sqlalchemy import Connection

from subscriptions.entities.payment_requests import PaymentRequest
from subscriptions.entities.payments import Payment, PaymentSource
from subscriptions.entities.refunds import Refund
from subscriptions.provider import RefundRequest
from subscriptions.store import attempts, customers, payment_requests, receipts


def request_of(db: Connection, refund: Refund) -> RefundRequest | None:
    """The request for a refund; None for a bank transfer, which only a person can send back."""
    paid = receipts.find(db, refund.payment) if refund.payment is not None else None
    source = _source(db, paid) if paid is not None else None
    if source is None:
        return None
    charge, method_id = source
    return RefundRequest(
        reference=refund.reference,
        charge_reference=charge,
        amount=refund.amount,
        reason=refund.reason.value,
        method=customers.method_of(db, method_id),
    )


def link_of(db: Connection, payment: Payment) -> PaymentRequest | None:
    """The pay link by which a payment came."""
    return payment_requests.find(db, payment.reference.removeprefix("Z-").rpartition("-")[0])


def _source(db: Connection, payment: Payment) -> tuple[str, str | None] | None:
    """The provider's reference of the charge, and the method of a debit."""
    attempt = attempts.find(db, payment.attempt) if payment.attempt is not None else None
    if attempt is not None:
        return attempt.provider_reference or attempt.reference, attempt.method
    if payment.source is PaymentSource.LINK:
        link = link_of(db, payment)
        return ((link.provider_reference or link.id), None) if link else None
    return None
