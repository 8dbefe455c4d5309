"""Stripe as payment provider, through its official SDK.

Charges are PaymentIntents confirmed off session, bank accounts are SetupIntents with a mandate, pages are Checkout
Sessions. A token of ours is `<Stripe customer>/<payment method>`. Invariants: every call that changes something
carries an idempotency key made of our reference; a call, retries included, ends within 3 s; errors of the SDK stay
here, and their texts, which may repeat what was sent, are dropped.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import stripe

from subscriptions.entities.attempts import AttemptState
from subscriptions.entities.methods import MethodKind
from subscriptions.model.base import Clock
from subscriptions.provider import stripe_answers as answers
from subscriptions.provider.port import (
    AccountRefusedError,
    AccountRequest,
    ChargeAnswer,
    Charged,
    ChargeRequest,
    HostedPage,
    PageRequest,
    ProviderEvent,
    ProviderUnavailableError,
    RefundAnswer,
    RefundRequest,
    RefundResult,
    RegisteredMethod,
    SetupKind,
    SetupRequest,
    UntrustedEventError,
)

T = TypeVar("T")
BUDGET_SECONDS = 3
SIGNATURE = "stripe-signature"
SIGNATURE_AGE = timedelta(minutes=5)
# Stripe ends a Checkout Session between half an hour and a day after it was made.
_SHORTEST, _LONGEST = timedelta(minutes=31), timedelta(hours=24)
_TYPES = {MethodKind.CARD: ["card", "link", "paypal"], MethodKind.SEPA: ["sepa_debit"]}
_SETUP_TYPES = {
    SetupKind.CARD: ["card"],
    SetupKind.WALLET: ["card"],  # Apple Pay and Google Pay are offered beside the card
    SetupKind.PAYPAL: ["paypal"],
}
_DUE = {"de": "Offener Betrag", "en": "Amount due"}


@dataclass(frozen=True, slots=True)
class StripeAccess:
    """What an operator has from Stripe. `return_url` is shown after a page; `api` is another address for tests.

    Two webhook secrets are valid while one replaces the other.
    """

    secret_key: str = field(repr=False)
    webhook_secrets: tuple[str, ...] = field(repr=False)
    return_url: str
    api: str | None = None


def _utc_now() -> datetime:
    return datetime.now(UTC)


class StripeProvider:
    """The payment provider of production. Safe to share between threads."""

    name = "stripe"
    assigns_mandates = True

    def __init__(self, access: StripeAccess, clock: Clock = _utc_now) -> None:
        self._access = access
        self._clock = clock
        self._client = stripe.StripeClient(
            access.secret_key,
            base_addresses={"api": access.api} if access.api else None,
            max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=BUDGET_SECONDS),
        )
        # The SDK limits each wait for a byte, not the whole call; waiting for a worker does.
        self._pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="stripe")

    def charge(self, request: ChargeRequest) -> ChargeAnswer:
        """Confirm a PaymentIntent without the customer."""
        customer, _, method = (request.method.token or "").partition("/")
        if not method:
            return ChargeAnswer(AttemptState.FAILED, "method_unknown")
        kind = request.method.kind
        try:
            intent = self._ask(
                lambda: self._client.v1.payment_intents.create(
                    {
                        "amount": request.amount.minor,
                        "currency": request.amount.currency.lower(),
                        "customer": customer,
                        "payment_method": method,
                        "allowed_payment_method_types": _TYPES[kind],
                        "confirm": True,
                        "off_session": True,
                        "metadata": {
                            "reference": request.reference,
                            "for": "attempt",
                            "kind": kind.value,
                        },
                    },
                    {"idempotency_key": f"charge-{request.reference}"},
                ).to_dict()
            )
        except stripe.CardError as error:
            said = _error(error)
            intent = said.get("payment_intent") or {}
            return ChargeAnswer(AttemptState.FAILED, answers.raw_code(kind, said), intent.get("id"))
        return answers.charge_answer(kind, intent)

    def outcome_of(self, charged: Charged, now: datetime) -> ChargeAnswer:
        """Look the PaymentIntent up, and its dispute if the money went back."""
        intent_id = charged.provider_reference
        if not intent_id:
            raise ProviderUnavailableError("never reached Stripe")
        intent = self._ask(
            lambda: self._client.v1.payment_intents.retrieve(
                intent_id, {"expand": ["latest_charge"]}
            ).to_dict()
        )
        kind = charged.request.method.kind
        charge = intent.get("latest_charge")
        if kind is MethodKind.SEPA and isinstance(charge, dict) and charge.get("disputed"):
            found = self._ask(
                lambda: self._client.v1.disputes.list({"payment_intent": intent_id}).to_dict()
            )["data"]
            if found:
                return answers.disputed_answer(intent, found[0])
        return answers.charge_answer(kind, intent)

    def refund(self, request: RefundRequest) -> RefundAnswer:
        """Refund a PaymentIntent, in part or whole. What Stripe refuses to refund has failed."""
        try:
            refund = self._ask(
                lambda: self._client.v1.refunds.create(
                    {
                        "payment_intent": request.charge_reference,
                        "amount": request.amount.minor,
                        "reason": "requested_by_customer",
                        "metadata": {"reference": request.reference, "why": request.reason},
                    },
                    {"idempotency_key": f"refund-{request.reference}"},
                ).to_dict()
            )
        except stripe.InvalidRequestError as error:
            return RefundAnswer(RefundResult.FAILED, None, error.code)
        return answers.refund_answer(refund)

    def refund_outcome(self, request: RefundRequest, provider_reference: str) -> RefundAnswer:
        """Look the refund up."""
        return answers.refund_answer(
            self._ask(lambda: self._client.v1.refunds.retrieve(provider_reference).to_dict())
        )

    def payment_page(self, request: PageRequest) -> HostedPage:
        """A Checkout Session; Stripe ends it after a day at the latest, whatever was asked for."""
        lines = [(line.text, line.amount) for line in request.lines]
        if not lines or any(amount.minor <= 0 for _, amount in lines):
            lines = [(_DUE[request.locale], request.amount)]  # Stripe has no credit lines
        told = {"reference": request.reference, "for": "page"}
        return self._page(
            f"page-{request.reference}",
            {
                "mode": "payment",
                "line_items": [
                    {
                        "quantity": 1,
                        "price_data": {
                            "currency": amount.currency.lower(),
                            "unit_amount": amount.minor,
                            "product_data": {"name": text},
                        },
                    }
                    for text, amount in lines
                ],
                # Money that a bank may fetch back is not shown as paid: debits go through `charge`.
                "excluded_payment_method_types": ["sepa_debit"],
                "metadata": told,
                "payment_intent_data": {"metadata": told},
                **self._shown(request.locale, request.expires_at, request.return_url),
            },
        )

    def setup_page(self, request: SetupRequest) -> HostedPage:
        """A Checkout Session that keeps a way to pay for later."""
        return self._page(
            f"setup-{request.reference}",
            {
                "mode": "setup",
                "customer_creation": "always",
                "allowed_payment_method_types": _SETUP_TYPES[request.kind],
                "metadata": {"reference": request.reference, "for": "setup"},
                **self._shown(request.locale, request.expires_at, None),
            },
        )

    def registered(self, reference: str, provider_reference: str) -> RegisteredMethod:
        """The payment method that a finished setup page left."""
        session = self._ask(
            lambda: self._client.v1.checkout.sessions.retrieve(
                provider_reference, {"expand": ["setup_intent.payment_method"]}
            ).to_dict()
        )
        intent = session.get("setup_intent") or {}
        if intent.get("status") != "succeeded":
            raise ProviderUnavailableError("unfinished")
        return answers.registered_method(intent["customer"], intent["payment_method"])

    def register_account(self, request: AccountRequest) -> RegisteredMethod:
        """A Stripe customer with a bank account and the mandate they agreed to just now."""
        try:
            return self._ask(lambda: self._register(request))
        except stripe.CardError:
            raise AccountRefusedError from None
        except stripe.InvalidRequestError as error:
            if "iban" in f"{error.param} {error.code}" or error.code in _UNUSABLE:
                raise AccountRefusedError from None
            raise ProviderUnavailableError(type(error).__name__) from None

    def verify(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> tuple[ProviderEvent, ...]:
        """The event of a webhook; its age is measured with our clock."""
        header = headers.get(SIGNATURE, "")
        signed = (self._believed(body, header, secret) for secret in self._access.webhook_secrets)
        event = next((each for each in signed if each is not None), None)
        if event is None:
            raise UntrustedEventError("signature")
        moment = dict(part.split("=", 1) for part in header.split(","))["t"]
        if abs(now - answers.moment(int(moment))) > SIGNATURE_AGE:
            raise UntrustedEventError("age")
        try:
            return (answers.event_of(event),)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise UntrustedEventError("body") from None

    def _believed(self, body: bytes, header: str, secret: str) -> Mapping[str, Any] | None:
        """The event if it was signed with this secret; how old it is we measure ourselves (tolerance 0)."""
        try:
            return self._client.construct_event(body, header, secret, tolerance=0).to_dict()
        except (stripe.SignatureVerificationError, ValueError):
            return None

    def _register(self, request: AccountRequest) -> RegisteredMethod:
        customer = self._client.v1.customers.create(
            {"name": request.holder, "email": request.email, "preferred_locales": [request.locale]},
            {"idempotency_key": f"customer-{request.reference}"},
        ).id
        intent = self._client.v1.setup_intents.create(
            {
                "customer": customer,
                "confirm": True,
                "usage": "off_session",
                "allowed_payment_method_types": ["sepa_debit"],
                "payment_method_data": {
                    "type": "sepa_debit",
                    "sepa_debit": {"iban": request.iban},
                    "billing_details": {"name": request.holder, "email": request.email},
                },
                "mandate_data": {
                    "customer_acceptance": {
                        "type": "offline",
                        "offline": {},
                        "accepted_at": int(self._clock().timestamp()),
                    }
                },
                "metadata": {"reference": request.reference, "mandate": request.mandate_reference},
                "expand": ["payment_method", "mandate"],
            },
            {"idempotency_key": f"account-{request.reference}"},
        ).to_dict()
        if intent["status"] not in {"succeeded", "processing"}:
            raise AccountRefusedError
        return answers.registered_method(customer, intent["payment_method"], intent.get("mandate"))

    def _page(self, key: str, params: Any) -> HostedPage:
        session = self._ask(
            lambda: self._client.v1.checkout.sessions.create(
                params, {"idempotency_key": key}
            ).to_dict()
        )
        return HostedPage(session["url"], session["id"])

    def _shown(self, locale: str, expires_at: datetime, return_url: str | None) -> dict[str, Any]:
        now = self._clock()
        ends = min(max(expires_at, now + _SHORTEST), now + _LONGEST)
        back = return_url or self._access.return_url
        return {
            "locale": locale,
            "expires_at": int(ends.timestamp()),
            "success_url": back,
            "cancel_url": back,
        }

    def _ask(self, call: Callable[[], T]) -> T:
        """The answer within the budget; refusals of a card or of a request pass, all else is «no answer»."""
        waiting = self._pool.submit(call)
        try:
            return waiting.result(timeout=BUDGET_SECONDS)
        except (stripe.CardError, stripe.InvalidRequestError):
            raise
        except (stripe.StripeError, TimeoutError) as error:
            waiting.cancel()
            raise ProviderUnavailableError(type(error).__name__) from None


_UNUSABLE = frozenset({"sepa_unsupported_account", "bank_account_unusable", "account_closed"})


def _error(error: stripe.CardError) -> Mapping[str, Any]:
    body = error.json_body
    said = body.get("error") if isinstance(body, dict) else None
    return said if isinstance(said, dict) else {}
