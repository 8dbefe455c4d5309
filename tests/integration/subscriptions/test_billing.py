"""Questions about money: two customers, two correct answers; nobody else learns anything."""

from datetime import date, timedelta

import pytest

from subscriptions import Subscriptions
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from tests.integration.subscriptions.people import NOBODY, SetClock, bot_for


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


def test_an_invoice_of_somebody_else_does_not_exist(business: Subscriptions) -> None:
    with pytest.raises(SubscriptionError) as refused:
        business.billing.explain_charge(bot_for("K-1002"), "RE-1001-0025")
    assert refused.value.code is Code.NOT_FOUND


def test_balance_of_one_who_owes_and_one_who_does_not(business: Subscriptions) -> None:
    anna = business.billing.balance(bot_for("K-1001"))
    marcus = business.billing.balance(bot_for("K-1002"))
    assert (anna.open, anna.overdue) == (Money(1199), Money(1199))
    assert (anna.next_on, anna.next_amount) == (date(2026, 12, 15), Money(1199))
    assert (marcus.open, marcus.overdue) == (Money(0), Money(0))
    assert (marcus.next_on, marcus.next_amount) == (date(2026, 12, 11), Money(799))
    assert marcus.method == "Mastercard •••• 4444"


def test_the_next_debit_is_never_in_the_past(business: Subscriptions, clock: SetClock) -> None:
    clock.forward(timedelta(days=100))
    assert business.billing.balance(bot_for("K-1002")).next_on == date(2027, 3, 11)


def test_after_cancelling_nothing_is_announced(business: Subscriptions) -> None:
    business.cancellation.declare(bot_for("K-1002"), "I cancel", key="c")
    balance = business.billing.balance(bot_for("K-1002"))
    assert (balance.next_on, balance.next_amount) == (None, None)


def test_anonymous_learns_nothing(business: Subscriptions) -> None:
    asked = (business.billing.explain_charge, business.billing.balance)
    for question in asked:
        with pytest.raises(SubscriptionError) as refused:
            question(NOBODY)
        assert (refused.value.code, refused.value.facts) == (Code.IDENTITY_NEEDED, {})


def test_an_unknown_number_is_not_found(business: Subscriptions) -> None:
    with pytest.raises(SubscriptionError) as refused:
        business.billing.balance(bot_for("K-9999"))
    assert refused.value.code is Code.NOT_FOUND
