"""Which one offer fits after a cancellation, its steps, and what would cost a subscriber less."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscriptions.entities.offers import OfferState, RetentionOffer, answer
from subscriptions.entities.vouchers import Voucher, VoucherKind
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.cancellation import BetterKind, OfferKind
from subscriptions.model.catalogue import Interval, Plan
from subscriptions.policy.limits import Limits
from subscriptions.policy.retention import Around, Choice, better, may_offer, save_offer

K = OfferKind
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
TODAY = date(2026, 11, 21)
MONTHLY = Plan("m", "p", "Mittel", "Medium", Money(1200), Interval.MONTH, 2, (), ())
SMALL = replace(MONTHLY, code="s", rank=1, price=Money(800), name_de="Klein", name_en="Small")
TINY = replace(MONTHLY, code="t", rank=0, price=Money(500))
YEARLY = replace(MONTHLY, code="y", interval=Interval.YEAR, price=Money(12000))
OFFER = RetentionOffer(
    "O-1", "K", "S", "C-1", K.PAUSE, "weil", "because", NOW, NOW + timedelta(days=7), months=3
)


@given(st.lists(st.sampled_from(OfferState), max_size=6))
def test_an_offer_is_answered_once(steps: list[OfferState]) -> None:
    offer, answered = OFFER, False
    for new in steps:
        if answered or new is OfferState.OPEN:
            with pytest.raises(SubscriptionError) as refused:
                answer(offer, new, NOW)
            assert refused.value.code is Code.ILLEGAL_STEP
            continue
        offer, answered = answer(offer, new, NOW), True
        assert (offer.state, offer.answered_at) == (new, NOW)
        assert not offer.open_at(NOW)


def test_an_offer_is_open_until_it_runs_out() -> None:
    assert OFFER.open_at(NOW + timedelta(days=7, seconds=-1))
    assert not OFFER.open_at(NOW + timedelta(days=7))


@pytest.mark.parametrize(
    ("around", "allowed"),
    [
        (Around(barred=False, earlier=(), channel="direct"), True),
        (Around(barred=True, earlier=(), channel="direct"), False),
        (Around(barred=False, earlier=(), channel="partner"), False),
        (Around(barred=False, earlier=(), channel="gift"), False),
        (
            Around(barred=False, earlier=(replace(OFFER, cancellation="C-2"),), channel="direct"),
            False,
        ),  # the same
        (
            Around(
                barred=False,
                earlier=(replace(OFFER, offered_at=NOW - timedelta(days=364)),),
                channel="direct",
            ),
            False,
        ),
        (
            Around(
                barred=False,
                earlier=(replace(OFFER, offered_at=NOW - timedelta(days=366)),),
                channel="direct",
            ),
            True,
        ),
    ],
)
def test_when_an_offer_may_be_made(around: Around, allowed: bool) -> None:
    assert may_offer(around, "C-2", NOW, Limits()) is allowed


@pytest.mark.parametrize(
    ("choice", "limits", "kind"),
    [
        (Choice(MONTHLY, (TINY, SMALL, MONTHLY, YEARLY), may_pause=True), Limits(), K.SMALLER_PLAN),
        (Choice(MONTHLY, (replace(SMALL, available=False),), may_pause=True), Limits(), K.PAUSE),
        (Choice(MONTHLY, (replace(SMALL, product="q"),), may_pause=True), Limits(), K.PAUSE),
        (Choice(MONTHLY, (replace(SMALL, price=Money(1200)),), may_pause=True), Limits(), K.PAUSE),
        (Choice(MONTHLY, (), may_pause=False), Limits(), K.DISCOUNT),
        (Choice(YEARLY, (SMALL,), may_pause=True), Limits(), K.DISCOUNT),
        (Choice(MONTHLY, (), may_pause=False), Limits(offer_percent=0), None),
        (Choice(MONTHLY, (), may_pause=False), Limits(offer_months=0), None),
    ],
)
def test_which_offer_fits(choice: Choice, limits: Limits, kind: OfferKind | None) -> None:
    terms = save_offer(choice, limits)
    assert (terms.kind if terms else None) is kind
    if terms and terms.kind is K.SMALLER_PLAN:
        assert terms.plan == SMALL  # the next smaller one, not the smallest


PUBLIC = Voucher("ALLE", VoucherKind.PERCENT, 10, TODAY, public=True)


@pytest.mark.parametrize(
    ("choice", "vouchers", "kind", "saving"),
    [
        (
            Choice(MONTHLY, (SMALL, YEARLY), may_pause=True),
            [PUBLIC],
            BetterKind.YEARLY_PLAN,
            Money(2400),
        ),
        (
            Choice(MONTHLY, (SMALL, replace(YEARLY, price=Money(14400))), may_pause=True),
            [],
            BetterKind.SMALLER_PLAN,
            Money(4800),
        ),
        (
            Choice(MONTHLY, (replace(YEARLY, rank=3),), may_pause=True),
            [PUBLIC],
            BetterKind.VOUCHER,
            None,
        ),
        (Choice(MONTHLY, (), may_pause=True), [replace(PUBLIC, public=False)], None, None),
        (Choice(MONTHLY, (), may_pause=True), [replace(PUBLIC, product="q")], None, None),
        (
            Choice(MONTHLY, (), may_pause=True),
            [replace(PUBLIC, valid_until=date(2026, 11, 20))],
            None,
            None,
        ),
        (Choice(YEARLY, (MONTHLY,), may_pause=True), [], None, None),
    ],
)
def test_what_is_better(
    choice: Choice, vouchers: list[Voucher], kind: BetterKind | None, saving: Money | None
) -> None:
    found = better(choice, vouchers, TODAY)
    assert (found.kind if found else None) is kind
    assert (found.saving if found else None) == saving
