"""Questions about money: two customers, two correct answers; nobody else learns anything."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.entities.holds import Hold, HoldKind
from subscriptions.entities.invoices import InvoiceLifecycle, InvoiceStatus
from subscriptions.entities.methods import MethodKind
from subscriptions.entities.pauses import Pause, PauseState
from subscriptions.entities.vouchers import VoucherKind
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.billing import FindingKind, MethodProblem, TaxSum
from subscriptions.store import accounts, holds, invoices, pauses
from subscriptions.store import tables as t
from subscriptions.store.engine import writing
from tests.integration.subscriptions import making_billing as making
from tests.integration.subscriptions.people import NOBODY, NOW, SetClock, bot_for

MARCUS = bot_for("K-1002")
TODAY = making.TODAY


def test_two_customers_get_two_different_charges(business: Subscriptions) -> None:
    anna = business.billing.explain_charge(bot_for("K-1001"))
    gerda = business.billing.explain_charge(bot_for("K-1005"))
    assert (anna.invoice, anna.total, anna.status) == ("RE-1001-0025", Money(1199), "failed")
    assert (anna.issued_on, anna.method) == (date(2026, 11, 15), "Visa •••• 4242")
    assert (gerda.invoice, gerda.total) == ("RE-1005-0025", Money(3990))
    assert [(line.text_de, line.tax_minor) for line in anna.lines] == [("Stream Standard", 191)]
    assert gerda.lines[0].tax_minor == 261  # 7 % contained in 39.90


def test_lines_always_sum_to_the_total(business: Subscriptions) -> None:
    for index in range(1, 26):
        charge = business.billing.explain_charge(bot_for("K-1001"), f"RE-1001-{index:04d}")
        assert sum(line.amount.minor for line in charge.lines) == charge.total.minor
        assert sum(tax.gross.minor for tax in charge.taxes) == charge.total.minor


def test_an_invoice_of_somebody_else_does_not_exist(business: Subscriptions) -> None:
    with pytest.raises(SubscriptionError) as refused:
        business.billing.explain_charge(bot_for("K-1002"), "RE-1001-0025")
    assert refused.value.code is Code.NOT_FOUND


def test_a_charge_has_two_statuses_and_everything_that_happened_to_it(
    business: Subscriptions, engine: Engine
) -> None:
    paid = business.billing.explain_charge(MARCUS)
    assert (paid.status, paid.lifecycle, paid.overdue, paid.disputed) == (
        "paid",
        "final",
        False,
        False,
    )
    assert [(p.amount, p.source, p.state) for p in paid.payments] == [
        (Money(799), "debit", "received")
    ]
    assert paid.taxes == (TaxSum(19, Money(671), Money(128), Money(799)),)
    assert (paid.unpaid, paid.kind, paid.subscription) == (Money(0), "period", "S-1002")
    anna = business.billing.explain_charge(bot_for("K-1001"))
    assert (anna.overdue, anna.unpaid) == (True, Money(1199))
    making.changed(engine, t.invoices, {"number": "RE-1001-0025"}, disputed=True)
    making.paid(engine, "RE-1001-0025", 199, customer="K-1001")
    anna = business.billing.explain_charge(bot_for("K-1001"))
    assert (anna.disputed, anna.unpaid) == (True, Money(1000))


def test_a_draft_is_no_invoice_and_a_void_one_asks_for_nothing(
    business: Subscriptions, engine: Engine
) -> None:
    making.invoice(engine, "RE-1002-0016", lifecycle=InvoiceLifecycle.DRAFT)
    making.invoice(engine, "RE-1002-0017", lifecycle=InvoiceLifecycle.VOID)
    with pytest.raises(SubscriptionError):
        business.billing.explain_charge(MARCUS, "RE-1002-0016")
    void = business.billing.explain_charge(MARCUS)
    assert (void.invoice, void.lifecycle, void.unpaid) == ("RE-1002-0017", "void", Money(0))
    assert business.billing.balance(MARCUS).open == Money(0)


def test_invoices_of_a_year(business: Subscriptions, engine: Engine) -> None:
    making.invoice(engine, "RE-1002-0016", lifecycle=InvoiceLifecycle.DRAFT)
    everything = business.billing.invoices(MARCUS)
    assert [i.number for i in everything] == [f"RE-1002-{n:04d}" for n in range(15, 0, -1)]
    this_year = business.billing.invoices(MARCUS, 2026)
    assert {i.issued_on.year for i in this_year} == {2026}
    assert len(this_year) + len(business.billing.invoices(MARCUS, 2025)) == len(everything)
    assert business.billing.invoices(MARCUS, 1999) == ()
    anna = business.billing.invoices(bot_for("K-1001"))[0]
    assert (anna.status, anna.lifecycle, anna.overdue) == ("failed", "final", True)


def test_balance_of_one_who_owes_and_one_who_does_not(business: Subscriptions) -> None:
    anna = business.billing.balance(bot_for("K-1001"))
    marcus = business.billing.balance(MARCUS)
    assert (anna.open, anna.overdue) == (Money(1199), Money(1199))
    assert (anna.next_on, anna.next_amount) == (date(2026, 12, 15), Money(1199))
    assert (marcus.open, marcus.overdue) == (Money(0), Money(0))
    assert (marcus.next_on, marcus.next_amount) == (date(2026, 12, 11), Money(799))
    assert marcus.method == "Mastercard •••• 4444"


def test_the_next_debit_is_never_in_the_past(business: Subscriptions, clock: SetClock) -> None:
    clock.forward(timedelta(days=100))
    assert business.billing.balance(MARCUS).next_on == date(2027, 3, 11)


def test_after_cancelling_nothing_is_announced(business: Subscriptions) -> None:
    business.cancellation.declare(bot_for("K-1002"), "I cancel", key="c")
    balance = business.billing.balance(MARCUS)
    assert (balance.next_on, balance.next_amount) == (None, None)


def test_a_last_short_period_is_announced_by_its_days(
    business: Subscriptions, engine: Engine
) -> None:
    making.contract(engine, state="cancel_scheduled", ends_on=date(2026, 12, 26))
    balance = business.billing.balance(MARCUS)
    assert (balance.next_on, balance.next_amount) == (date(2026, 12, 11), Money(387))


def test_what_a_partner_bills_is_not_announced(business: Subscriptions, engine: Engine) -> None:
    making.contract(engine, channel="partner")
    assert business.billing.balance(MARCUS).debits == ()


def test_add_ons_and_vouchers_are_in_the_next_debit(
    business: Subscriptions, engine: Engine
) -> None:
    making.addon(engine)
    making.voucher(engine)
    business.billing.redeem_voucher(MARCUS, "DANKE20", key="v")
    debit = business.billing.balance(MARCUS).debits[0]
    assert [(line.kind, line.amount.minor) for line in debit.lines] == [
        ("plan", 799),
        ("addon", 600),
        ("voucher", -280),
    ]
    assert debit.amount == Money(1119)


def test_a_pending_plan_counts_from_its_day(business: Subscriptions, engine: Engine) -> None:
    making.contract(engine, pending_plan="stream-premium", pending_from=date(2026, 12, 11))
    assert business.billing.balance(MARCUS).next_amount == Money(1699)
    making.contract(engine, pending_plan="stream-premium", pending_from=date(2027, 1, 11))
    assert business.billing.balance(MARCUS).next_amount == Money(799)


def test_the_debit_day_of_the_account_counts(business: Subscriptions, engine: Engine) -> None:
    with writing(engine) as db:
        accounts.of_holder(db, "K-1002")
    making.changed(engine, t.accounts, {"holder": "K-1002"}, debit_day=3)
    assert business.billing.balance(MARCUS).next_on == date(2027, 1, 3)


def test_a_trial_ends_before_the_first_debit(business: Subscriptions, engine: Engine) -> None:
    making.contract(engine, state="trialing", trial_ends_on=date(2026, 12, 1))
    balance = business.billing.balance(MARCUS)
    assert (balance.next_on, balance.next_amount) == (date(2026, 12, 1), Money(799))


def test_a_pause_moves_the_next_debit(business: Subscriptions, engine: Engine) -> None:
    away = Pause("PA-1", "S-1002", date(2026, 12, 11), date(2027, 2, 11), PauseState.SCHEDULED, NOW)
    with writing(engine) as db:
        pauses.add(db, away)
    assert business.billing.balance(MARCUS).next_on == date(2027, 2, 11)
    making.changed(engine, t.pauses, {"id": "PA-1"}, state="running")
    making.contract(engine, state="paused")
    assert business.billing.balance(MARCUS).next_on == date(2027, 2, 11)


def test_several_contracts_and_those_of_others(business: Subscriptions, engine: Engine) -> None:
    making.second_contract(engine)
    balance = business.billing.balance(MARCUS)
    assert [(d.subscription, d.on, d.amount) for d in balance.debits] == [
        ("S-1002-2", date(2026, 12, 1), Money(990)),
        ("S-1002", date(2026, 12, 11), Money(799)),
    ]
    making.contract(engine, "S-1002-2", account="A-1001")
    assert [d.subscription for d in business.billing.balance(MARCUS).debits] == ["S-1002"]
    with writing(engine) as db:
        accounts.of_holder(db, "K-1001")
    given = business.billing.balance(bot_for("K-1001")).debits[0]
    assert (given.subscription, given.amount, given.problem) == ("S-1002-2", Money(990), None)


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("K-1005", MethodProblem.FAILED),  # account closed
        ("K-1007", MethodProblem.EXPIRED),
        ("K-1008", MethodProblem.FAILED),  # the customer stopped it
    ],
)
def test_no_debit_is_announced_on_a_method_that_may_not_be_used(
    business: Subscriptions, number: str, problem: MethodProblem
) -> None:
    balance = business.billing.balance(bot_for(number))
    assert (balance.problem, balance.method) == (problem, None)
    assert balance.next_on is not None
    assert balance.debits[0].problem is problem


def test_a_revoked_mandate_and_a_removed_method_are_said(
    business: Subscriptions, engine: Engine
) -> None:
    making.changed(engine, t.mandates, {"reference": "M-1003"}, state="revoked")
    assert business.billing.balance(bot_for("K-1003")).problem is MethodProblem.REVOKED
    making.method(engine, active=False)
    assert business.billing.balance(MARCUS).problem is MethodProblem.REVOKED
    making.contract(engine, method=None)
    assert business.billing.balance(MARCUS).problem is MethodProblem.MISSING


def test_while_on_hold_nothing_is_announced(business: Subscriptions, engine: Engine) -> None:
    with writing(engine) as db:
        holds.place(db, Hold("H-1", "K-1002", HoldKind.HARDSHIP, NOW))
    balance = business.billing.balance(MARCUS)
    assert (balance.on_hold, balance.next_on, balance.debits) == (True, None, ())


def test_a_planned_try_and_an_open_invoice_are_debits(
    business: Subscriptions, engine: Engine
) -> None:
    on = TODAY + timedelta(days=3)
    attempt = Attempt(
        "RE-1001-0025-3",
        "RE-1001-0025",
        3,
        "P-1001",
        MethodKind.CARD,
        Money(1199),
        AttemptState.SCHEDULED,
        None,
        NOW,
        due_on=on,
    )
    with writing(engine) as db:
        invoices.add_attempt(db, attempt)
    anna = business.billing.balance(bot_for("K-1001"))
    assert (anna.next_on, anna.debits[0].invoice) == (on, "RE-1001-0025")
    making.invoice(engine, "RE-1002-0016", due_on=TODAY + timedelta(days=5))
    making.paid(engine, "RE-1002-0016", 100)
    marcus = business.billing.balance(MARCUS)
    assert (marcus.open, marcus.overdue) == (Money(699), Money(0))
    assert (marcus.next_on, marcus.next_amount) == (TODAY + timedelta(days=5), Money(699))


def test_nothing_wrong_is_a_result(business: Subscriptions) -> None:
    check = business.billing.find_duplicates(MARCUS)
    assert (check.findings, check.since, check.invoices) == ((), date(2025, 10, 21), 13)


def test_two_payments_for_one_invoice_are_found(business: Subscriptions, engine: Engine) -> None:
    number = making.paid_twice(engine)
    found = business.billing.find_duplicates(MARCUS).findings
    assert [(f.kind, f.invoice, f.refundable) for f in found] == [
        (FindingKind.PAID_TWICE, number, Money(799))
    ]
    assert found[0].evidence == ("Z-RE-1002-0015-1", "Z-T1")


def test_two_invoices_for_one_period_are_found(business: Subscriptions, engine: Engine) -> None:
    making.invoice(engine, "RE-1002-0016")
    found = business.billing.find_duplicates(MARCUS).findings
    assert [(f.kind, f.invoice, f.refundable, f.evidence) for f in found] == [
        (FindingKind.INVOICED_TWICE, "RE-1002-0016", Money(0), ("RE-1002-0015",))
    ]


def test_a_charge_after_the_end_is_found(business: Subscriptions, engine: Engine) -> None:
    making.contract(engine, state="ended", ends_on=date(2026, 11, 11))
    found = business.billing.find_duplicates(MARCUS).findings
    assert [(f.kind, f.invoice, f.refundable) for f in found] == [
        (FindingKind.CHARGED_AFTER_END, "RE-1002-0015", Money(799))
    ]


def test_another_price_than_the_agreed_one_is_found(
    business: Subscriptions, engine: Engine
) -> None:
    start, end = date(2026, 12, 11), date(2027, 1, 11)
    making.invoice(
        engine,
        "RE-1002-0016",
        making.line(999, period_start=start, period_end=end),
        status=InvoiceStatus.PAID,
    )
    making.paid(engine, "RE-1002-0016", 999)
    found = business.billing.find_duplicates(MARCUS).findings
    assert [(f.kind, f.charged, f.expected, f.refundable) for f in found] == [
        (FindingKind.WRONG_AMOUNT, Money(999), Money(799), Money(200))
    ]


def test_prices_are_open_to_all_and_the_own_one_to_its_owner(
    business: Subscriptions, engine: Engine
) -> None:
    (steps,) = business.billing.price_history(NOBODY, making.plan_with_history(engine))
    assert [(s.price, s.was, s.reason_en) for s in steps.steps] == [
        (Money(400), None, None),
        (Money(500), Money(400), "paper"),
        (Money(600), Money(500), "ink"),
    ]
    assert (steps.price, steps.own) == (Money(500), None)
    assert len(business.billing.price_history(NOBODY)) > 5
    making.contract(engine, price_minor=699)  # theirs, whatever the catalogue asks
    (own,) = business.billing.price_history(MARCUS)
    assert own.plan.code == "stream-basic"
    assert own.own is not None
    assert (own.own.price, own.own.agreed, own.own.next_on) == (Money(699), True, None)
    with pytest.raises(SubscriptionError) as refused:
        business.billing.price_history(NOBODY, "none")
    assert refused.value.code is Code.PLAN_UNKNOWN


def test_a_rise_that_is_decided_is_told(business: Subscriptions, engine: Engine) -> None:
    making.contract(engine, plan=making.plan_with_history(engine))
    (own,) = business.billing.price_history(MARCUS)
    assert own.own is not None
    assert (own.own.next_on, own.own.next_price) == (date(2027, 1, 1), Money(600))


def test_free_months_are_announced_as_free(business: Subscriptions, engine: Engine) -> None:
    making.voucher(engine, "GRATIS1", kind=VoucherKind.MONTHS, value=1)
    business.billing.redeem_voucher(MARCUS, "gratis1", key="v")
    balance = business.billing.balance(MARCUS)
    assert (balance.next_on, balance.next_amount) == (date(2026, 12, 11), Money(0))


def test_anonymous_learns_nothing(business: Subscriptions) -> None:
    asked = (
        business.billing.explain_charge,
        business.billing.balance,
        business.billing.invoices,
        business.billing.find_duplicates,
        business.billing.invoice_details,
        business.billing.refund_status,
    )
    for question in asked:
        with pytest.raises(SubscriptionError) as refused:
            question(NOBODY)
        assert (refused.value.code, refused.value.facts) == (Code.IDENTITY_NEEDED, {})


def test_an_unknown_number_is_not_found(business: Subscriptions) -> None:
    with pytest.raises(SubscriptionError) as refused:
        business.billing.balance(bot_for("K-9999"))
    assert refused.value.code is Code.NOT_FOUND


def test_the_moment_of_a_payment_is_aware_utc(business: Subscriptions) -> None:
    received = business.billing.explain_charge(MARCUS).payments[0].received_at
    assert received == datetime(2026, 11, 11, 5, 30, tzinfo=UTC)
