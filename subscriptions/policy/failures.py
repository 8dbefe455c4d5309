"""Why payments fail and what may be tried again: the table of the domain paper, section 3.

Invariants: every raw code has a class, unknown ones their own; hard, stopped and risky classes are never
retried; the caps of an invoice never renew themselves, but for a card without funds (28 days); what a customer is told never says "stolen" or "fraud".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from subscriptions.entities.attempts import Attempt, AttemptState, is_made
from subscriptions.entities.invoices import Invoice
from subscriptions.entities.methods import MethodKind, PaymentMethod
from subscriptions.errors import Code
from subscriptions.model.payments import Failure
from subscriptions.model.payments import FailureClass as F
from subscriptions.policy.calendar import business_date
from subscriptions.policy.reasons import EXPLAINED, ways_out

WINDOW = timedelta(days=28)

_CARD = {
    "insufficient_funds": F.SOFT_FUNDS,
    "velocity": F.SOFT_FUNDS,
    "51": F.SOFT_FUNDS,
    "61": F.SOFT_FUNDS,
    "do_not_honor": F.SOFT_BANK,
    "generic_decline": F.SOFT_BANK,
    "processing_error": F.TECH,
    "issuer_not_available": F.TECH,
    "authentication_required": F.NEEDS_SCA,
    "expired_card": F.UPDATE_METHOD,
    "lost_card": F.HARD_METHOD,
    "stolen_card": F.HARD_METHOD,
    "pickup_card": F.HARD_METHOD,
    "incorrect_number": F.HARD_METHOD,
    "revocation_of_authorization": F.CUSTOMER_STOP,
    "stop_payment": F.CUSTOMER_STOP,
    "fraudulent": F.RISK,
    "highest_risk": F.RISK,
}
_SEPA = {
    "AM04": F.SOFT_FUNDS,
    "MS03": F.SOFT_MASKED,
    **dict.fromkeys(("AC01", "AC04", "AC06", "AC13", "AG01", "RC01"), F.HARD_METHOD),
    "MD01": F.NEW_MANDATE,
    "MD06": F.CUSTOMER_STOP,
    "MS02": F.CUSTOMER_STOP,
    "MD07": F.STOP_ALL,
    "AM05": F.OWN_ERROR,
}
_OWN_PREFIXES = ("FF", "RR")
# Retries after the first attempt. A class that is not here is never retried.
_CAPS = {
    (F.SOFT_FUNDS, MethodKind.CARD): 4,
    (F.SOFT_FUNDS, MethodKind.SEPA): 2,
    (F.SOFT_MASKED, MethodKind.SEPA): 2,
    (F.SOFT_BANK, MethodKind.CARD): 3,
    (F.TECH, MethodKind.CARD): 3,
}
# Whose cap counts the last 28 days only; every other one holds for the life of the invoice.
_IN_WINDOW = frozenset({(F.SOFT_FUNDS, MethodKind.CARD)})
# Nothing is tried here, not even with another way to pay, before a person has looked.
_SEALED = frozenset({F.RISK, F.STOP_ALL})
_UPDATABLE = frozenset({F.UPDATE_METHOD, F.NEW_MANDATE})
_PERSON = frozenset({F.RISK, F.STOP_ALL, F.CUSTOMER_STOP, F.UNKNOWN})
_UNSPEAKABLE = frozenset({"lost_card", "stolen_card", "pickup_card", "fraudulent", "highest_risk"})
_DECLINED = frozenset({AttemptState.FAILED, AttemptState.RETURNED, AttemptState.REFUNDED})


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """Whether an invoice may be tried again now, how often still, and the code of a refusal."""

    left: int
    refusal: Code | None = None

    @property
    def allowed(self) -> bool:
        """Whether one more try is permitted."""
        return self.refusal is None


def classify(kind: MethodKind, raw_code: str | None) -> F:
    """The class of a raw decline or return code."""
    code = (raw_code or "").strip()
    if kind is MethodKind.CARD:
        return _CARD.get(code.lower(), F.UNKNOWN)
    if code.upper().startswith(_OWN_PREFIXES):
        return F.OWN_ERROR
    return _SEPA.get(code.upper(), F.UNKNOWN)


def spoken_code(raw_code: str | None) -> str:
    """The raw code as it may leave the business: never what accuses the customer or a thief."""
    code = (raw_code or "unknown").strip()
    return "declined" if code.lower() in _UNSPEAKABLE else code


def needs_person(kind: F) -> bool:
    """Whether a person is offered before anything else (stop, risk and unknown classes)."""
    return kind in _PERSON


def is_sealed(attempts: Sequence[Attempt]) -> bool:
    """Whether only a person may act on the invoice of these attempts (oldest first): RISK and STOP_ALL.

    Neither another try nor another way to pay is offered before somebody has looked (domain paper, section 3).
    """
    made = [attempt for attempt in attempts if is_made(attempt)]
    last = made[-1] if made else None
    if last is None or not is_declined(last):
        return False
    return classify(last.kind, last.raw_code) in _SEALED


def is_declined(attempt: Attempt) -> bool:
    """Whether the attempt ended without money."""
    return attempt.state in _DECLINED


def decide_retry(
    attempts: Sequence[Attempt],
    *,
    method_updated_on: date | None,
    today: date,
    replaced: bool = False,
) -> RetryDecision:
    """Whether the invoice of these attempts (oldest first) may be tried again on a day.

    The first attempt is no retry, and one that is only scheduled does not count. An updated method opens
    UPDATE_METHOD and NEW_MANDATE once; the attempt that follows the update closes it again. `replaced`: the way to pay
    that would be charged has never failed for this invoice (`is_replaced`), so that the failure of another says
    nothing about it; it may be tried once, and from then on its own failure counts.
    """
    made = [a for a in attempts if is_made(a)]
    last = made[-1] if made else None
    if last is None or not is_declined(last):
        return RetryDecision(0, Code.NOTHING_DUE)
    kind = classify(last.kind, last.raw_code)
    updated = method_updated_on is not None and method_updated_on > business_date(last.at)
    if replaced or kind in _UPDATABLE:
        fresh = (replaced or updated) and kind not in _SEALED
        return RetryDecision(int(fresh), None if fresh else Code.RETRY_FORBIDDEN)
    cap = _CAPS.get((kind, last.kind), 0)
    if cap == 0:
        return RetryDecision(0, Code.RETRY_FORBIDDEN)
    since = today - WINDOW if (kind, last.kind) in _IN_WINDOW else date.min
    used = sum(1 for a in made[1:] if business_date(a.at) > since)
    left = max(cap - used, 0)
    return RetryDecision(left, None if left else Code.RETRY_CAP_REACHED)


def is_replaced(method: PaymentMethod | None, attempts: Sequence[Attempt]) -> bool:
    """Whether the way to pay that would be charged is another than all that failed in these attempts."""
    return method is not None and all(a.method != method.id for a in attempts if is_declined(a))


def failure_of(
    invoice: Invoice,
    attempts: Sequence[Attempt],
    method: PaymentMethod | None,
    today: date,
    *,
    next_method: PaymentMethod | None = None,
) -> Failure | None:
    """Why the last attempt for an unpaid invoice failed and what may be done; None if it did not.

    `method` is the one that failed, `next_method` the one that would be charged now if it is another.
    """
    made = [a for a in attempts if is_made(a)]
    if not made or not is_declined(made[-1]):
        return None
    last = made[-1]
    kind = classify(last.kind, last.raw_code)
    charged = next_method or method
    decision = decide_retry(
        made,
        method_updated_on=charged.updated_on if charged else None,
        today=today,
        replaced=is_replaced(next_method, made),
    )
    return Failure(
        invoice=invoice.number,
        amount=invoice.total,
        failed_on=business_date(last.at),
        raw_code=spoken_code(last.raw_code),
        kind=kind,
        method=method.label if method else "",
        retry_allowed=decision.allowed,
        retries_left=decision.left,
        needs_person=needs_person(kind),
        reason=EXPLAINED[kind].reason,
        todo=EXPLAINED[kind].todo,
        ways=ways_out(kind, retry=decision.allowed, promise=False),
        scheduled_on=next((a.due_on for a in attempts if a.state is AttemptState.SCHEDULED), None),
    )
