"""Errors in charges and what may be given back: by rule, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from subscriptions.entities.contracts import Period, Subscription
from subscriptions.entities.invoices import Invoice, InvoiceLifecycle, InvoiceStatus
from subscriptions.entities.payments import Payment, PaymentSource, PaymentState
from subscriptions.entities.pricing import Price
from subscriptions.entities.refunds import (
    REFUND_STEPS,
    CreditNote,
    Refund,
    RefundReason,
    RefundState,
    refund_to,
)
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.billing import Finding, FindingKind, InvoiceLine
from subscriptions.model.catalogue import Interval, Plan
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.changes import contained_tax
from subscriptions.policy.limits import Limits
from subscriptions.policy.overcharges import Charged, History, find, kept
from subscriptions.policy.pricing import PlanTerms
from subscriptions.policy.refunds import Giving, Record, Wish, credit_of, credited_tax, decide

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
START, END = date(2026, 11, 10), date(2026, 12, 10)
TODAY = date(2026, 11, 21)
PLAN = Plan("p", "streaming", "Tarif", "Plan", Money(1000), Interval.MONTH, 1, (), ())


def contract(**values: object) -> Subscription:
    base = Subscription(
        "S-1", "K-1", "p", SubscriptionState.ACTIVE, START, Period(START, END), 10, "P-1"
    )
    return replace(base, **values)


def line(minor: int = 1000, percent: int = 19, start: date = START) -> InvoiceLine:
    tax = contained_tax(minor, percent)
    end = start + timedelta(days=30)
    return InvoiceLine(
        "Tarif", "Plan", Money(minor), tax, start, end, tax_percent=percent, code="p"
    )


def invoice(number: str = "R-1", *lines: InvoiceLine, **values: object) -> Invoice:
    items = lines or (line(),)
    total = Money(sum(item.amount.minor for item in items))
    base = Invoice(number, "K-1", "S-1", START, START, total, InvoiceStatus.PAID, items)
    return replace(base, **values)


def payment(minor: int = 1000, reference: str = "Z-1", **values: object) -> Payment:
    base = Payment(reference, "K-1", "R-1", Money(minor), PaymentSource.DEBIT, NOW)
    return replace(base, **values)


def refund(
    minor: int, of: str | None = "Z-1", state: RefundState = RefundState.SUCCEEDED
) -> Refund:
    return Refund("G-1", "K-1", "R-1", of, Money(minor), RefundReason.GOODWILL, state, NOW)


def credit(minor: int) -> CreditNote:
    return CreditNote("GS-1", "K-1", "R-1", Money(minor), 0, RefundReason.GOODWILL, TODAY)


def found(*charges: Charged, held: Subscription | None = None) -> list[FindingKind]:
    return [finding.kind for finding in find(history(*charges, held=held))]


def history(*charges: Charged, held: Subscription | None = None) -> History:
    terms = PlanTerms(PLAN, (Price("p", date(2020, 1, 1), Money(1000)),))
    return History(charges, {"S-1": held or contract()}, {"p": terms})


PAID = Charged(invoice(), (payment(),))


def test_a_paid_invoice_is_right() -> None:
    assert found(PAID) == []


def test_two_payments_are_one_too_many_unless_they_are_parts() -> None:
    twice = Charged(invoice(), (payment(), payment(reference="Z-2")))
    assert found(twice) == [FindingKind.PAID_TWICE]
    parts = Charged(invoice(), (payment(400), payment(600, "Z-2")))
    assert found(parts) == []
    went_back = payment(reference="Z-2", state=PaymentState.RETURNED)
    assert found(Charged(invoice(), (payment(), went_back))) == []
    given_back = replace(twice, refunds=(refund(1000),))
    assert found(given_back) == []
    failed = replace(twice, refunds=(refund(1000, state=RefundState.FAILED),))
    assert found(failed) == [FindingKind.PAID_TWICE]


def test_a_second_invoice_for_a_period_is_needless_until_it_is_credited() -> None:
    again = Charged(invoice("R-2"))
    assert found(PAID, again) == [FindingKind.INVOICED_TWICE]
    assert found(PAID, replace(again, credits=(credit(1000),))) == []
    assert found(PAID, Charged(invoice("R-2", lifecycle=InvoiceLifecycle.VOID))) == []
    assert found(PAID, Charged(invoice("R-2", kind="change"))) == []
    assert found(PAID, Charged(invoice("R-2", line(start=END)))) == []


def test_a_charge_after_the_end() -> None:
    ended = contract(state=SubscriptionState.ENDED, ends_on=START)
    assert found(PAID, held=ended) == [FindingKind.CHARGED_AFTER_END]
    assert found(PAID, held=replace(ended, ends_on=END)) == []


def test_more_than_the_price_in_force() -> None:
    dear = Charged(invoice("R-1", line(1200)), (payment(1200),))
    (finding,) = find(history(dear))
    assert (finding.kind, finding.charged, finding.expected, finding.refundable) == (
        FindingKind.WRONG_AMOUNT,
        Money(1200),
        Money(1000),
        Money(200),
    )
    assert found(dear, held=contract(price_minor=1200)) == []
    assert found(PAID, held=contract(price_minor=900)) == [FindingKind.WRONG_AMOUNT]
    assert found(replace(dear, credits=(credit(200),))) == []


money_in = st.lists(st.integers(1, 5000), max_size=4)
states = st.sampled_from(RefundState)


@given(
    money_in, st.lists(st.tuples(st.integers(1, 2000), states), max_size=4), st.integers(1, 9999)
)
def test_what_is_refundable_was_received_and_is_still_here(
    paid: list[int], back: list[tuple[int, RefundState]], total: int
) -> None:
    payments = tuple(payment(minor, f"Z-{i}") for i, minor in enumerate(paid))
    refunds = tuple(refund(minor, None, state) for minor, state in back)
    charge = Charged(invoice("R-1", line(total)), payments, (), refunds)
    left = max(kept(payments, refunds), 0)
    for finding in find(history(charge)):
        assert 0 <= finding.refundable.minor <= left


@given(
    st.integers(1, 9999),
    st.integers(-10, 12000),
    st.integers(0, 3),
    st.lists(st.integers(1, 9999), max_size=3),
)
def test_a_refund_never_exceeds_what_is_left_nor_a_credit_note_its_invoice(
    total: int, wanted: int, earlier: int, paid: list[int]
) -> None:
    payments = tuple(payment(minor, f"Z-{i}") for i, minor in enumerate(paid))
    charge = Charged(invoice("R-1", line(total)), payments)
    record = Record(charge, find(history(charge)), [refund(100, None)] * earlier)
    limits = Limits()
    giving = outcome(Wish(Money(wanted), RefundReason.SERVICE), record)
    if isinstance(giving, Code):
        assert giving in {Code.BAD_INPUT, Code.REFUND_IMPOSSIBLE, Code.REFUND_ABOVE_LIMIT}
        return
    assert giving.amount.minor == wanted <= charge.kept
    assert credit_of(giving.reason, giving.amount.minor, charge.valid) <= charge.valid
    assert giving.payment.amount.minor >= wanted
    if giving.reason is RefundReason.SERVICE:
        assert wanted <= limits.refund_goodwill_minor
        assert earlier < limits.refunds_per_year


def outcome(wish: Wish, record: Record) -> Giving | Code:
    try:
        return decide(wish, record, Limits())
    except SubscriptionError as refused:
        return refused.code


def decided(wish: Wish, charge: Charged, *findings: Finding, earlier: int = 0) -> Giving:
    return decide(wish, Record(charge, findings, [refund(1, None)] * earlier), Limits())


def test_an_error_of_ours_decides_the_amount_and_passes_every_cap() -> None:
    dear = Charged(invoice("R-1", line(9000)), (payment(9000), payment(9000, "Z-2")))
    wish = Wish(None, RefundReason.GOODWILL)
    giving = decided(wish, dear, *find(history(dear, held=contract(price_minor=9000))), earlier=1)
    assert (giving.amount, giving.reason) == (Money(9000), RefundReason.PAID_TWICE)
    assert credit_of(giving.reason, 9000, 9000) == 0
    assert giving.payment.reference == "Z-2"


def test_a_debit_is_given_back_before_a_transfer() -> None:
    both = (payment(), payment(reference="Z-2", source=PaymentSource.TRANSFER))
    wish = Wish(Money(100), RefundReason.GOODWILL)
    assert decided(wish, Charged(invoice(), both)).payment.reference == "Z-1"


def test_no_single_payment_holds_as_much() -> None:
    parts = Charged(invoice(), (payment(400), payment(600, "Z-2")))
    with pytest.raises(SubscriptionError) as refused:
        decided(Wish(Money(700), RefundReason.GOODWILL), parts)
    assert refused.value.code is Code.REFUND_IMPOSSIBLE


@given(st.lists(st.tuples(st.integers(1, 9999), st.sampled_from([0, 7, 19])), min_size=1))
def test_a_full_credit_takes_back_exactly_the_tax(items: list[tuple[int, int]]) -> None:
    made = invoice("R-1", *[line(minor, percent) for minor, percent in items])
    assert credited_tax(made, made.total.minor) == sum(item.tax_minor for item in made.lines)
    assert 0 <= credited_tax(made, made.total.minor // 2) <= made.total.minor // 2


class Refunding(RuleBasedStateMachine):
    """Random steps of a refund: only those of the table, and money that went counts."""

    def __init__(self) -> None:
        super().__init__()
        self.refund = refund(500, state=RefundState.WAITING)

    @rule(new=st.sampled_from(RefundState))
    def step(self, new: RefundState) -> None:
        if new in REFUND_STEPS[self.refund.state]:
            self.refund = refund_to(self.refund, new)
            return
        with pytest.raises(SubscriptionError) as refused:
            refund_to(self.refund, new)
        assert refused.value.code is Code.ILLEGAL_STEP

    @precondition(lambda self: self.refund.state is RefundState.SUCCEEDED)
    @rule()
    def comes_back(self) -> None:
        self.refund = refund_to(self.refund, RefundState.FAILED)

    @invariant()
    def is_gone_unless_it_failed(self) -> None:
        gone = 1000 - kept((payment(),), (self.refund,))
        assert gone == (500 if self.refund.counts else 0)


TestRefunding = Refunding.TestCase
