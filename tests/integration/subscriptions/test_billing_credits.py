"""Goodwill on the next invoice, and refunds that a person decides."""

from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.model.base import Money
from subscriptions.store import tables as t
from tests.integration.subscriptions import making_billing as making
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.people import bot_for
from tests.integration.subscriptions.refused_billing_credits import KIM, kim_for

MARCUS = bot_for("K-1002")


def test_the_next_invoice_is_lower_by_what_was_quoted(business: Subscriptions) -> None:
    quote = business.billing.credit_quote(KIM, Money(300))
    before = business.billing.balance(MARCUS)
    receipt = business.billing.credit(KIM, Money(300), key="c")
    after = business.billing.balance(MARCUS)
    assert (receipt.terms, quote.before.minor - quote.after.minor) == (quote, 300)
    assert before.next_amount == quote.before
    assert (after.next_on, after.next_amount) == (before.next_on, quote.after)


def test_the_same_key_gives_once_and_the_audit_names_the_agent(
    business: Subscriptions, engine: Engine
) -> None:
    first = business.billing.credit(KIM, Money(300), key="c")
    assert business.billing.credit(KIM, Money(300), key="c") == first
    assert len(rows(engine, t.voucher_redemptions, customer="K-1002")) == 1
    (entry,) = rows(engine, t.audit, action="billing.credit")
    assert (entry["actor"], entry["facts"]["amount"]) == (KIM.actor, 300)


def test_two_credits_never_take_off_more_than_there_is(business: Subscriptions) -> None:
    whole = business.billing.credit_quote(KIM, Money(100)).before
    business.billing.credit(KIM, Money(whole.minor - 100), key="c1")
    assert business.billing.credit_quote(KIM, Money(100)).before == Money(100)
    business.billing.credit(KIM, Money(100), key="c2")
    next_amount = business.billing.balance(MARCUS).next_amount
    assert next_amount is None or next_amount.minor == 0


def test_nobody_else_can_redeem_what_was_given(business: Subscriptions) -> None:
    code = business.billing.credit(KIM, Money(300), key="c").code
    status = business.billing.voucher_status(bot_for("K-1001"), code)
    assert (status.redeemable, status.refused) == (False, "voucher_used")


def test_a_person_may_give_back_what_a_bot_may_not(business: Subscriptions, engine: Engine) -> None:
    """The bot is refused both (`refused_billing.py`): an amount above the limit, and a second time in a year."""
    kim = kim_for("K-1005")
    assert business.billing.refund_quote(kim, "RE-1005-0024", Money(2001)).amount == Money(2001)
    made = business.billing.refund(kim, "RE-1005-0024", Money(2001), key="r")
    assert (made.amount, made.state) == (Money(2001), "submitted")
    making.goodwill(engine)
    assert business.billing.refund(KIM, "RE-1002-0015", Money(100), key="r").amount == Money(100)
