"""Pure rules of collecting: promises, instalments, what money pays, planned tries, claims, blocks, ways out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.entities.contracts import Period, Subscription
from subscriptions.entities.holds import Hold, HoldKind
from subscriptions.entities.instalments import Instalment, InstalmentState
from subscriptions.entities.invoices import Invoice, InvoiceLifecycle, InvoiceStatus
from subscriptions.entities.methods import MethodKind, PaymentMethod
from subscriptions.entities.payments import Payment, PaymentSource, PaymentState
from subscriptions.entities.promises import Promise, PromiseState
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.contracts import Entitlement, SubscriptionState
from subscriptions.model.dunning import AccessReason, AgainstPolicy
from subscriptions.model.payments import FailureClass as F
from subscriptions.model.payments import Found, InstalmentPart, Paid
from subscriptions.model.payments import WayOut as W
from subscriptions.policy import blocking, claims, collecting, instalments, promises
from subscriptions.policy.calendar import bank_days_after
from subscriptions.policy.failures import RetryDecision, decide_retry, failure_of
from subscriptions.policy.limits import Limits
from subscriptions.policy.reasons import EXPLAINED, REASONS, ways_out
from subscriptions.policy.segments import Record, Segment, record_of, segment

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
TODAY = date(2026, 11, 21)  # a Saturday
LIMITS = Limits()
ON = Limits(instalments_on=True)


def refusal(call: Callable[[], object]) -> Code | None:
    """The code of a refusal, or None."""
    try:
        call()
    except SubscriptionError as error:
        return error.code
    return None


# Promises


def promise(state: PromiseState, *, days_ago: int = 30, days: int = 5) -> Promise:
    """A promise made some days ago for some days later."""
    made = NOW - timedelta(days=days_ago)
    return Promise("V", "K", Money(1), ("R",), TODAY + timedelta(days=days), state, made)


CONFIRMED, KEPT, BROKEN = PromiseState.CONFIRMED, PromiseState.KEPT, PromiseState.BROKEN


@pytest.mark.parametrize(
    ("history", "code"),
    [
        ((), None),
        ((promise(KEPT),), None),
        ((promise(CONFIRMED),), Code.PROMISE_OPEN),
        ((promise(KEPT), promise(KEPT)), Code.PROMISE_CAP),
        ((promise(KEPT), promise(KEPT, days_ago=365)), None),
        ((promise(KEPT), promise(KEPT, days_ago=364)), Code.PROMISE_CAP),
        ((promise(BROKEN),), Code.PROMISE_BROKEN),
        ((promise(BROKEN, days_ago=364),), Code.PROMISE_BROKEN),
        ((promise(BROKEN, days_ago=366),), None),
    ],
)
def test_who_may_promise(history: tuple[Promise, ...], code: Code | None) -> None:
    assert refusal(lambda: promises.check_maker(history, TODAY, LIMITS)) is code
    assert promises.may_promise(history, TODAY, LIMITS) is (code is None)


def test_an_operator_without_promises_offers_none() -> None:
    assert not promises.may_promise((), TODAY, Limits(promise_days=0))


@pytest.mark.parametrize(
    ("days", "code"),
    [(-1, Code.DATE_IN_PAST), (0, None), (14, None), (15, Code.PROMISE_TOO_LATE)],
)
def test_until_when_somebody_may_promise(days: int, code: Code | None) -> None:
    on = TODAY + timedelta(days=days)
    assert refusal(lambda: promises.check_day(on, TODAY, LIMITS)) is code


@given(st.integers(-5, 40), st.booleans(), st.booleans())
def test_a_promise_is_broken_only_after_the_bank_had_its_time(
    late: int, paid: bool, sepa: bool
) -> None:
    made = promise(CONFIRMED)
    today = made.due_on + timedelta(days=late)
    last = bank_days_after(made.due_on, 5 if sepa else 1)
    expected = KEPT if paid else (BROKEN if today > last else None)
    assert promises.outcome(made, paid=paid, sepa=sepa, today=today) is expected


@pytest.mark.parametrize("state", [KEPT, BROKEN, PromiseState.PROPOSED])
def test_only_an_open_promise_is_decided(state: PromiseState) -> None:
    later = TODAY + timedelta(days=99)
    assert promises.outcome(promise(state), paid=True, sepa=False, today=later) is None


# Instalments


@given(st.integers(1, 10**9), st.integers(2, 3))
def test_parts_sum_to_the_cent_with_the_rest_on_the_last(total: int, parts: int) -> None:
    amounts = [m.minor for m in instalments.divide(Money(total), parts)]
    assert sum(amounts) == total
    assert len(set(amounts[:-1])) == 1
    assert 0 <= amounts[-1] - amounts[0] < parts


@given(st.integers(2, 3), st.integers(1, 50), st.dates(date(2024, 1, 1), date(2030, 1, 1)))
def test_parts_begin_today_and_end_within_the_limit(parts: int, days: int, today: date) -> None:
    found = instalments.days_of(parts, today, Limits(instalments_days=days))
    assert found[0] == today
    assert list(found) == sorted(found)
    assert found[-1] <= today + timedelta(days=days)


def test_a_plan_in_three_parts() -> None:
    assert instalments.plan(Money(11900), 3, TODAY, ON) == (
        InstalmentPart(date(2026, 11, 21), Money(3966)),
        InstalmentPart(date(2026, 12, 16), Money(3966)),
        InstalmentPart(date(2027, 1, 10), Money(3968)),
    )


@pytest.mark.parametrize(
    ("total", "limits", "running", "code", "options"),
    [
        (11900, LIMITS, False, "instalments_off", 0),
        (11900, ON, False, None, 2),
        (2999, ON, False, None, 1),
        (1999, ON, False, "instalments_limit", 0),
        (0, ON, False, "nothing_due", 0),
        (11900, ON, True, "instalments_limit", 0),
    ],
)
def test_terms(total: int, limits: Limits, running: bool, code: str | None, options: int) -> None:
    terms = instalments.terms(Money(total), TODAY, limits, running=running)
    assert (terms.refusal, len(terms.options)) == (code, options)
    for parts in terms.options:
        assert sum(p.amount.minor for p in parts) == total


def parts(*states: InstalmentState, cents: int = 100) -> tuple[Instalment, ...]:
    """Parts of one plan, a month apart."""
    return tuple(
        Instalment(
            "T", n, "K", Money(cents), TODAY + timedelta(days=30 * (n - 1)), state, ("R",), NOW
        )
        for n, state in enumerate(states, start=1)
    )


OPEN, PAID, MISSED = InstalmentState.OPEN, InstalmentState.PAID, InstalmentState.MISSED


@given(st.lists(st.integers(1, 300), min_size=1, max_size=6))
def test_money_pays_the_first_parts_first(payments: list[int]) -> None:
    plan = parts(OPEN, MISSED, OPEN)
    rest = 300
    for cents in payments:
        rest = max(rest - cents, 0)
        paid = {p.number: p for p in instalments.after_payment(plan, rest)}
        plan = tuple(paid.get(p.number, p) for p in plan)
        states = [p.state is PAID for p in plan]
        assert states == sorted(states, reverse=True)
        assert sum(states) == (300 - rest) // 100


def test_a_plan_protects_until_a_part_is_missed() -> None:
    assert instalments.is_running(parts(PAID, OPEN))
    assert not instalments.is_running(parts(MISSED, OPEN))
    assert not instalments.is_running(parts(PAID, PAID))
    assert not instalments.is_running(())


@pytest.mark.parametrize(
    ("days", "sepa", "state", "outcome"),
    [
        (0, False, OPEN, None),
        (2, False, OPEN, None),  # the Monday after
        (3, False, OPEN, MISSED),
        (6, True, OPEN, None),
        (7, True, OPEN, MISSED),
        (40, True, PAID, None),
    ],
)
def test_when_a_part_is_missed(
    days: int, sepa: bool, state: InstalmentState, outcome: InstalmentState | None
) -> None:
    (part,) = parts(state)
    today = TODAY + timedelta(days=days)
    assert instalments.outcome(part, sepa=sepa, today=today) is outcome


# Collecting


def invoice(status: InvoiceStatus = InvoiceStatus.FAILED, *, due: int = -3) -> Invoice:
    """An invoice of 11.99 that was due some days ago."""
    day = TODAY + timedelta(days=due)
    return Invoice("R", "K", "S", day, day, Money(1199), status)


@given(
    st.integers(0, 10**6),
    st.lists(st.tuples(st.text(min_size=1), st.integers(0, 10**5)), max_size=6),
)
def test_not_a_cent_is_lost_when_money_is_spread(minor: int, wanted: list[tuple[str, int]]) -> None:
    shares, left = collecting.spread(minor, wanted)
    assert sum(share.minor for share in shares) + left == minor
    assert left >= 0
    assert all(share.minor > 0 for share in shares)
    assert left == 0 or sum(s.minor for s in shares) == sum(cents for _, cents in wanted)
    assert all(share.settles for share in shares[:-1])


def test_what_is_due() -> None:
    s = InvoiceStatus
    assert collecting.is_due(invoice(), TODAY)
    assert collecting.is_due(invoice(s.OPEN, due=0), TODAY)
    assert not collecting.is_due(invoice(s.OPEN, due=1), TODAY)
    assert not collecting.is_due(invoice(s.PROCESSING), TODAY)
    assert not collecting.is_due(invoice(s.PAID), TODAY)
    assert not collecting.is_due(replace(invoice(), disputed=True), TODAY)
    assert not collecting.is_due(replace(invoice(), lifecycle=InvoiceLifecycle.VOID), TODAY)


def test_what_rests() -> None:
    hold = Hold("H", "K", HoldKind.DISPUTE, NOW, invoice="other")
    assert not collecting.rests(invoice(), [hold])
    assert collecting.rests(invoice(), [replace(hold, invoice="R")])
    assert collecting.rests(invoice(), [replace(hold, invoice=None)])
    assert collecting.rests(replace(invoice(), disputed=True), [])


@pytest.mark.parametrize(
    ("days", "code"),
    [(-1, Code.DATE_IN_PAST), (0, None), (28, None), (29, Code.DATE_TOO_FAR)],
)
def test_when_a_try_may_be_planned(days: int, code: Code | None) -> None:
    assert refusal(lambda: collecting.check_day(TODAY + timedelta(days=days), TODAY)) is code


def attempt(
    code: str | None = "insufficient_funds",
    state: AttemptState = AttemptState.FAILED,
    *,
    number: int = 1,
    due: int | None = None,
) -> Attempt:
    """A card attempt yesterday, or one that is planned."""
    day = None if due is None else TODAY + timedelta(days=due)
    at = NOW - timedelta(days=1)
    reference = f"R-{number}"
    card = MethodKind.CARD
    return Attempt(reference, "R", number, "P", card, Money(1199), state, code, at, due_on=day)


PLANNED = collecting.Planned(
    attempt=attempt(None, AttemptState.SCHEDULED, number=2, due=0),
    invoice=invoice(),
    decision=RetryDecision(1),
    resting=False,
    paused=False,
    arranged=False,
)


@pytest.mark.parametrize(
    ("planned", "reason"),
    [
        (PLANNED, None),
        (replace(PLANNED, invoice=invoice(InvoiceStatus.PAID)), "nothing_due"),
        (replace(PLANNED, invoice=invoice(InvoiceStatus.PROCESSING)), "nothing_due"),
        (replace(PLANNED, resting=True), "account_on_hold"),
        (replace(PLANNED, paused=True), "paused"),
        (replace(PLANNED, arranged=True), "arranged"),
        (
            replace(PLANNED, attempt=replace(PLANNED.attempt, due_on=TODAY - timedelta(days=3))),
            None,
        ),
        (
            replace(PLANNED, attempt=replace(PLANNED.attempt, due_on=TODAY - timedelta(days=4))),
            "too_late",
        ),
        (
            replace(PLANNED, decision=RetryDecision(0, Code.RETRY_CAP_REACHED)),
            "retry_cap_reached",
        ),
    ],
)
def test_a_planned_try_is_made_or_called_off(
    planned: collecting.Planned, reason: str | None
) -> None:
    verdict = collecting.decide_planned(planned, TODAY)
    assert verdict == collecting.Verdict(run=reason is None, reason=reason or "due")


def test_what_is_only_planned_says_nothing_about_the_method() -> None:
    tried = (attempt(), attempt(None, AttemptState.SCHEDULED, number=2, due=3))
    assert decide_retry(tried, method_updated_on=None, today=TODAY) == RetryDecision(4)
    off = replace(tried[1], state=AttemptState.CALLED_OFF)
    assert decide_retry((tried[0], off), method_updated_on=None, today=TODAY).left == 4
    failure = failure_of(invoice(), tried, None, TODAY)
    assert failure is not None
    assert (failure.kind, failure.scheduled_on) == (F.SOFT_FUNDS, TODAY + timedelta(days=3))


@pytest.mark.parametrize(
    ("code", "opens"),
    [
        ("stolen_card", True),
        ("expired_card", True),
        ("do_not_honor", True),
        ("stop_payment", True),
        ("fraudulent", False),
    ],
)
def test_a_new_method_may_be_tried_once_but_never_against_a_risk(code: str, opens: bool) -> None:
    decision = decide_retry((attempt(code),), method_updated_on=None, today=TODAY, replaced=True)
    assert decision == (RetryDecision(1) if opens else RetryDecision(0, Code.RETRY_FORBIDDEN))
    other = PaymentMethod("P-2", "K", MethodKind.CARD, "Visa", None, TODAY, "succeed")
    failure = failure_of(invoice(), (attempt(code),), None, TODAY, next_method=other)
    assert failure is not None
    assert failure.retry_allowed is opens


# Reasons and ways out


def test_every_class_is_explained_in_both_languages_without_a_forbidden_word() -> None:
    assert set(EXPLAINED) == set(F) == set(REASONS)
    spoken = [
        words for e in EXPLAINED.values() for w in (e.reason, e.todo) for words in (w.de, w.en)
    ]
    assert all(words.strip() for words in spoken)
    text = " ".join(spoken).lower()
    for word in ("gestohlen", "diebstahl", "stolen", "theft", "betrug", "fraud", "mahn", "schuld"):
        assert word not in text


@pytest.mark.parametrize("kind", F)
@pytest.mark.parametrize("retry", [True, False])
@pytest.mark.parametrize("promise", [True, False])
def test_at_least_two_ways_and_only_permitted_ones(kind: F, retry: bool, promise: bool) -> None:
    ways = ways_out(kind, retry=retry, promise=promise)
    assert len(set(ways)) == len(ways)
    assert retry or W.RETRY not in ways
    assert promise or W.PROMISE not in ways
    if kind in {F.RISK, F.STOP_ALL}:
        assert ways == (W.PERSON,)
    else:
        assert len(ways) >= 2
    if kind is F.CUSTOMER_STOP:
        assert ways[:2] == (W.PERSON, W.CANCEL)


def test_a_method_that_failed_for_good_is_not_offered_again() -> None:
    failure = failure_of(invoice(), (attempt("stolen_card"),), None, TODAY)
    assert failure is not None
    assert W.RETRY not in failure.ways
    assert "stolen" not in str(failure)


# Claims


def payment(
    cents: int = 1199, *, days_ago: int = 1, about: str | None = None, back: bool = False
) -> Payment:
    """Money that arrived some days ago."""
    at = NOW - timedelta(days=days_ago)
    state = PaymentState.RETURNED if back else PaymentState.RECEIVED
    return Payment("Z", "K", about, Money(cents), PaymentSource.TRANSFER, at, state)


def books(*payments: Payment, unpaid: bool = True, processing: bool = False) -> claims.Books:
    """Books with one open invoice, or none."""
    return claims.Books(
        (invoice(),) if unpaid else (),
        (replace(invoice(InvoiceStatus.PROCESSING), number="P"),) if processing else (),
        payments,
    )


YESTERDAY = Paid(on=TODAY - timedelta(days=1), amount=Money(1199))


@pytest.mark.parametrize(
    ("held", "said", "found"),
    [
        (books(), Paid(), Found.NOT_FOUND),
        (books(unpaid=False), Paid(), Found.PAID),
        (books(payment(about="R"), unpaid=False), Paid(), Found.PAID),
        (books(unpaid=False, processing=True), Paid(), Found.PROCESSING),
        (books(processing=True), Paid(), Found.NOT_FOUND),
        (books(processing=True), Paid(amount=Money(1199)), Found.PROCESSING),
        (books(processing=True), Paid(amount=Money(5)), Found.NOT_FOUND),
        (books(payment()), Paid(), Found.UNASSIGNED),
        (books(payment()), YESTERDAY, Found.UNASSIGNED),
        (books(payment()), Paid(amount=Money(5)), Found.NOT_FOUND),
        (books(payment(days_ago=40)), YESTERDAY, Found.NOT_FOUND),
        (books(payment(back=True)), Paid(), Found.NOT_FOUND),
        (books(payment(about="Q")), YESTERDAY, Found.PAID),
        (books(payment(about="Q", days_ago=31)), YESTERDAY, Found.NOT_FOUND),  # last month's
        (books(payment(about="Q")), Paid(amount=Money(1199)), Found.NOT_FOUND),  # no day was said
    ],
)
def test_what_is_found_of_a_claim(held: claims.Books, said: Paid, found: Found) -> None:
    answer = claims.look(held, said)
    assert answer.found is found
    assert answer.settles is (found in {Found.PAID, Found.PROCESSING})


# Blocks


def contract(state: SubscriptionState) -> Subscription:
    """A contract in a state."""
    return Subscription("S", "K", "p", state, TODAY, Period(TODAY, TODAY), 1, "P")


CLEAR = blocking.Standing(1199, on_hold=False, disputed=False, segment=Segment.STANDARD)
S = SubscriptionState


@pytest.mark.parametrize(
    ("standing", "against"),
    [
        (CLEAR, None),
        (replace(CLEAR, on_hold=True), AgainstPolicy.ON_HOLD),
        (replace(CLEAR, disputed=True), AgainstPolicy.DISPUTED),
        (replace(CLEAR, owed_minor=0), AgainstPolicy.PAID),
        (replace(CLEAR, owed_minor=299), AgainstPolicy.TRIVIAL),
        (replace(CLEAR, owed_minor=300), None),
        (replace(CLEAR, segment=Segment.LOYAL), AgainstPolicy.LOYAL),
        (replace(CLEAR, segment=Segment.REPEAT), None),
    ],
)
def test_a_block_against_policy_is_recognised(
    standing: blocking.Standing, against: AgainstPolicy | None
) -> None:
    access = blocking.explain(contract(S.SUSPENDED), standing, LIMITS)
    assert (access.entitlement, access.reason) == (Entitlement.LIMITED, AccessReason.UNPAID)
    assert access.against_policy is against
    assert (access.reopens == (W.PERSON,)) is (against is not None)
    running = blocking.explain(contract(S.PAST_DUE), standing, LIMITS)
    assert (running.entitlement, running.against_policy) == (Entitlement.FULL, None)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (S.PENDING, AccessReason.NOT_STARTED),
        (S.ACTIVE, AccessReason.RUNNING),
        (S.PAUSED, AccessReason.PAUSED),
        (S.ENDED, AccessReason.OVER),
        (S.WITHDRAWN, AccessReason.OVER),
    ],
)
def test_every_state_has_its_reason_in_both_languages(
    state: SubscriptionState, reason: AccessReason
) -> None:
    access = blocking.explain(contract(state), CLEAR, LIMITS)
    assert access.reason is reason
    assert access.words.de
    assert access.words.en
    assert set(blocking.WORDS) == set(AccessReason)


def test_the_record_counts_what_was_tried_and_a_broken_promise_weighs() -> None:
    tried = (
        attempt(),
        replace(attempt(None, AttemptState.SUCCEEDED), invoice="Q"),
        replace(attempt(None, AttemptState.SCHEDULED, due=1), invoice="X"),
    )
    assert record_of(tried) == Record(2, 1)
    years_ago = TODAY - timedelta(days=900)
    assert segment(years_ago, record_of(tried), TODAY) is Segment.LOYAL
    assert segment(years_ago, record_of(tried, broke_promise=True), TODAY) is Segment.REPEAT
