"""The simulator: each hint does what it says, repeating changes nothing, and only signed news are believed."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscriptions.entities.attempts import AttemptState
from subscriptions.entities.methods import MethodKind, PaymentMethod
from subscriptions.model.base import Money
from subscriptions.model.payments import FailureClass
from subscriptions.policy.calendar import bank_days_after, business_date
from subscriptions.policy.failures import classify
from subscriptions.policy.settling import is_lost, stepped, steps_to
from subscriptions.provider import (
    AccountRequest,
    Charged,
    ChargeRequest,
    EventKind,
    GivenBack,
    NotReachedError,
    PageRequest,
    ProviderChoice,
    ProviderEvent,
    ProviderUnavailableError,
    RefundRequest,
    RefundResult,
    SetupKind,
    SetupRequest,
    SimulatedProvider,
    UntrustedEventError,
    choose_provider,
    scheduled,
)
from subscriptions.provider.stripe_calls import StripeProvider
from tests.integration.subscriptions.people import NOW

A = AttemptState
DAY = date(2026, 11, 21)  # a Saturday
SIM = SimulatedProvider("a secret", sleep=lambda _: None)


def request(hint: str, kind: MethodKind = MethodKind.SEPA) -> ChargeRequest:
    method = PaymentMethod("P-1", "K-1", kind, "label", None, DAY, hint)
    return ChargeRequest("RE-1-1", method, Money(1990))


def outcome(hint: str, days: int) -> tuple[AttemptState, str | None]:
    """Where a SEPA debit of today stands so many days later."""
    answer = SIM.outcome_of(Charged(request(hint), NOW), NOW + timedelta(days=days))
    assert answer is not None
    return answer.state, answer.raw_code


@pytest.mark.parametrize(
    ("hint", "kind", "state", "code"),
    [
        ("succeed", MethodKind.CARD, A.SUCCEEDED, None),
        ("succeed", MethodKind.SEPA, A.SUBMITTED, None),
        ("return:MS03:3", MethodKind.SEPA, A.SUBMITTED, None),
        ("refunded:20", MethodKind.SEPA, A.SUBMITTED, None),
        ("slow:20", MethodKind.CARD, A.SUCCEEDED, None),
        ("sca", MethodKind.CARD, A.FAILED, "authentication_required"),
        ("fail:expired_card", MethodKind.CARD, A.FAILED, "expired_card"),
        ("fail:AM04", MethodKind.SEPA, A.FAILED, "AM04"),
        ("norefund:charge_disputed", MethodKind.CARD, A.SUCCEEDED, None),
    ],
)
def test_the_first_answer(
    hint: str, kind: MethodKind, state: AttemptState, code: str | None
) -> None:
    first = SIM.charge(request(hint, kind))
    assert (first.state, first.raw_code) == (state, code)
    assert SIM.charge(request(hint, kind)) == first


@pytest.mark.parametrize("hint", ["down", "slow:31"])
def test_nobody_waits_longer_than_the_budget(hint: str) -> None:
    slept: list[timedelta] = []
    with pytest.raises(ProviderUnavailableError):
        replace(SIM, sleep=slept.append).charge(request(hint, MethodKind.CARD))
    assert sum(slept, timedelta(0)) <= timedelta(seconds=3)


def test_slow_is_really_waited_for() -> None:
    slept: list[timedelta] = []
    replace(SIM, sleep=slept.append).charge(request("slow:25", MethodKind.CARD))
    assert slept == [timedelta(milliseconds=2500)]


@pytest.mark.parametrize(
    ("hint", "days", "state", "code"),
    [
        ("succeed", 1, A.SUBMITTED, None),  # Sunday
        ("succeed", 2, A.SUCCEEDED, None),
        ("succeed", 300, A.SUCCEEDED, None),
        ("return:MS03:3", 2, A.SUCCEEDED, None),
        ("return:MS03:3", 4, A.RETURNED, "MS03"),
        ("return:AC04:1", 2, A.RETURNED, "AC04"),
        ("refunded:20", 19, A.SUCCEEDED, None),
        ("refunded:20", 20, A.REFUNDED, "MD06"),
        ("refunded:70", 57, A.REFUNDED, "MD06"),  # 8 weeks at most without a reason
        ("refunded:300:MD01", 299, A.SUCCEEDED, None),
        ("refunded:300:MD01", 300, A.REFUNDED, "MD01"),
        ("refunded:500:MD01", 395, A.REFUNDED, "MD01"),  # 13 months at most
        ("fail:AC04", 5, A.SUCCEEDED, None),  # taken once, so not declined any more
    ],
)
def test_what_becomes_of_a_debit(
    hint: str, days: int, state: AttemptState, code: str | None
) -> None:
    assert outcome(hint, days) == (state, code)


@given(days=st.integers(1, 5), wait=st.integers(0, 20), code=st.sampled_from(["AM04", "MS03"]))
def test_a_return_comes_on_its_bank_day(days: int, wait: int, code: str) -> None:
    state, said = outcome(f"return:{code}:{days}", wait)
    due = bank_days_after(business_date(NOW), days)
    came = business_date(NOW) + timedelta(days=wait) >= due
    assert (state is A.RETURNED) is came
    assert (said == code) is came


@given(st.integers(0, 400), st.integers(0, 60))
def test_a_debit_never_goes_back_in_time(wait: int, more: int) -> None:
    rank = {A.SUBMITTED: 0, A.SUCCEEDED: 1, A.RETURNED: 2, A.REFUNDED: 2}
    for hint in ("succeed", "return:AM04:2", "refunded:30"):
        assert rank[outcome(hint, wait)[0]] <= rank[outcome(hint, wait + more)[0]]


@pytest.mark.parametrize(
    ("hint", "kind", "state"),
    [
        ("succeed", MethodKind.CARD, RefundResult.SUCCEEDED),
        ("succeed", MethodKind.SEPA, RefundResult.SUBMITTED),
        ("norefund:x", MethodKind.CARD, RefundResult.FAILED),
    ],
)
def test_refunds(hint: str, kind: MethodKind, state: RefundResult) -> None:
    asked = RefundRequest("G-1", "sim_RE-1-1", Money(1), "goodwill", request(hint, kind).method)
    answer = SIM.refund(asked)
    assert (answer.state, answer.provider_reference) == (state, "sim_G-1")
    later = SIM.refund_outcome(GivenBack(None, NOW, "sim_G-1"))
    assert later is not None
    assert later.state is RefundResult.SUCCEEDED


def test_pages_are_ours_and_cannot_be_guessed_without_the_secret() -> None:
    asked = PageRequest("R-1", Money(1990), (), None, "de", NOW)
    page = replace(SIM, pages="https://chat.example").payment_page(asked)
    assert page.url.startswith("https://chat.example/simulator/")
    assert SIM.payment_page(asked).provider_reference == page.provider_reference
    assert replace(SIM, secret="another").payment_page(asked).url != SIM.payment_page(asked).url


@pytest.mark.parametrize("kind", SetupKind)
def test_a_setup_page_leaves_what_it_was_for(kind: SetupKind) -> None:
    page = SIM.setup_page(SetupRequest("ref", "K-1", kind, "de", NOW))
    left = SIM.registered("ref", page.provider_reference)
    wanted = {"card": "Visa", "paypal": "PayPal", "wallet": "Apple Pay"}[kind.value]
    assert left.label.startswith(wanted)
    assert left.kind is MethodKind.CARD


def test_an_account_leaves_its_last_digits_only() -> None:
    iban = "AT611904300234573201"
    asked = AccountRequest("M-1", iban, "Anna", "a@example.org", "M-1", "de")
    left = SIM.register_account(asked)
    assert left.label == "IBAN •••• 3201"
    assert iban[:-4] not in repr(left) + repr(asked)


EVENT = ProviderEvent("evt-1", EventKind.CHARGE_RETURNED, NOW, "RE-1-1", "sim_RE-1-1", "MS03")


def test_signed_news_come_as_they_were_sent() -> None:
    other = ProviderEvent("evt-2", EventKind.OTHER, NOW)
    headers, body = SIM.signed((EVENT, other), NOW)
    assert SIM.verify(headers, body, NOW + timedelta(minutes=4)) == (EVENT, other)


@given(st.integers(0, 200), st.binary(min_size=1, max_size=1))
def test_one_other_byte_is_not_believed(where: int, byte: bytes) -> None:
    headers, body = SIM.signed((EVENT,), NOW)
    at = where % len(body)
    forged = body[:at] + byte + body[at + 1 :]
    if forged == body:
        assert SIM.verify(headers, forged, NOW)
    else:
        with pytest.raises(UntrustedEventError):
            SIM.verify(headers, forged, NOW)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_old_and_early_news_are_not_believed(minutes: int) -> None:
    headers, body = SIM.signed((EVENT,), NOW + timedelta(minutes=minutes))
    with pytest.raises(UntrustedEventError):
        SIM.verify(headers, body, NOW)


def test_a_signed_body_of_another_shape_is_not_believed() -> None:
    for body in (b"{}", b"[]", b"null", b'{"events": [{}]}', b'{"events": [1]}'):
        moment = NOW.isoformat()
        headers = {"simulator-signature": f"{moment},{SIM._signature(moment, body)}"}
        with pytest.raises(UntrustedEventError):
            SIM.verify(headers, body, NOW)


def test_without_a_secret_nothing_is_believed() -> None:
    open_to_all = SimulatedProvider()
    with pytest.raises(UntrustedEventError):
        open_to_all.verify(*open_to_all.signed((EVENT,), NOW), NOW)


def test_an_attempt_carries_what_was_answered() -> None:
    asked = replace(
        scheduled(request("succeed"), invoice="RE-1", number=2, at=NOW, decided_by="bot"),
        state=A.UNKNOWN,
    )
    assert (asked.reference, asked.number, asked.decided_by) == ("RE-1-1", 2, "bot")
    failed = stepped(asked, A.FAILED, "AM04", NOW)
    assert failed.failure_class is FailureClass.SOFT_FUNDS
    assert failed.failure_class is classify(failed.kind, failed.raw_code)
    assert stepped(asked, A.SUCCEEDED, None, NOW).settled_at == NOW
    for state in (A.SUBMITTED, A.NOT_SUBMITTED):
        told = stepped(asked, state, None, NOW)
        assert (told.state, told.settled_at, told.failure_class) == (state, None, None)
    assert steps_to(asked, A.RETURNED) == (A.SUCCEEDED, A.RETURNED)


def test_an_answer_that_is_lost_is_found_by_our_reference() -> None:
    for kind, state in ((MethodKind.CARD, A.SUCCEEDED), (MethodKind.SEPA, A.SUBMITTED)):
        asked = request("lost", kind)
        with pytest.raises(ProviderUnavailableError) as lost:
            SIM.charge(asked)
        assert not isinstance(lost.value, NotReachedError)
        found = SIM.outcome_of(Charged(asked, NOW), NOW)
        assert found is not None
        assert (found.state, found.provider_reference) == (state, "sim_RE-1-1")


def test_what_was_never_heard_is_not_known() -> None:
    with pytest.raises(ProviderUnavailableError):
        SIM.charge(request("unheard"))
    assert SIM.outcome_of(Charged(request("unheard"), NOW), NOW) is None
    asked = RefundRequest("G-1", "ch", Money(1), "goodwill", request("unheard").method)
    assert SIM.refund_outcome(GivenBack(asked, NOW)) is None


def test_a_provider_that_is_down_has_done_nothing() -> None:
    with pytest.raises(NotReachedError):
        SIM.charge(request("down"))
    with pytest.raises(NotReachedError):
        SIM.outcome_of(Charged(request("down"), NOW), NOW)


@pytest.mark.parametrize(("minutes", "lost"), [(0, False), (59, False), (60, True), (1500, True)])
def test_what_is_not_known_is_lost_after_an_hour(minutes: int, lost: bool) -> None:
    assert is_lost(NOW, NOW + timedelta(minutes=minutes)) is lost


# ----------------------------------------------------------------------------------------------- choice


def clock() -> datetime:
    return NOW


def test_the_simulator_is_the_default() -> None:
    assert choose_provider(ProviderChoice(), clock) == SimulatedProvider("")
    assert choose_provider(ProviderChoice(webhook_secret="new, old"), clock).name == "simulator"


def test_stripe_is_refused_without_its_secrets() -> None:
    whole = ProviderChoice("stripe", "sk_test_not_real", "whsec_not_real", "https://shop.example")
    assert isinstance(choose_provider(whole, clock), StripeProvider)
    for missing in ("secret_key", "webhook_secret", "return_url"):
        with pytest.raises(ValueError, match=missing.replace("_url", " URL").replace("_", " ")):
            choose_provider(replace(whole, **{missing: ""}), clock)  # type: ignore[arg-type]  # each is a str
    with pytest.raises(ValueError, match="unknown"):
        choose_provider(ProviderChoice("cash"), clock)
    assert "not_real" not in repr(whole)
