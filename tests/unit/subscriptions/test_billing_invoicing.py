"""A period's invoice: every cent is on a line, every rate contains its exact tax, never below zero."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from subscriptions.entities.addons import Addon, BookedAddon
from subscriptions.entities.contracts import Period
from subscriptions.entities.vouchers import Redemption, Voucher, VoucherKind
from subscriptions.model.base import Money
from subscriptions.model.catalogue import Interval, Plan
from subscriptions.policy.changes import contained_tax
from subscriptions.policy.invoicing import PeriodInvoice, PeriodTerms, period_invoice, spend

PERIOD = Period(date(2026, 12, 15), date(2027, 1, 15))
BEFORE = date(2026, 1, 1)


def plan(minor: int = 1199, interval: Interval = Interval.MONTH) -> Plan:
    return Plan("p", "streaming", "Tarif", "Plan", Money(minor), interval, 1, (), ())


def booked(
    minor: int = 300,
    percent: int = 19,
    quantity: int = 1,
    interval: Interval = Interval.MONTH,
    ends_on: date | None = None,
) -> BookedAddon:
    addon = Addon("a", "streaming", "Profil", "Profile", Money(minor), interval, percent, 5)
    return BookedAddon("B-1", "S-1", addon, quantity, BEFORE, ends_on)


def redeemed(kind: VoucherKind, value: int, left: int = 1, code: str = "HELLO") -> Redemption:
    voucher = Voucher(code, kind, value, BEFORE)
    return Redemption(voucher, "K-1", "S-1", datetime(2026, 1, 1, tzinfo=UTC), left, "G-1")


def invoice(*vouchers: Redemption, addons: tuple[BookedAddon, ...] = ()) -> PeriodInvoice:
    return period_invoice(PeriodTerms(plan(), 19, PERIOD, addons, vouchers))


intervals = st.sampled_from(Interval)
rates = st.sampled_from([0, 7, 19])
cents = st.integers(0, 50_000)
redemptions = st.lists(
    st.builds(
        redeemed,
        st.sampled_from(VoucherKind),
        st.integers(0, 100),
        left=st.integers(0, 24),
        code=st.sampled_from(["A", "B", "C"]),
    ),
    max_size=3,
).map(tuple)
some_addons = st.lists(
    st.builds(booked, cents, rates, st.integers(1, 5), intervals), max_size=4
).map(tuple)
terms = st.builds(
    PeriodTerms, st.builds(plan, cents, intervals), rates, st.just(PERIOD), some_addons, redemptions
)


@given(terms)
def test_lines_sum_to_a_total_that_is_never_negative(given_terms: PeriodTerms) -> None:
    made = period_invoice(given_terms)
    assert sum(line.amount.minor for line in made.lines) == made.total.minor >= 0


@given(terms)
def test_every_rate_contains_exactly_the_tax_of_its_sum(given_terms: PeriodTerms) -> None:
    made = period_invoice(given_terms)
    for percent in {line.tax_percent for line in made.lines}:
        lines = [line for line in made.lines if line.tax_percent == percent]
        gross = sum(line.amount.minor for line in lines)
        assert gross >= 0
        assert sum(line.tax_minor for line in lines) == contained_tax(gross, percent or 0)
        for line in lines[:-1]:
            assert line.tax_minor == contained_tax(line.amount.minor, percent or 0)


@given(terms)
def test_a_voucher_counts_as_used_exactly_when_it_took_something_off(
    given_terms: PeriodTerms,
) -> None:
    made = period_invoice(given_terms)
    used = {redemption.voucher.code for redemption in made.used}
    assert {line.code for line in made.lines if line.kind == "voucher"} == used
    assert all(line.amount.minor < 0 for line in made.lines if line.kind == "voucher")
    assert all(line.amount.minor >= 0 for line in made.lines if line.kind != "voucher")


@given(terms)
def test_taking_vouchers_away_never_makes_it_cheaper(given_terms: PeriodTerms) -> None:
    without = period_invoice(replace(given_terms, vouchers=()))
    assert period_invoice(given_terms).total.minor <= without.total.minor


def test_the_plan_alone() -> None:
    made = invoice()
    assert [(line.kind, line.code, line.amount, line.tax_minor) for line in made.lines] == [
        ("plan", "p", Money(1199), 191)
    ]
    assert (made.lines[0].period_start, made.lines[0].period_end) == (PERIOD.start, PERIOD.end)


def test_addons_with_their_quantity() -> None:
    made = invoice(addons=(booked(quantity=2), booked(ends_on=PERIOD.start)))
    assert [(line.text_de, line.text_en, line.amount) for line in made.lines[1:]] == [
        ("2 × Profil", "2 × Profile", Money(600))
    ]


def test_an_addon_costs_what_its_months_cost() -> None:
    yearly = PeriodTerms(plan(interval=Interval.YEAR), 19, PERIOD, (booked(300),))
    assert period_invoice(yearly).lines[1].amount == Money(3600)


def test_percent_is_taken_off_everything() -> None:
    made = invoice(redeemed(VoucherKind.PERCENT, 20), addons=(booked(301),))
    assert made.lines[-1].text_de == "Gutschein HELLO (20 %)"
    assert made.lines[-1].amount == Money(-300)
    assert made.total == Money(1200)


def test_an_amount_is_split_over_the_rates_and_never_goes_below_zero() -> None:
    mixed = (booked(1000, 7),)
    made = invoice(redeemed(VoucherKind.AMOUNT, 1000), addons=mixed)
    off = [(line.tax_percent, line.amount.minor) for line in made.lines if line.kind == "voucher"]
    assert off == [(19, -545), (7, -455)]
    assert invoice(redeemed(VoucherKind.AMOUNT, 5000), addons=mixed).total == Money(0)


def test_free_months_free_the_plan_only() -> None:
    made = invoice(redeemed(VoucherKind.MONTHS, 2, left=2), addons=(booked(300),))
    assert made.total == Money(300)


def test_two_free_months_of_a_year() -> None:
    gift = redeemed(VoucherKind.MONTHS, 2, left=2)
    year = PeriodTerms(plan(11900, Interval.YEAR), 19, PERIOD, (), (gift,))
    assert period_invoice(year).lines[1].amount == Money(-1983)
    assert spend(gift, Interval.YEAR).periods_left == 0
    assert spend(gift, Interval.MONTH).periods_left == 1


def test_a_voucher_that_finds_nothing_left_is_kept() -> None:
    first, second = redeemed(VoucherKind.AMOUNT, 9999), redeemed(VoucherKind.PERCENT, 50, code="B")
    assert invoice(first, second).used == (first,)


def test_a_voucher_used_up_takes_nothing_off() -> None:
    assert invoice(redeemed(VoucherKind.PERCENT, 20, left=0)).total == Money(1199)
