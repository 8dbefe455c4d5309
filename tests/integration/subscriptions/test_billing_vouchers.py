"""Vouchers: redeemed once, the last one by exactly one, and what became of each."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.entities.vouchers import VoucherKind
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Money
from subscriptions.model.catalogue import Interval
from subscriptions.store import tables as t
from subscriptions.store import vouchers
from subscriptions.store.engine import writing
from tests.integration.subscriptions import making_billing as making
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.people import SetClock, bot_for

MARCUS = bot_for("K-1002")


def test_a_redeemed_voucher_says_what_it_gives_and_from_when(
    business: Subscriptions, engine: Engine
) -> None:
    making.voucher(engine, periods=3)
    receipt = business.billing.redeem_voucher(MARCUS, " danke20 ", key="v")
    assert (receipt.code, receipt.kind, receipt.value, receipt.units) == (
        "DANKE20",
        "percent",
        20,
        3,
    )
    assert (receipt.subscription, receipt.applies_from) == ("S-1002", date(2026, 12, 11))
    assert business.billing.redeem_voucher(MARCUS, "DANKE20", key="v") == receipt
    assert len(rows(engine, t.voucher_redemptions, voucher="DANKE20")) == 1
    (entry,) = rows(engine, t.audit, action="billing.redeem_voucher")
    assert entry["facts"]["voucher"] == "DANKE20"
    (told,) = rows(engine, t.contacts, template="voucher_redeemed")
    assert (told["customer"], told["reason"]) == ("K-1002", "contract")
    (event,) = rows(engine, t.subscription_events, kind="voucher_redeemed")
    assert event["subscription"] == "S-1002"


def refused_code(business: Subscriptions, caller: Caller, contract: str | None) -> Code | None:
    """How redeeming ends: with a code of refusal, or with none."""
    try:
        business.billing.redeem_voucher(caller, "DANKE20", contract, key=contract or "v")
    except SubscriptionError as refused:
        return refused.code
    return None


def test_the_last_one_goes_to_exactly_one(business: Subscriptions, engine: Engine) -> None:
    making.voucher(engine, most=1)
    people = [bot_for(number) for number in ("K-1001", "K-1002", "K-1003", "K-1004")]
    with ThreadPoolExecutor(len(people)) as pool:
        ends = list(pool.map(lambda caller: refused_code(business, caller, None), people))
    assert sorted(map(str, ends)) == ["None", *["voucher_used"] * 3]
    assert len(rows(engine, t.voucher_redemptions, voucher="DANKE20")) == 1


def test_one_customer_redeems_once_even_twice_at_once(
    business: Subscriptions, engine: Engine
) -> None:
    making.voucher(engine)
    contracts = ("S-1002", making.second_contract(engine))
    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(lambda one: refused_code(business, MARCUS, one), contracts))
    assert sorted(map(str, ends)) == ["None", "voucher_used"]


@pytest.mark.parametrize(("ended", "works"), [(0, True), (1, False)])
def test_the_last_day_counts(
    business: Subscriptions, engine: Engine, clock: SetClock, ended: int, works: bool
) -> None:
    making.voucher(engine, valid_until=making.TODAY - timedelta(days=ended))
    assert business.billing.voucher_status(MARCUS, "DANKE20").redeemable is works


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({}, None),
        ({"product": "press"}, "voucher_not_for_plan"),
        ({"valid_until": making.TODAY - timedelta(days=1)}, "voucher_expired"),
    ],
)
def test_a_status_says_why_not(
    business: Subscriptions, engine: Engine, given: dict[str, object], refused: str | None
) -> None:
    making.voucher(engine, **given)
    status = business.billing.voucher_status(MARCUS, "DANKE20")
    assert (status.redeemable, status.refused) == (refused is None, refused)
    assert status.applies_from == (date(2026, 12, 11) if refused is None else None)


def test_a_status_before_and_after(business: Subscriptions, engine: Engine) -> None:
    making.voucher(engine, periods=2)
    before = business.billing.voucher_status(MARCUS, "danke20")
    assert (before.redeemed_at, before.redeemable, before.units_left) == (None, True, 2)
    receipt = business.billing.redeem_voucher(MARCUS, "DANKE20", key="v")
    after = business.billing.voucher_status(MARCUS, "danke20")
    assert (after.redeemed_at, after.redeemable, after.units_left) == (receipt.at, False, 2)
    assert (after.applies_from, after.missing_on, after.uses) == (date(2026, 12, 11), None, ())


def test_used_up_shows_where_it_was_used(business: Subscriptions, engine: Engine) -> None:
    making.voucher(engine)
    business.billing.redeem_voucher(MARCUS, "DANKE20", key="v")
    taken = making.line(-160, kind="voucher", code="DANKE20")
    making.invoice(engine, "RE-1002-0016", making.line(), taken, issued_on=date(2026, 12, 11))
    with writing(engine) as db:
        (redemption,) = vouchers.active(db, "S-1002")
        vouchers.use(db, redemption, Interval.MONTH)
        assert vouchers.active(db, "S-1002") == ()
    status = business.billing.voucher_status(MARCUS, "DANKE20")
    assert (status.units_left, status.missing_on, status.applies_from) == (0, None, None)
    assert [(use.invoice, use.amount) for use in status.uses] == [("RE-1002-0016", Money(160))]


def test_valid_but_not_applied_is_our_error_and_is_said(
    business: Subscriptions, engine: Engine
) -> None:
    making.voucher(engine, periods=2)
    business.billing.redeem_voucher(MARCUS, "DANKE20", key="v")
    making.invoice(engine, "RE-1002-0016", issued_on=date(2026, 12, 11))
    assert business.billing.voucher_status(MARCUS, "DANKE20").missing_on == "RE-1002-0016"


def test_free_months_count_in_months(business: Subscriptions, engine: Engine) -> None:
    making.voucher(engine, "GRATIS3", kind=VoucherKind.MONTHS, value=3)
    assert business.billing.redeem_voucher(MARCUS, "GRATIS3", key="v").units == 3
    with writing(engine) as db:
        (redemption,) = vouchers.active(db, "S-1002")
        assert vouchers.use(db, redemption, Interval.MONTH).periods_left == 2
        assert vouchers.use(db, redemption, Interval.YEAR).periods_left == 0
