"""A payment provider that needs no network and no memory: for the demo, for development and for the tests.

It decides by the `hint` of the payment method, so that repeating a reference is harmless:

    succeed                       a card is paid at once, a SEPA debit one bank day later
    fail:<raw code>               declined at once
    return:<code>:<bank days>     SEPA: paid, then returned by the bank after 1 to 5 bank days
    refunded:<days>[:<code>]      SEPA: paid, then fetched back by the account holder after that many days,
                                  within 8 weeks (MD06), or within 13 months when nothing was authorised (MD01)
    sca                           wants the cardholder, who can confirm on a hosted page
    slow:<tenths of a second>     answers late; beyond 3 s nobody waits, and it goes on all the same
    lost                          does what it is asked, but its answer never arrives; looking it up tells
    unheard                       hears nothing and answers nothing; looked up, it knows of nothing
    norefund:<raw code>           pays, but money cannot be given back
    down                          cannot be reached

Hosted pages have addresses of our own gateway (`/simulator/<reference of the page>`), which serves
them in development.
Invariants: without a secret no webhook is believed.
"""

import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from subscriptions.entities.attempts import AttemptState
from subscriptions.entities.methods import MethodKind, PaymentMethod
from subscriptions.policy.calendar import add_months, bank_days_after, business_date
from subscriptions.provider.port import (
    AccountRequest,
    ChargeAnswer,
    Charged,
    ChargeRequest,
    EventKind,
    GivenBack,
    HostedPage,
    NotReachedError,
    PageRequest,
    ProviderEvent,
    ProviderUnavailableError,
    RefundAnswer,
    RefundRequest,
    RefundResult,
    RegisteredMethod,
    ReturnsPage,
    SetupKind,
    SetupRequest,
    UntrustedEventError,
)

BUDGET = timedelta(seconds=3)
SIGNATURE = "simulator-signature"
SIGNATURE_AGE = timedelta(minutes=5)
AUTHORISED_REFUND_DAYS = 56  # 8 weeks without giving a reason, SEPA Core rulebook
UNAUTHORISED_MONTHS = 13
_PAYMENT = "payment"
_LEFT = {
    SetupKind.CARD: ("Visa •••• 4242", date(2032, 12, 31)),
    SetupKind.PAYPAL: ("PayPal •••• demo", None),
    SetupKind.WALLET: ("Apple Pay •••• 4242", date(2032, 12, 31)),
}


def _sleep(step: timedelta) -> None:
    time.sleep(step.total_seconds())


@dataclass(frozen=True, slots=True)
class SimulatedProvider:
    """Cards and SEPA debits by hint. `secret` signs webhooks, `pages` is the address before `/simulator/`."""

    secret: str = field(default="", repr=False)
    pages: str = ""
    sleep: Callable[[timedelta], None] = _sleep
    name: str = "simulator"
    assigns_mandates: bool = False
    lists_returns: bool = False  # it remembers nothing

    def charge(self, request: ChargeRequest) -> ChargeAnswer:
        """The first answer to a charge; for SEPA never more than `submitted`."""
        self._answer_in_time(request.method)
        return self._taken(request)

    def _taken(self, request: ChargeRequest) -> ChargeAnswer:
        verb, _, rest = request.method.hint.partition(":")
        reference = f"sim_{request.reference}"
        if verb in {"fail", "sca"}:
            code = rest if verb == "fail" else "authentication_required"
            return ChargeAnswer(AttemptState.FAILED, code, reference)
        sepa = request.method.kind is MethodKind.SEPA
        state = AttemptState.SUBMITTED if sepa else AttemptState.SUCCEEDED
        return ChargeAnswer(state, None, reference)

    def outcome_of(self, charged: Charged, now: datetime) -> ChargeAnswer | None:
        """The last of what the hint says has happened by now; a debit that was taken once is not declined."""
        verb = _reachable(charged.request.method)
        if verb == "unheard" and charged.provider_reference is None:
            return None
        if charged.request.method.kind is not MethodKind.SEPA:
            return self._taken(charged.request)
        today, reference = business_date(now), f"sim_{charged.request.reference}"
        for day, state, code in reversed(later_states(charged)):
            if day <= today:
                at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
                return ChargeAnswer(state, code, reference, min(at, now))
        return ChargeAnswer(AttemptState.SUBMITTED, None, reference)

    def returns(self, since: datetime, until: datetime, after: str | None) -> ReturnsPage:
        """It has no list."""
        return ReturnsPage()

    def refund(self, request: RefundRequest) -> RefundAnswer:
        """Cards at once, a transfer to a bank account is on its way first."""
        if request.method is not None:
            self._answer_in_time(request.method)
        return self._returned(request)

    def _returned(self, request: RefundRequest) -> RefundAnswer:
        reference = f"sim_{request.reference}"
        if request.method is None:
            return RefundAnswer(RefundResult.SUCCEEDED, reference)
        verb, _, code = request.method.hint.partition(":")
        if verb == "norefund":
            return RefundAnswer(RefundResult.FAILED, reference, code)
        sepa = request.method.kind is MethodKind.SEPA
        return RefundAnswer(RefundResult.SUBMITTED if sepa else RefundResult.SUCCEEDED, reference)

    def refund_outcome(self, given: GivenBack) -> RefundAnswer | None:
        """When somebody asks again it has arrived; when the answer was lost, this is the first one."""
        if given.provider_reference is not None:
            return RefundAnswer(RefundResult.SUCCEEDED, given.provider_reference)
        request = given.request
        if request is None or (request.method and _reachable(request.method) == "unheard"):
            return None
        return self._returned(request)

    def payment_page(self, request: PageRequest) -> HostedPage:
        """The address of a page of our own gateway."""
        return self._page(request.reference, _PAYMENT)

    def setup_page(self, request: SetupRequest) -> HostedPage:
        """The address of a page of our own gateway; the reference keeps what is set up."""
        return self._page(request.reference, request.kind.value)

    def decided(self, page: str, *, succeeds: bool, now: datetime) -> tuple[dict[str, str], bytes]:
        """Headers and body of the webhook after somebody pressed a button on a hosted page.

        `page` is its provider reference. What succeeded has one event for ever, so that it counts once; a
        decline is nothing to us, as with every provider: whoever pays tries again on the same page.
        """
        if not succeeds:
            declined = f"evt_{uuid4().hex}"
            event = ProviderEvent(declined, EventKind.OTHER, now, None, page, "card_declined")
            return self.signed((event,), now)
        paid = page.split("_")[1] == _PAYMENT
        kind = EventKind.PAGE_PAID if paid else EventKind.SETUP_DONE
        return self.signed((ProviderEvent(f"evt_{page}", kind, now, None, page),), now)

    def registered(self, reference: str, provider_reference: str) -> RegisteredMethod:
        """The same invented card, wallet or PayPal account for everybody."""
        kind = SetupKind(provider_reference.split("_")[1])
        label, expires_on = _LEFT[kind]
        token = f"sim_method_{self._digest(reference)}"
        return RegisteredMethod(token, label, MethodKind.CARD, expires_on)

    def register_account(self, request: AccountRequest) -> RegisteredMethod:
        """Takes every account; keeps nothing but the label."""
        token = f"sim_method_{self._digest(request.reference)}"
        label = f"IBAN •••• {request.iban[-4:]}"
        return RegisteredMethod(token, label, MethodKind.SEPA, holder=request.holder)

    def verify(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> tuple[ProviderEvent, ...]:
        """The events of a body that `signed` made at most five minutes ago."""
        moment, _, signature = headers.get(SIGNATURE, "").partition(",")
        expected = self._signature(moment, body)
        if not self.secret or not hmac.compare_digest(expected.encode(), signature.encode()):
            raise UntrustedEventError("signature")
        if abs(now - datetime.fromisoformat(moment)) > SIGNATURE_AGE:
            raise UntrustedEventError("age")
        try:
            return tuple(_event(each) for each in json.loads(body)["events"])
        except (ValueError, KeyError, TypeError):
            raise UntrustedEventError("body") from None

    def signed(
        self, events: tuple[ProviderEvent, ...], now: datetime
    ) -> tuple[dict[str, str], bytes]:
        """Headers and body of the webhook that tells these events."""
        body = json.dumps({"events": [_written(event) for event in events]}).encode()
        moment = now.isoformat()
        return {SIGNATURE: f"{moment},{self._signature(moment, body)}"}, body

    def _signature(self, moment: str, body: bytes) -> str:
        return hmac.new(self.secret.encode(), moment.encode() + b"." + body, sha256).hexdigest()

    def _digest(self, reference: str) -> str:
        return hmac.new(self.secret.encode(), reference.encode(), sha256).hexdigest()[:32]

    def _page(self, reference: str, kind: str) -> HostedPage:
        page = f"sim_{kind}_{self._digest(f'{kind}.{reference}')}"
        return HostedPage(f"{self.pages}/simulator/{page}", page)

    def _answer_in_time(self, method: PaymentMethod) -> None:
        verb = _reachable(method)
        if verb in {"lost", "unheard"}:
            raise ProviderUnavailableError
        if verb == "slow":
            wait = timedelta(milliseconds=100 * int(method.hint.partition(":")[2]))
            self.sleep(min(wait, BUDGET))
            if wait > BUDGET:
                raise ProviderUnavailableError


def _reachable(method: PaymentMethod) -> str:
    """The verb of a hint; raises NotReachedError for one that says that nobody is there."""
    verb = method.hint.partition(":")[0]
    if verb == "down":
        raise NotReachedError
    return verb


def later_states(charged: Charged) -> tuple[tuple[date, AttemptState, str | None], ...]:
    """What becomes of an accepted SEPA debit, in order, each with its day."""
    verb, *rest = charged.request.method.hint.split(":")
    on = business_date(charged.at)
    paid = bank_days_after(on, 1)
    states: list[tuple[date, AttemptState, str | None]] = [(paid, AttemptState.SUCCEEDED, None)]
    if verb == "return":
        code, days = rest
        states.append((bank_days_after(on, int(days)), AttemptState.RETURNED, code))
    if verb == "refunded":
        code, latest = _refund_terms(rest, on)
        back = min(on + timedelta(days=int(rest[0])), latest)
        states.append((max(back, paid), AttemptState.REFUNDED, code))
    return tuple(states)


def _refund_terms(rest: list[str], on: date) -> tuple[str, date]:
    """The code of a refund and the last day on which a bank accepts it."""
    code = rest[1] if len(rest) > 1 else "MD06"
    if code == "MD01":
        return code, add_months(on, UNAUTHORISED_MONTHS)
    return code, on + timedelta(days=AUTHORISED_REFUND_DAYS)


def _written(event: ProviderEvent) -> dict[str, str | None]:
    return {
        "id": event.id,
        "kind": event.kind.value,
        "occurred_at": event.occurred_at.isoformat(),
        "reference": event.reference,
        "provider_reference": event.provider_reference,
        "raw_code": event.raw_code,
    }


def _event(written: Mapping[str, Any]) -> ProviderEvent:
    return ProviderEvent(
        id=written["id"],
        kind=EventKind(written["kind"]),
        occurred_at=datetime.fromisoformat(written["occurred_at"]),
        reference=written["reference"],
        provider_reference=written["provider_reference"],
        raw_code=written["raw_code"],
    )
