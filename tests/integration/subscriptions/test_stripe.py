"""The Stripe adapter against a local server in Stripe's shape: what is sent, what is made of the answers, and trouble."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from subscriptions.entities.attempts import AttemptState
from subscriptions.entities.methods import MethodKind, PaymentMethod
from subscriptions.model.base import Money
from subscriptions.model.payments import FailureClass
from subscriptions.policy.failures import classify
from subscriptions.provider import (
    AccountRefusedError,
    AccountRequest,
    Charged,
    ChargeRequest,
    EventKind,
    GivenBack,
    NotReachedError,
    PageLine,
    PageRequest,
    ProviderUnavailableError,
    RefundRequest,
    RefundResult,
    SetupKind,
    SetupRequest,
    UntrustedEventError,
)
from subscriptions.provider.stripe_calls import StripeProvider
from subscriptions.provider.stripe_line import StripeAccess
from tests.integration.subscriptions.fake_stripe import (
    KEY,
    WEBHOOK,
    FakeStripe,
    error,
    intent,
    method_card,
    method_sepa,
    serving,
)
from tests.integration.subscriptions.people import NOW
from tests.processes import free_port

INTENTS, SESSIONS = "/v1/payment_intents", "/v1/checkout/sessions"
IBAN = "AT611904300234573201"


@pytest.fixture(scope="module")
def server() -> Iterator[FakeStripe]:
    with serving() as fake:
        yield fake


@pytest.fixture
def fake(server: FakeStripe) -> FakeStripe:
    """The server without memory of other tests."""
    server.answers.clear()
    server.asked.clear()
    server.trouble = ""
    server.books = None
    return server


def provider_at(address: str) -> StripeProvider:
    access = StripeAccess(KEY, ("whsec_the_old_one", WEBHOOK), "https://shop.example/back", address)
    return StripeProvider(access, clock=lambda: NOW)


@pytest.fixture
def provider(fake: FakeStripe) -> StripeProvider:
    return provider_at(fake.address)


def request(kind: MethodKind, token: str | None = "cus_1/pm_1") -> ChargeRequest:
    method = PaymentMethod("P-1", "K-1", kind, "label", None, NOW.date(), "", token)
    return ChargeRequest("RE-1-1", method, Money(1990))


CARD, SEPA = request(MethodKind.CARD), request(MethodKind.SEPA)


# ----------------------------------------------------------------------------------------------- charge


@pytest.mark.parametrize(
    ("asked", "status", "state"),
    [
        (CARD, "succeeded", AttemptState.SUCCEEDED),
        (SEPA, "processing", AttemptState.SUBMITTED),
    ],
)
def test_a_charge_is_confirmed_off_session_under_our_reference(
    fake: FakeStripe,
    provider: StripeProvider,
    asked: ChargeRequest,
    status: str,
    state: AttemptState,
) -> None:
    fake.on("POST", INTENTS, intent(status))
    answer = provider.charge(asked)
    assert (answer.state, answer.raw_code, answer.provider_reference) == (state, None, "pi_1")
    sent = fake.last
    assert sent.headers["idempotency-key"] == "charge-RE-1-1"
    assert sent.headers["authorization"] == f"Bearer {KEY}"
    wanted = {
        "amount": "1990",
        "currency": "eur",
        "customer": "cus_1",
        "payment_method": "pm_1",
        "confirm": "true",
        "off_session": "true",
        "metadata[reference]": "RE-1-1",
    }
    assert wanted.items() <= sent.form.items()
    assert "payment_method_types[0]" not in sent.form  # refused since API version 2026-09-30


@pytest.mark.parametrize(
    ("decline", "raw", "kind"),
    [
        ("insufficient_funds", "insufficient_funds", FailureClass.SOFT_FUNDS),
        ("card_velocity_exceeded", "velocity", FailureClass.SOFT_FUNDS),
        ("do_not_honor", "do_not_honor", FailureClass.SOFT_BANK),
        ("generic_decline", "generic_decline", FailureClass.SOFT_BANK),
        ("processing_error", "processing_error", FailureClass.TECH),
        ("issuer_not_available", "issuer_not_available", FailureClass.TECH),
        ("authentication_required", "authentication_required", FailureClass.NEEDS_SCA),
        ("expired_card", "expired_card", FailureClass.UPDATE_METHOD),
        ("lost_card", "lost_card", FailureClass.HARD_METHOD),
        ("restricted_card", "pickup_card", FailureClass.HARD_METHOD),
        (
            "revocation_of_all_authorizations",
            "revocation_of_authorization",
            FailureClass.CUSTOMER_STOP,
        ),
        ("stop_payment_order", "stop_payment", FailureClass.CUSTOMER_STOP),
        ("fraudulent", "fraudulent", FailureClass.RISK),
        ("something_new", "something_new", FailureClass.UNKNOWN),
    ],
)
def test_a_declined_card_is_an_answer_with_our_code(
    fake: FakeStripe, provider: StripeProvider, decline: str, raw: str, kind: FailureClass
) -> None:
    body = error(
        "card_error",
        code="card_declined",
        decline_code=decline,
        payment_intent=intent("requires_payment_method"),
    )
    fake.on("POST", INTENTS, body, 402)
    answer = provider.charge(CARD)
    assert (answer.state, answer.raw_code) == (AttemptState.FAILED, raw)
    assert answer.provider_reference == "pi_1"
    assert classify(MethodKind.CARD, answer.raw_code) is kind


def test_a_code_without_decline_code_counts(fake: FakeStripe, provider: StripeProvider) -> None:
    fake.on("POST", INTENTS, error("card_error", code="expired_card"), 402)
    assert provider.charge(CARD).raw_code == "expired_card"


def test_a_debit_that_needs_somebody_is_declined(
    fake: FakeStripe, provider: StripeProvider
) -> None:
    fake.on("POST", INTENTS, intent("requires_action"))
    assert provider.charge(CARD).raw_code == "authentication_required"


def test_a_method_stripe_does_not_know_never_gets_there(
    fake: FakeStripe, provider: StripeProvider
) -> None:
    answer = provider.charge(request(MethodKind.CARD, None))
    assert (answer.state, answer.raw_code) == (AttemptState.FAILED, "method_unknown")
    assert fake.asked == []


@pytest.mark.parametrize(
    ("code", "asked", "raw"),
    [
        ("resource_missing", CARD, "method_unknown"),
        ("resource_missing", SEPA, "method_unknown"),
        ("payment_intent_mandate_invalid", SEPA, "MD01"),
    ],
)
def test_a_method_that_is_gone_is_declined(
    fake: FakeStripe, provider: StripeProvider, code: str, asked: ChargeRequest, raw: str
) -> None:
    fake.on("POST", INTENTS, error("invalid_request_error", code=code), 400)
    answer = provider.charge(asked)
    assert (answer.state, answer.raw_code) == (AttemptState.FAILED, raw)


# ---------------------------------------------------------------------------------------------- trouble


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (500, "api_error"),
        (429, "rate_limit"),
        (400, "invalid_request_error"),
        (401, "invalid_request_error"),
        (409, "idempotency_error"),
    ],
)
def test_an_error_of_stripe_is_no_answer(
    fake: FakeStripe, provider: StripeProvider, status: int, kind: str
) -> None:
    fake.on("POST", INTENTS, error(kind), status)
    with pytest.raises(ProviderUnavailableError) as refused:
        provider.charge(CARD)
    assert "repeats what was sent" not in repr(refused.value)
    assert len(fake.asked) == 1  # the SDK does not repeat on its own


@pytest.mark.parametrize("trouble", ["slow", "dripping", "half", "text"])
def test_what_does_not_arrive_whole_and_in_time_is_no_answer(
    fake: FakeStripe, provider: StripeProvider, trouble: str
) -> None:
    fake.on("POST", INTENTS, intent("succeeded"))
    fake.trouble = trouble
    begun = time.monotonic()
    with pytest.raises(ProviderUnavailableError):
        provider.charge(CARD)
    assert time.monotonic() - begun < 8


def test_nobody_there_is_no_answer() -> None:
    with pytest.raises(ProviderUnavailableError):
        provider_at(f"http://127.0.0.1:{free_port()}").charge(CARD)


def test_keys_do_not_show() -> None:
    access = StripeAccess(KEY, (WEBHOOK,), "https://shop.example")
    assert KEY not in repr(access) + repr(StripeProvider(access))
    assert WEBHOOK not in repr(access)


# ---------------------------------------------------------------------------------------------- outcome


def charged(asked: ChargeRequest = SEPA) -> Charged:
    return Charged(asked, NOW, "pi_1")


@pytest.mark.parametrize(
    ("reason", "state", "code"),
    [
        ("insufficient_funds", AttemptState.RETURNED, "AM04"),
        ("incorrect_account_details", AttemptState.RETURNED, "AC01"),
        ("bank_cannot_process", AttemptState.RETURNED, "MS03"),
        ("debit_not_authorized", AttemptState.REFUNDED, "MD01"),
        ("general", AttemptState.REFUNDED, "MD06"),
    ],
)
def test_a_dispute_tells_how_a_debit_went_back(
    fake: FakeStripe, provider: StripeProvider, reason: str, state: AttemptState, code: str
) -> None:
    paid = intent("succeeded", latest_charge={"id": "py_1", "object": "charge", "disputed": True})
    fake.on("GET", f"{INTENTS}/pi_1", paid)
    dispute = {"id": "du_1", "object": "dispute", "reason": reason, "created": 1795600000}
    fake.on("GET", "/v1/disputes", {"object": "list", "data": [dispute]})
    answer = provider.outcome_of(charged(), NOW)
    assert answer is not None
    assert (answer.state, answer.raw_code) == (state, code)
    assert answer.at == datetime.fromtimestamp(1795600000, UTC)


def test_a_debit_that_failed_later_carries_the_banks_code(
    fake: FakeStripe, provider: StripeProvider
) -> None:
    said = {"type": "card_error", "decline_code": "account_closed"}
    fake.on("GET", f"{INTENTS}/pi_1", intent("requires_payment_method", last_payment_error=said))
    answer = provider.outcome_of(charged(), NOW)
    assert answer is not None
    assert (answer.state, answer.raw_code) == (AttemptState.FAILED, "AC04")


def test_what_is_under_way_stays_so(fake: FakeStripe, provider: StripeProvider) -> None:
    fake.on("GET", f"{INTENTS}/pi_1", intent("processing"))
    answer = provider.outcome_of(charged(), NOW)
    assert answer is not None
    assert answer.state is AttemptState.SUBMITTED


def test_a_charge_whose_answer_was_lost_is_found_in_the_list_of_its_customer(
    fake: FakeStripe, provider: StripeProvider
) -> None:
    others = intent("succeeded", id="pi_8", metadata={"reference": "RE-1-2"})
    declined = intent("requires_payment_method", id="pi_7")
    listed = {"object": "list", "data": [others, declined, intent("processing")], "has_more": False}
    fake.on("GET", INTENTS, listed)
    fake.on("GET", f"{INTENTS}/pi_1", intent("processing"))
    answer = provider.outcome_of(Charged(SEPA, NOW), NOW)
    assert answer is not None
    assert (answer.state, answer.provider_reference) == (AttemptState.SUBMITTED, "pi_1")
    sent = fake.asked[0].form
    day_before = str(int((NOW - timedelta(days=1)).timestamp()))
    assert (sent["customer"], sent["created[gte]"]) == ("cus_1", day_before)


def test_a_charge_that_stripe_does_not_know_is_none(
    fake: FakeStripe, provider: StripeProvider
) -> None:
    fake.on("GET", INTENTS, {"object": "list", "data": [], "has_more": False})
    assert provider.outcome_of(Charged(SEPA, NOW), NOW) is None
    assert provider.outcome_of(Charged(request(MethodKind.CARD, None), NOW), NOW) is None


@pytest.mark.parametrize(
    ("kind", "status", "certain"),
    [
        ("authentication_error", 401, True),
        ("invalid_request_error", 400, True),
        ("rate_limit_error", 429, True),
        ("idempotency_error", 400, False),
        ("idempotency_error", 409, False),
        ("api_error", 500, False),
        ("api_error", 503, False),
    ],
)
def test_only_a_refusal_is_certain_to_have_done_nothing(
    fake: FakeStripe, provider: StripeProvider, kind: str, status: int, certain: bool
) -> None:
    fake.on("POST", INTENTS, error(kind), status)
    with pytest.raises(ProviderUnavailableError) as failed:
        provider.charge(CARD)
    assert isinstance(failed.value, NotReachedError) is certain


@pytest.mark.parametrize("trouble", ["lost", "half", "text", "slow"])
def test_an_answer_that_does_not_arrive_says_nothing(
    fake: FakeStripe, provider: StripeProvider, trouble: str
) -> None:
    fake.on("POST", INTENTS, intent("succeeded"))
    fake.trouble = trouble
    with pytest.raises(ProviderUnavailableError) as failed:
        provider.charge(CARD)
    assert not isinstance(failed.value, NotReachedError)


def test_without_a_connection_nothing_was_done() -> None:
    with pytest.raises(NotReachedError):
        provider_at(f"http://127.0.0.1:{free_port()}").charge(CARD)


# ---------------------------------------------------------------------------------------------- refunds

REFUND = RefundRequest("G-1", "pi_1", Money(500), "goodwill")


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("pending", RefundResult.SUBMITTED),
        ("succeeded", RefundResult.SUCCEEDED),
        ("failed", RefundResult.FAILED),
        ("canceled", RefundResult.FAILED),
    ],
)
def test_a_refund_is_asked_for_once_for_its_reference(
    fake: FakeStripe, provider: StripeProvider, status: str, result: RefundResult
) -> None:
    refund = {"id": "re_1", "object": "refund", "status": status, "failure_reason": "unknown"}
    fake.on("POST", "/v1/refunds", refund)
    fake.on("GET", "/v1/refunds/re_1", refund)
    answer = provider.refund(REFUND)
    assert (answer.state, answer.provider_reference) == (result, "re_1")
    assert fake.last.headers["idempotency-key"] == "refund-G-1"
    assert fake.last.form["amount"] == "500"
    assert provider.refund_outcome(GivenBack(None, NOW, "re_1")) == answer
    fake.on("GET", "/v1/refunds", {"object": "list", "data": [refund], "has_more": False})
    assert provider.refund_outcome(GivenBack(REFUND, NOW)) is None  # another's
    ours = refund | {"metadata": {"reference": "G-1"}}
    fake.on("GET", "/v1/refunds", {"object": "list", "data": [ours], "has_more": False})
    assert provider.refund_outcome(GivenBack(REFUND, NOW)) == answer
    assert fake.last.form["payment_intent"] == "pi_1"


def test_what_stripe_will_not_refund_has_failed(fake: FakeStripe, provider: StripeProvider) -> None:
    fake.on("POST", "/v1/refunds", error("invalid_request_error", code="charge_disputed"), 400)
    answer = provider.refund(REFUND)
    assert (answer.state, answer.raw_code) == (RefundResult.FAILED, "charge_disputed")


# ------------------------------------------------------------------------------------------------ pages


def page(lines: tuple[PageLine, ...], *, days: int = 7) -> PageRequest:
    total = Money(sum(line.amount.minor for line in lines))
    return PageRequest("R-1", total, lines, None, "de", NOW + timedelta(days=days))


def test_a_page_shows_the_lines_and_ends_within_a_day(
    fake: FakeStripe, provider: StripeProvider
) -> None:
    fake.on("POST", SESSIONS, {"id": "cs_1", "object": "checkout.session", "url": "https://pay"})
    lines = (PageLine("RE-1", Money(1990)), PageLine("RE-2", Money(990)))
    assert provider.payment_page(page(lines)).provider_reference == "cs_1"
    form = fake.last.form
    assert (form["mode"], form["locale"]) == ("payment", "de")
    assert form["line_items[1][price_data][unit_amount]"] == "990"
    assert form["metadata[reference]"] == "R-1"
    assert form["success_url"] == "https://shop.example/back"
    assert int(form["expires_at"]) == int((NOW + timedelta(hours=24)).timestamp())


def test_a_credit_among_the_lines_leaves_one_line(
    fake: FakeStripe, provider: StripeProvider
) -> None:
    fake.on("POST", SESSIONS, {"id": "cs_1", "object": "checkout.session", "url": "https://pay"})
    provider.payment_page(page((PageLine("RE-1", Money(1990)), PageLine("GS-1", Money(-500)))))
    assert fake.last.form["line_items[0][price_data][unit_amount]"] == "1490"
    assert "line_items[1][quantity]" not in fake.last.form


@pytest.mark.parametrize(
    ("kind", "types"),
    [(SetupKind.CARD, "card"), (SetupKind.WALLET, "card"), (SetupKind.PAYPAL, "paypal")],
)
def test_a_setup_page_keeps_a_way_to_pay(
    fake: FakeStripe, provider: StripeProvider, kind: SetupKind, types: str
) -> None:
    fake.on("POST", SESSIONS, {"id": "cs_2", "object": "checkout.session", "url": "https://set"})
    asked = SetupRequest("ref", "K-1", kind, "en", NOW + timedelta(hours=1))
    assert provider.setup_page(asked).url == "https://set"
    assert fake.last.form["mode"] == "setup"
    assert fake.last.form["allowed_payment_method_types[0]"] == types


@pytest.mark.parametrize(
    ("left", "label", "ends"),
    [
        (method_card(), "Visa •••• 4242", date(2028, 2, 29)),
        (method_card(wallet={"type": "apple_pay"}), "Apple Pay •••• 4242", date(2028, 2, 29)),
        ({"id": "pm_3", "object": "payment_method", "type": "paypal"}, "PayPal", None),
    ],
)
def test_what_was_left_is_known_by_a_masked_label(
    fake: FakeStripe, provider: StripeProvider, left: dict[str, Any], label: str, ends: date | None
) -> None:
    setup = {
        "id": "seti_1",
        "object": "setup_intent",
        "status": "succeeded",
        "customer": "cus_9",
        "payment_method": left,
    }
    fake.on(
        "GET",
        f"{SESSIONS}/cs_2",
        {"id": "cs_2", "object": "checkout.session", "setup_intent": setup},
    )
    method = provider.registered("ref", "cs_2")
    assert (method.label, method.expires_on, method.kind) == (label, ends, MethodKind.CARD)
    assert method.token == f"cus_9/{left['id']}"


def test_a_page_nobody_finished_left_nothing(fake: FakeStripe, provider: StripeProvider) -> None:
    setup = {"id": "seti_1", "object": "setup_intent", "status": "requires_payment_method"}
    session = {"id": "cs_2", "object": "checkout.session", "setup_intent": setup}
    fake.on("GET", f"{SESSIONS}/cs_2", session)
    with pytest.raises(ProviderUnavailableError):
        provider.registered("ref", "cs_2")


# --------------------------------------------------------------------------------------------- accounts

ACCOUNT = AccountRequest("M-1-01", IBAN, "Júlia Szabó", "j@example.org", "M-1-01", "de")


def test_a_bank_account_is_set_up_with_its_mandate(
    fake: FakeStripe, provider: StripeProvider
) -> None:
    fake.on("POST", "/v1/customers", {"id": "cus_7", "object": "customer"})
    mandate = {
        "id": "mandate_1",
        "object": "mandate",
        "payment_method_details": {"type": "sepa_debit", "sepa_debit": {"reference": "NXDS"}},
    }
    setup = {
        "id": "seti_2",
        "object": "setup_intent",
        "status": "succeeded",
        "payment_method": method_sepa(),
        "mandate": mandate,
    }
    fake.on("POST", "/v1/setup_intents", setup)
    method = provider.register_account(ACCOUNT)
    assert (method.label, method.token) == ("IBAN •••• 3201", "cus_7/pm_2")
    assert (method.mandate_reference, method.holder) == ("NXDS", "Júlia Szabó")
    form = fake.last.form
    assert form["mandate_data[customer_acceptance][type]"] == "offline"
    assert form["payment_method_data[sepa_debit][iban]"] == IBAN
    keys = [asked.headers["idempotency-key"] for asked in fake.asked]
    assert keys == ["customer-M-1-01", "account-M-1-01"]
    assert IBAN not in repr(ACCOUNT)


@pytest.mark.parametrize(
    "said",
    [
        {"code": "parameter_invalid", "param": "payment_method_data[sepa_debit][iban]"},
        {"code": "sepa_unsupported_account"},
    ],
)
def test_an_account_that_is_refused(
    fake: FakeStripe, provider: StripeProvider, said: dict[str, str]
) -> None:
    fake.on("POST", "/v1/customers", {"id": "cus_7", "object": "customer"})
    fake.on("POST", "/v1/setup_intents", error("invalid_request_error", **said), 400)
    with pytest.raises(AccountRefusedError) as refused:
        provider.register_account(ACCOUNT)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_a_setup_that_is_wrong_otherwise_is_no_answer(
    fake: FakeStripe, provider: StripeProvider
) -> None:
    fake.on("POST", "/v1/customers", {"id": "cus_7", "object": "customer"})
    fake.on("POST", "/v1/setup_intents", error("invalid_request_error", code="url_invalid"), 400)
    with pytest.raises(ProviderUnavailableError):
        provider.register_account(ACCOUNT)


# --------------------------------------------------------------------------------------------- webhooks


def signed(
    kind: str, thing: dict[str, Any], *, secret: str = WEBHOOK, at: datetime = NOW
) -> tuple[dict[str, str], bytes]:
    """An event as Stripe sends it."""
    event = {
        "id": "evt_1",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": int(NOW.timestamp()),
        "type": kind,
        "data": {"object": thing},
    }
    body = json.dumps(event)
    header = stripe.WebhookSignature.generate_signature_header(body, secret, int(at.timestamp()))
    return {"stripe-signature": header}, body.encode()


def session(mode: str, paid: str) -> dict[str, Any]:
    """A Checkout Session."""
    return {
        "id": "cs_1",
        "object": "checkout.session",
        "mode": mode,
        "payment_status": paid,
        "metadata": {"reference": "R-1"},
    }


def refund(status: str) -> dict[str, Any]:
    """A refund."""
    return {"id": "re_1", "object": "refund", "status": status, "metadata": {"reference": "G-1"}}


def dispute(reason: str) -> dict[str, Any]:
    """A dispute, which names the PaymentIntent and nothing of ours."""
    return {"id": "du_1", "object": "dispute", "payment_intent": "pi_1", "reason": reason}


FAILED = intent(
    "requires_payment_method", last_payment_error={"decline_code": "insufficient_funds"}
)


@pytest.mark.parametrize(
    ("kind", "thing", "told", "reference", "theirs", "code"),
    [
        ("payment_intent.succeeded", intent("succeeded"), EventKind.CHARGE_SUCCEEDED, "RE-1-1", "pi_1", None),
        ("payment_intent.payment_failed", FAILED, EventKind.CHARGE_FAILED, "RE-1-1", "pi_1", "AM04"),
        ("payment_intent.succeeded", intent("succeeded", metadata={}), EventKind.OTHER, None, "pi_1", None),
        ("charge.dispute.created", dispute("bank_cannot_process"), EventKind.CHARGE_RETURNED, None, "pi_1", "MS03"),
        ("charge.dispute.created", dispute("debit_not_authorized"), EventKind.CHARGE_REFUNDED, None, "pi_1", "MD01"),
        ("checkout.session.completed", session("payment", "paid"), EventKind.PAGE_PAID, "R-1", "cs_1", None),
        ("checkout.session.completed", session("payment", "unpaid"), EventKind.OTHER, "R-1", "cs_1", None),
        ("checkout.session.completed", session("setup", "no_payment_required"), EventKind.SETUP_DONE, "R-1", "cs_1", None),
        ("checkout.session.async_payment_succeeded", session("payment", "paid"), EventKind.PAGE_PAID, "R-1", "cs_1", None),
        ("refund.updated", refund("succeeded"), EventKind.REFUND_SUCCEEDED, "G-1", "re_1", None),
        ("refund.failed", refund("failed"), EventKind.REFUND_FAILED, "G-1", "re_1", None),
        ("refund.created", refund("pending"), EventKind.OTHER, "G-1", "re_1", None),
        ("customer.created", {"id": "cus_1", "object": "customer"}, EventKind.OTHER, None, "cus_1", None),
    ],
)  # fmt: skip
def test_events_in_our_words(
    provider: StripeProvider,
    kind: str,
    thing: dict[str, Any],
    told: EventKind,
    reference: str | None,
    theirs: str,
    code: str | None,
) -> None:
    headers, body = signed(kind, thing)
    (event,) = provider.verify(headers, body, NOW)
    assert (event.id, event.kind, event.occurred_at) == ("evt_1", told, NOW)
    assert (event.reference, event.provider_reference) == (reference, theirs)
    assert event.raw_code == code


@pytest.mark.parametrize("secret", ["whsec_the_old_one", WEBHOOK])
def test_both_secrets_are_good_while_one_replaces_the_other(
    provider: StripeProvider, secret: str
) -> None:
    headers, body = signed("payment_intent.succeeded", intent("succeeded"), secret=secret)
    assert provider.verify(headers, body, NOW)


@pytest.mark.parametrize(
    "wrong", ["secret", "body", "old", "early", "missing", "nonsense", "shape"]
)
def test_nothing_else_is_believed(provider: StripeProvider, wrong: str) -> None:
    at = {"old": NOW - timedelta(minutes=6), "early": NOW + timedelta(minutes=6)}.get(wrong, NOW)
    thing: dict[str, Any] = {} if wrong == "shape" else intent("succeeded")
    secret = "whsec_another" if wrong == "secret" else WEBHOOK
    headers, body = signed("payment_intent.succeeded", thing, secret=secret, at=at)
    if wrong == "body":
        body = body.replace(b"1990", b"1991")
    headers = {"missing": {}, "nonsense": {"stripe-signature": "t=,v1="}}.get(wrong, headers)
    with pytest.raises(UntrustedEventError):
        provider.verify(headers, body, NOW)


@given(body=st.binary(max_size=200), header=st.text(max_size=60))
def test_no_bytes_break_the_verification(body: bytes, header: str) -> None:
    with pytest.raises(UntrustedEventError):
        STILL.verify({"stripe-signature": header}, body, NOW)


STILL = provider_at("http://127.0.0.1:9")


@pytest.mark.parametrize("more", [f",t={int(NOW.timestamp())}", ",t=x", ",t="])
def test_a_signature_has_one_time(provider: StripeProvider, more: str) -> None:
    """What was signed long ago is not made young by a second time behind it."""
    headers, body = signed("customer.created", {"id": "cus_1"}, at=NOW - timedelta(hours=1))
    headers["stripe-signature"] += more
    with pytest.raises(UntrustedEventError):
        provider.verify(headers, body, NOW)
