"""Decisions about bank accounts, names, mandates, cards and debit days; and how attempts settle."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban as ibans

from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.entities.methods import Mandate, MandateState, MethodKind
from subscriptions.entities.parties import Account
from subscriptions.entities.setup_links import SETUP_STEPS, SetupLink, SetupState, setup_to
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.settlement import Outcome
from subscriptions.policy.calendar import add_months
from subscriptions.policy.limits import Limits
from subscriptions.policy.mandate_text import mandate_text
from subscriptions.policy.methods import (
    SEPA_COUNTRIES,
    check_debit_day,
    check_iban,
    debit_day_from,
    expiry_warning,
    fingerprint,
    lapse,
    lapses_on,
    masked,
    same_person,
    warned_days,
)
from subscriptions.policy.seller import Seller
from subscriptions.policy.settling import outcome_for, stepped, steps_to

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))


def code_of(given_iban: str) -> Code | None:
    try:
        check_iban(given_iban)
    except SubscriptionError as refused:
        return refused.code
    return None


# ---------------------------------------------------------------------------------------------- accounts


@st.composite
def german_ibans(draw: st.DrawFn) -> str:
    """Any German IBAN with good check digits."""
    account = draw(st.text("0123456789", min_size=18, max_size=18))
    return f"DE{ibans.calc_check_digits('DE00' + account)}{account}"


@given(german_ibans())
def test_a_good_iban_is_taken_however_it_is_spaced(iban: str) -> None:
    spaced = " ".join(iban[i : i + 4] for i in range(0, len(iban), 4)).lower()
    assert check_iban(spaced) == iban
    assert masked(iban) == f"IBAN •••• {iban[-4:]}"


@given(german_ibans(), st.integers(4, 21), st.integers(1, 9))
def test_one_wrong_digit_is_found(iban: str, where: int, by: int) -> None:
    wrong = iban[:where] + str((int(iban[where]) + by) % 10) + iban[where + 1 :]
    assert code_of(wrong) is Code.IBAN_INVALID


@given(german_ibans(), st.integers(4, 20))
def test_two_swapped_digits_are_found(iban: str, where: int) -> None:
    swapped = iban[:where] + iban[where + 1] + iban[where] + iban[where + 2 :]
    assert (code_of(swapped) is None) is (swapped == iban)


@given(st.text(max_size=40))
def test_no_words_are_taken_for_an_account(words: str) -> None:
    assert code_of(words) in {None, Code.IBAN_INVALID, Code.IBAN_OUTSIDE_SEPA}


@pytest.mark.parametrize(
    ("iban", "code"),
    [
        ("CH93 0076 2011 6238 5295 7", None),
        ("GB82 WEST 1234 5698 7654 32", None),
        ("FR14 2004 1010 0505 0001 3M02 606", None),
        ("TR33 0006 1005 1978 6457 8413 26", Code.IBAN_OUTSIDE_SEPA),
        ("SA03 8000 0000 6080 1016 7519", Code.IBAN_OUTSIDE_SEPA),
        ("DE", Code.IBAN_INVALID),
        ("US64 SVBK US6S 3300 9673 637", Code.IBAN_INVALID),
    ],
)
def test_accounts_inside_and_outside_of_sepa(iban: str, code: Code | None) -> None:
    assert code_of(iban) is code


def test_the_sepa_area_has_its_countries() -> None:
    assert len(SEPA_COUNTRIES - {"GI"}) == 41  # Gibraltar counts as British but has its own code
    assert {"DE", "AT", "CH", "NO", "GB", "VA"} <= SEPA_COUNTRIES


def test_a_fingerprint_tells_accounts_of_one_order_apart() -> None:
    one = fingerprint("DE89370400440532013000", "K-1.key")
    assert one == fingerprint("DE89370400440532013000", "K-1.key")
    assert one != fingerprint("DE89370400440532013000", "K-1.other")
    assert one != fingerprint("AT611904300234573201", "K-1.key")


@pytest.mark.parametrize(
    ("name", "other", "same"),
    [
        ("Júlia Szabó", "SZABO, Julia", True),
        ("Jürgen Weiß", "Juergen Weiss", True),
        ("Dr. Anna-Lena Groß", "Dr Anna Lena Gross", True),
        ("Anna Lindqvist", "Anna  Lindqvist ", True),
        ("Jürgen Weiß", "Ju\u0308rgen Weiß", True),  # combining marks
        ("Anna Lindqvist", "Anders Lindqvist", False),
        ("Anna Lindqvist", "Lindqvist", False),
        ("Anna Lindqvist", "", False),
    ],
)
def test_whose_name_it_is(name: str, other: str, same: bool) -> None:
    assert same_person(name, other) is same
    assert same_person(other, name) is same


# ---------------------------------------------------------------------------------------------- mandates


def mandate(signed: date, used: date | None, state: MandateState = MandateState.ACTIVE) -> Mandate:
    return Mandate("M-1", "P-1", state, signed, last_used_on=used)


@given(signed=DAYS, used=st.none() | DAYS, today=DAYS)
def test_a_mandate_lapses_after_36_unused_months(
    signed: date, used: date | None, today: date
) -> None:
    after = lapse(mandate(signed, used), today)
    last = add_months(used or signed, 36)
    assert (after.state is MandateState.LAPSED) is (today > last)
    assert after.ended_on == (today if today > last else None)
    assert lapses_on(after) == last
    assert lapse(after, today) == after


@pytest.mark.parametrize(
    "state", [MandateState.REVOKED, MandateState.INVALID, MandateState.CREATED]
)
def test_what_is_over_or_not_begun_does_not_lapse(state: MandateState) -> None:
    given_mandate = mandate(date(2000, 1, 1), None, state)
    assert lapse(given_mandate, TODAY) == given_mandate


@pytest.mark.parametrize("locale", ["de", "en"])
@pytest.mark.parametrize("reference", ["M-1001-02", None])
def test_the_text_of_a_mandate_is_whole(locale: str, reference: str | None) -> None:
    text = mandate_text(
        Seller(), reference=reference, label="IBAN •••• 3201", holder="Anna {x}", locale=locale
    )
    for part in (Seller().name, Seller().creditor_id, "IBAN •••• 3201", "Anna {x}"):
        assert part in text
    assert ("M-1001-02" in text) is (reference is not None)
    assert "None" not in text


# -------------------------------------------------------------------------------------- cards, debit day


@given(expires=st.none() | DAYS, today=DAYS)
def test_a_card_is_warned_of_twice(expires: date | None, today: date) -> None:
    warned = expiry_warning(expires, today)
    assert (warned is not None) is (expires in warned_days(today))
    if warned is not None:
        assert today + timedelta(days=warned) == expires
        assert warned in {30, 7}


def account(day: int | None = None, changed: datetime | None = None) -> Account:
    return Account("A-1", "K-1", debit_day=day, debit_day_changed_at=changed)


def refusal(changed: Account, day: int, today: date = TODAY) -> SubscriptionError | None:
    try:
        check_debit_day(changed, day, today, Limits())
    except SubscriptionError as refused:
        return refused
    return None


@given(st.integers(-5, 40))
def test_the_debit_day_exists_in_every_month(day: int) -> None:
    refused = refusal(account(), day)
    assert (refused is None) is (1 <= day <= 28)
    if refused is not None:
        assert (refused.code, refused.facts) == (Code.DEBIT_DAY_INVALID, {"most": 28})
        return
    assert all(date(year, month, day) for year in (2027, 2028) for month in range(1, 13))


@given(days=st.integers(0, 400))
def test_the_debit_day_changes_once_in_six_months(days: int) -> None:
    changed = account(10, NOW)
    again = debit_day_from(changed, Limits())
    assert again == date(2027, 5, 21)
    today = TODAY + timedelta(days=days)
    refused = refusal(changed, 11, today)
    assert (refused is None) is (today >= again)
    if refused is not None:
        assert refused.code is Code.DEBIT_DAY_TOO_OFTEN
        assert refused.facts["until"] == again


# --------------------------------------------------------------------------------------------- settling


def attempt(state: AttemptState, kind: MethodKind = MethodKind.SEPA) -> Attempt:
    return Attempt("RE-1-1", "RE-1", 1, "P-1", kind, Money(1), state, None, NOW)


TOLD = (AttemptState.SUCCEEDED, AttemptState.FAILED, AttemptState.RETURNED, AttemptState.REFUNDED)


@given(st.sampled_from(AttemptState), st.sampled_from(TOLD), st.sampled_from(MethodKind))
def test_steps_lead_where_the_provider_says_or_nowhere(
    state: AttemptState, told: AttemptState, kind: MethodKind
) -> None:
    tried = attempt(state, kind)
    outcome = outcome_for(tried, told)
    if outcome is not Outcome.APPLIED:
        assert outcome in {Outcome.STALE, Outcome.CONFLICT}
        return
    for step in steps_to(tried, told):
        tried = stepped(tried, step, "AM04", NOW)  # raises on a step that the machine lacks
    assert tried.state is told
    assert (tried.failure_class is None) is (told is AttemptState.SUCCEEDED)


@given(st.sampled_from([TOLD[:1], TOLD[1:2], (TOLD[0], TOLD[2]), (TOLD[0], TOLD[3])]), st.data())
def test_any_order_of_a_true_history_ends_the_same(
    history: tuple[AttemptState, ...], data: st.DataObject
) -> None:
    order = data.draw(st.permutations([*history, *history]))
    tried = attempt(AttemptState.SUBMITTED)
    for told in order:
        assert outcome_for(tried, told) is not Outcome.CONFLICT
        for step in steps_to(tried, told):
            tried = stepped(tried, step, "AM04", NOW)
    assert tried.state is history[-1]


@given(st.lists(st.sampled_from(SetupState), max_size=6))
def test_random_setup_links(steps: list[SetupState]) -> None:
    link = SetupLink("h", "K-1", "card", None, SetupState.OPEN, NOW, NOW)
    for new in steps:
        if new in SETUP_STEPS[link.state]:
            link = setup_to(link, new)
            continue
        with pytest.raises(SubscriptionError) as refused:
            setup_to(link, new)
        assert refused.value.code is Code.ILLEGAL_STEP
