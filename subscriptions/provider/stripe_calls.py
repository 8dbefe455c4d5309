"""Stripe as payment provider, through its official SDK.

Charges are PaymentIntents confirmed off session, bank accounts are SetupIntents with a mandate, pages are Checkout
Sessions. A token of ours is `<Stripe customer>/<payment method>`. Invariants: every call that changes something
carries an idempotency key made of our reference, which Stripe forgets after a day, so that what was not answered is
looked for in its lists, which are complete at once (its search is not); errors of the SDK stay here.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import stripe

from subscriptions.entities.attempts import AttemptState
from subscriptions.entities.methods import MethodKind
from subscriptions.model.base import Clock
from subscriptions.provider import stripe_answers as answers
from subscriptions.provider import stripe_forms as forms
from subscriptions.provider.port import (
    AccountRefusedError,
    AccountRequest,
    ChargeAnswer,
    Charged,
    ChargeRequest,
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
    SetupRequest,
    UntrustedEventError,
)
from subscriptions.provider.stripe_line import StripeAccess, StripeLine

SIGNATURE = "stripe-signature"
SIGNATURE_AGE = timedelta(minutes=5)
_MOST = 100  # things on one page of a list, the most that Stripe gives
_CLOCKS_DIFFER = timedelta(days=1)  # by far less, but what is not found may be charged again
_UNUSABLE = frozenset({"sepa_unsupported_account", "bank_account_unusable", "account_closed"})


def _utc_now() -> datetime:
    return datetime.now(UTC)


class StripeProvider:
    """The payment provider of production. Safe to share between threads."""

    name = "stripe"
    assigns_mandates = True
    lists_returns = True

    def __init__(self, access: StripeAccess, clock: Clock = _utc_now) -> None:
        self._access = access
        self._clock = clock
        self._line = StripeLine(access)
        self._client = self._line.client

    def charge(self, request: ChargeRequest) -> ChargeAnswer:
        """Confirm a PaymentIntent. A way to pay that Stripe does not know any more is declined, too."""
        customer, _, method = (request.method.token or "").partition("/")
        kind = request.method.kind
        if not method:
            return ChargeAnswer(AttemptState.FAILED, answers.METHOD_UNKNOWN)
        form = forms.charge(request, customer, method)
        key: stripe.RequestOptions = {"idempotency_key": f"charge-{request.reference}"}
        try:
            intent = self._line.ask(
                lambda: self._client.v1.payment_intents.create(form, key).to_dict(),
                stripe.CardError,
                stripe.InvalidRequestError,
            )
        except stripe.CardError as error:
            return answers.declined(kind, _said(error))
        except stripe.InvalidRequestError as error:
            if error.code in answers.GONE:
                return answers.declined(kind, _said(error))
            raise NotReachedError(type(error).__name__) from None
        return answers.charge_answer(kind, intent)

    def outcome_of(self, charged: Charged, now: datetime) -> ChargeAnswer | None:
        """Look the PaymentIntent up, and its dispute if the money went back."""
        intent_id = charged.provider_reference or self._intent_of(charged)
        if intent_id is None:
            return None
        intent = self._line.ask(
            lambda: self._client.v1.payment_intents.retrieve(
                intent_id, {"expand": ["latest_charge"]}
            ).to_dict()
        )
        kind = charged.request.method.kind
        if kind is MethodKind.SEPA and (intent.get("latest_charge") or {}).get("disputed"):
            found = self._line.ask(
                lambda: self._client.v1.disputes.list({"payment_intent": intent_id}).to_dict()
            )["data"]
            if found:
                return answers.disputed_answer(intent, found[0])
        return answers.charge_answer(kind, intent)

    def returns(self, since: datetime, until: datetime, after: str | None) -> ReturnsPage:
        """A page of the disputes; Stripe keeps them all, and its events for 30 days only."""
        form: stripe.params.DisputeListParams = {
            "created": {"gte": int(since.timestamp()), "lt": int(until.timestamp())},
            "limit": _MOST,
        }
        if after is not None:
            form["starting_after"] = after
        page = self._line.ask(lambda: self._client.v1.disputes.list(form).to_dict())
        found = page["data"]
        following = found[-1]["id"] if found and page["has_more"] else None
        return ReturnsPage(tuple(answers.went_back(each) for each in found), following)

    def refund(self, request: RefundRequest) -> RefundAnswer:
        """Refund a PaymentIntent, in part or whole. What Stripe refuses to refund has failed."""
        form: stripe.params.RefundCreateParams = {
            "payment_intent": request.charge_reference,
            "amount": request.amount.minor,
            "reason": "requested_by_customer",
            "metadata": {"reference": request.reference, "why": request.reason},
        }
        key: stripe.RequestOptions = {"idempotency_key": f"refund-{request.reference}"}
        try:
            refund = self._line.ask(
                lambda: self._client.v1.refunds.create(form, key).to_dict(),
                stripe.InvalidRequestError,
            )
        except stripe.InvalidRequestError as error:
            return RefundAnswer(RefundResult.FAILED, None, error.code)
        return answers.refund_answer(refund)

    def refund_outcome(self, given: GivenBack) -> RefundAnswer | None:
        """Look the refund up."""
        known, ours = given.provider_reference, given.request
        if known is not None:
            found = self._line.ask(lambda: self._client.v1.refunds.retrieve(known).to_dict())
            return answers.refund_answer(found)
        if ours is None:
            return None
        form: stripe.params.RefundListParams = {
            "payment_intent": ours.charge_reference,
            "limit": _MOST,
        }
        listed = self._line.ask(
            lambda: [
                each.to_dict() for each in self._client.v1.refunds.list(form).auto_paging_iter()
            ]
        )
        refund = answers.ours(listed, ours.reference)
        return None if refund is None else answers.refund_answer(refund)

    def payment_page(self, request: PageRequest) -> HostedPage:
        """A Checkout Session; Stripe ends it after a day at the latest, whatever was asked for."""
        form = forms.payment_page(request, self._access.return_url, self._clock())
        return self._page(form, f"page-{request.reference}")

    def setup_page(self, request: SetupRequest) -> HostedPage:
        """A Checkout Session that keeps a way to pay for later."""
        form = forms.setup_page(request, self._access.return_url, self._clock())
        return self._page(form, f"setup-{request.reference}")

    def registered(self, reference: str, provider_reference: str) -> RegisteredMethod:
        """The payment method that a finished setup page left."""
        session = self._line.ask(
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
            return self._line.ask(
                lambda: self._register(request), stripe.CardError, stripe.InvalidRequestError
            )
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
        # One time only: with two, what was signed and what is measured could differ.
        moments = [part[2:] for part in header.split(",") if part.startswith("t=")]
        if len(moments) != 1 or not moments[0].isdecimal():
            raise UntrustedEventError("signature")
        if abs(now - answers.moment(int(moments[0]))) > SIGNATURE_AGE:
            raise UntrustedEventError("age")
        try:
            return (answers.event_of(event),)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise UntrustedEventError("body") from None

    def _intent_of(self, charged: Charged) -> str | None:
        """The PaymentIntent of a charge whose answer was lost, found by our reference."""
        customer, _, method = (charged.request.method.token or "").partition("/")
        if not method:
            return None  # `charge` asked Stripe nothing
        since = int((charged.at - _CLOCKS_DIFFER).timestamp())
        form: stripe.params.PaymentIntentListParams = {
            "customer": customer,
            "created": {"gte": since},
            "limit": _MOST,
        }
        listed = self._line.ask(
            lambda: [
                each.to_dict()
                for each in self._client.v1.payment_intents.list(form).auto_paging_iter()
            ]
        )
        intent = answers.ours(listed, charged.request.reference)
        return None if intent is None else str(intent["id"])

    def _believed(self, body: bytes, header: str, secret: str) -> Mapping[str, Any] | None:
        """The event if it was signed with this secret; how old it is we measure ourselves (tolerance 0)."""
        try:
            return self._client.construct_event(body, header, secret, tolerance=0).to_dict()
        except (stripe.SignatureVerificationError, ValueError):
            return None

    def _register(self, request: AccountRequest) -> RegisteredMethod:
        customer = self._client.v1.customers.create(
            forms.customer(request), {"idempotency_key": f"customer-{request.reference}"}
        ).id
        intent = self._client.v1.setup_intents.create(
            forms.account(request, customer, self._clock()),
            {"idempotency_key": f"account-{request.reference}"},
        ).to_dict()
        if intent["status"] not in {"succeeded", "processing"}:
            raise AccountRefusedError
        return answers.registered_method(customer, intent["payment_method"], intent.get("mandate"))

    def _page(self, form: forms.Form, key: str) -> HostedPage:
        options: stripe.RequestOptions = {"idempotency_key": key}
        session = self._line.ask(
            lambda: self._client.v1.checkout.sessions.create(form, options).to_dict()
        )
        return HostedPage(session["url"], session["id"])


def _said(error: stripe.StripeError) -> Mapping[str, Any]:
    body = error.json_body
    said = body.get("error") if isinstance(body, dict) else None
    return said if isinstance(said, dict) else {}
