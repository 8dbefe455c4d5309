"""What Stripe says, in our words: decline codes, states, ways to pay and events. Pure; no call is made here.

Sources: the API reference and the pages on declines, disputes and SEPA debits at docs.stripe.com. Invariants:
a code that is not in the tables passes through as it came and is UNKNOWN to policy; nothing personal is read.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from subscriptions.entities.attempts import AttemptState
from subscriptions.entities.methods import MethodKind
from subscriptions.policy.calendar import add_months
from subscriptions.provider.port import (
    ChargeAnswer,
    EventKind,
    ProviderEvent,
    RefundAnswer,
    RefundResult,
    RegisteredMethod,
)

Said = Mapping[str, Any]
METHOD_UNKNOWN = "method_unknown"

# Stripe's decline codes that our table of raw codes (`policy.failures`) calls by another name.
_CARD = {
    "card_declined": "generic_decline",
    "call_issuer": "generic_decline",
    "no_action_taken": "generic_decline",
    "transaction_not_allowed": "generic_decline",
    "card_velocity_exceeded": "velocity",
    "withdrawal_count_limit_exceeded": "velocity",
    "approve_with_id": "processing_error",
    "reenter_transaction": "processing_error",
    "try_again_later": "processing_error",
    "authentication_not_handled": "authentication_required",
    "payment_intent_authentication_failure": "authentication_required",
    "invalid_account": "incorrect_number",
    "invalid_number": "incorrect_number",
    "new_account_information_available": "incorrect_number",
    "restricted_card": "pickup_card",
    "revocation_of_all_authorizations": "revocation_of_authorization",
    "stop_payment_order": "stop_payment",
    "highest_risk_level": "highest_risk",
    "merchant_blacklist": "fraudulent",
    "resource_missing": METHOD_UNKNOWN,
}
# Stripe puts the reasons of banks into words; these are the codes of the SEPA rulebook they come from.
_SEPA = {
    "insufficient_funds": "AM04",
    "account_closed": "AC04",
    "bank_account_restricted": "AC06",
    "bank_ownership_changed": "RC01",
    "branch_does_not_exist": "RC01",
    "invalid_account_number": "AC01",
    "incorrect_account_details": "AC01",
    "no_account": "AC01",
    "debit_not_authorized": "MD01",
    "debit_disputed": "MD06",
    "customer_initiated": "MD06",
    "general": "MD06",
    "recipient_deceased": "MD07",
    "duplicate": "AM05",
    "bank_cannot_process": "MS03",
    "generic_could_not_process": "MS03",
    "generic_decline": "MS03",
    "refer_to_customer": "MS03",
    "payment_intent_mandate_invalid": "MD01",
    "resource_missing": METHOD_UNKNOWN,
}
# Refused requests that say that this way to pay cannot be used, not that we asked wrongly.
GONE = frozenset({"resource_missing", "payment_intent_mandate_invalid"})
_RULEBOOK = re.compile(r"(?:[A-Z]{2}\d{2}|FF\d{2}|RR\d{2})")
# A dispute about a SEPA debit for one of these came from the bank, any other from the account holder.
_BY_BANK = frozenset({"insufficient_funds", "incorrect_account_details", "bank_cannot_process"})
_MOVES = frozenset({"succeeded", "processing", "pending"})
_LOST = frozenset({"failed", "canceled"})


def raw_code(kind: MethodKind, error: Said) -> str:
    """Our raw code for an error, a failed charge or a dispute."""
    network = error.get("network_decline_code") or error.get("network_reason_code") or ""
    said = error.get("decline_code") or error.get("code") or error.get("reason") or "unknown"
    if kind is MethodKind.CARD:
        return _CARD.get(said, said)
    return network if _RULEBOOK.fullmatch(network) else _SEPA.get(said, said)


def charge_answer(kind: MethodKind, intent: Said) -> ChargeAnswer:
    """Where a PaymentIntent stands, disputes apart."""
    status, reference = intent["status"], intent["id"]
    if status == "succeeded":
        return ChargeAnswer(AttemptState.SUCCEEDED, None, reference)
    if status == "processing":
        return ChargeAnswer(AttemptState.SUBMITTED, None, reference)
    if status in {"requires_action", "requires_confirmation"}:
        return ChargeAnswer(AttemptState.FAILED, "authentication_required", reference)
    return ChargeAnswer(
        AttemptState.FAILED, raw_code(kind, intent.get("last_payment_error") or {}), reference
    )


def declined(kind: MethodKind, error: Said) -> ChargeAnswer:
    """What an error says about a charge that was refused at once."""
    intent = error.get("payment_intent") or {}
    return ChargeAnswer(AttemptState.FAILED, raw_code(kind, error), intent.get("id"))


def disputed_answer(intent: Said, dispute: Said) -> ChargeAnswer:
    """A SEPA debit that went back: returned by the bank, or fetched back by the account holder."""
    state = AttemptState.RETURNED if by_bank(dispute) else AttemptState.REFUNDED
    return ChargeAnswer(
        state, raw_code(MethodKind.SEPA, dispute), intent["id"], moment(dispute["created"])
    )


def by_bank(dispute: Said) -> bool:
    """Whether the bank returned a debit on its own."""
    return dispute.get("reason") in _BY_BANK


def refund_answer(refund: Said) -> RefundAnswer:
    """Where a refund stands."""
    status, reference = refund["status"], refund["id"]
    if status == "succeeded":
        return RefundAnswer(RefundResult.SUCCEEDED, reference)
    if status in _LOST:
        return RefundAnswer(RefundResult.FAILED, reference, refund.get("failure_reason"))
    return RefundAnswer(RefundResult.SUBMITTED, reference)


def ours(listed: Sequence[Said], reference: str) -> Said | None:
    """What was made under our reference; of several what took money before what did not."""
    found = [each for each in listed if (each.get("metadata") or {}).get("reference") == reference]
    moving = (each for each in found if each["status"] in _MOVES)
    return next(moving, found[0] if found else None)


def registered_method(customer: str, method: Said, mandate: Said | None = None) -> RegisteredMethod:
    """A PaymentMethod with its masked label; the token names the Stripe customer too."""
    kind, label, expires_on = _LABELS.get(method["type"], _other)(method)
    details = ((mandate or {}).get("payment_method_details") or {}).get("sepa_debit") or {}
    return RegisteredMethod(
        token=f"{customer}/{method['id']}",
        label=label,
        kind=kind,
        expires_on=expires_on,
        holder=(method.get("billing_details") or {}).get("name"),
        mandate_reference=details.get("reference"),
        hint="",
    )


def moment(seconds: int) -> datetime:
    """Stripe's time stamps are seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


_Labelled = tuple[MethodKind, str, date | None]


def _card(method: Said) -> _Labelled:
    card = method["card"]
    wallet = (card.get("wallet") or {}).get("type")
    name = (wallet or card["brand"]).replace("_", " ").title()
    first = date(card["exp_year"], card["exp_month"], 1)
    return MethodKind.CARD, f"{name} •••• {card['last4']}", add_months(first, 1) - timedelta(days=1)


def _account(method: Said) -> _Labelled:
    return MethodKind.SEPA, f"IBAN •••• {method['sepa_debit']['last4']}", None


def _other(method: Said) -> _Labelled:
    return MethodKind.CARD, "PayPal" if method["type"] == "paypal" else method["type"].title(), None


_LABELS: Mapping[str, Callable[[Said], _Labelled]] = {"card": _card, "sepa_debit": _account}

# ----------------------------------------------------------------------------------------------- events


def event_of(event: Said) -> ProviderEvent:
    """A webhook event; what is nothing to us is OTHER."""
    thing = event["data"]["object"]
    told = _TOLD.get(event["type"])
    kind, code = told(thing) if told else (EventKind.OTHER, None)
    metadata = thing.get("metadata") or {}
    return ProviderEvent(
        id=event["id"],
        kind=kind,
        occurred_at=moment(event["created"]),
        reference=metadata.get("reference"),
        provider_reference=thing.get("payment_intent") if kind in _BACK else thing["id"],
        raw_code=code,
    )


def went_back(dispute: Said) -> ProviderEvent:
    """What the webhook about a listed dispute would have told."""
    told = {"id": f"asked-{dispute['id']}", "type": "charge.dispute.created"}
    return event_of({**told, "created": dispute["created"], "data": {"object": dispute}})


_Told = tuple[EventKind, str | None]
_BACK = frozenset({EventKind.CHARGE_RETURNED, EventKind.CHARGE_REFUNDED})


def _paid(intent: Said) -> _Told:
    return (EventKind.CHARGE_SUCCEEDED if _charged_by_us(intent) else EventKind.OTHER), None


def _declined(intent: Said) -> _Told:
    if not _charged_by_us(intent):
        return EventKind.OTHER, None
    kind = MethodKind(intent["metadata"]["kind"])
    return EventKind.CHARGE_FAILED, raw_code(kind, intent.get("last_payment_error") or {})


def _charged_by_us(intent: Said) -> bool:
    """Not the PaymentIntent of a page, of which its Checkout Session tells."""
    return (intent.get("metadata") or {}).get("for") == "attempt"


def _dispute(dispute: Said) -> _Told:
    kind = EventKind.CHARGE_RETURNED if by_bank(dispute) else EventKind.CHARGE_REFUNDED
    return kind, raw_code(MethodKind.SEPA, dispute)


def _session(session: Said) -> _Told:
    if session["mode"] == "setup":
        return EventKind.SETUP_DONE, None
    paid = session["payment_status"] == "paid"
    return (EventKind.PAGE_PAID if paid else EventKind.OTHER), None


def _refund(refund: Said) -> _Told:
    answer = refund_answer(refund)
    kinds = {
        RefundResult.SUCCEEDED: EventKind.REFUND_SUCCEEDED,
        RefundResult.FAILED: EventKind.REFUND_FAILED,
    }
    return kinds.get(answer.state, EventKind.OTHER), answer.raw_code


_TOLD: Mapping[str, Callable[[Said], _Told]] = {
    "payment_intent.succeeded": _paid,
    "payment_intent.payment_failed": _declined,
    "payment_intent.canceled": _declined,
    "charge.dispute.created": _dispute,
    "checkout.session.completed": _session,
    "checkout.session.async_payment_succeeded": _session,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
}
