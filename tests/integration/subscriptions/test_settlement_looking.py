"""Debits that went back although no webhook told: found by looking, in rounds that are bounded and fair."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, insert, select, update

from subscriptions import Connections, Subscriptions, open_subscriptions
from subscriptions.provider import ChargeAnswer, Charged, EventKind, ProviderUnavailableError
from subscriptions.provider.stripe_calls import StripeProvider
from subscriptions.provider.stripe_line import StripeAccess
from subscriptions.store import tables as t
from subscriptions.store.engine import reading, writing
from tests.integration.subscriptions.fake_stripe import KEY, WEBHOOK, FakeStripe, serving
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.making_settlement import (
    Debit,
    long_ago,
    news,
    submitted,
    tell,
)
from tests.integration.subscriptions.people import (
    NOW,
    CountingProvider,
    Mailbox,
    SetClock,
)

DISPUTES = "/v1/disputes"
OLD = 100_000


def state_of(engine: Engine, debit: Debit) -> str:
    (attempt,) = rows(engine, t.attempts, reference=debit.reference)
    return str(attempt["state"])


def collected(
    business: Subscriptions, engine: Engine, customer: str, hint: str = "succeed"
) -> Debit:
    """A debit that came, as a webhook told."""
    debit = submitted(engine, customer, hint=hint)
    tell(business, news(debit, EventKind.CHARGE_SUCCEEDED))
    return debit


def many(engine: Engine, count: int) -> None:
    """So many collected debits of the last year beside the others, all due to be asked about."""
    with writing(engine) as db:
        (row,) = db.execute(
            select(t.attempts)
            .where(t.attempts.c.kind == "sepa", t.attempts.c.method != "P-1003")
            .limit(1)
        ).mappings()
        for begin in range(0, count, 10_000):
            values = [_old(dict(row), number) for number in range(begin, begin + 10_000)]
            db.execute(insert(t.attempts), values)


def _old(row: dict[str, Any], number: int) -> dict[str, Any]:
    at = NOW - timedelta(days=30 + number % 300)
    own = {"reference": f"old-{number:06}", "number": 1000 + number, "state": "succeeded"}
    return {**row, **own, "at": at, "ask_on": at.date(), "provider_reference": f"sim_{number}"}


# ------------------------------------------------------------------------- a provider without a list


@pytest.mark.parametrize(("hint", "days"), [("return:MS03:3", 8), ("refunded:40:MD06", 64)])
def test_a_return_that_nobody_told_of_is_found(
    business: Subscriptions, engine: Engine, clock: SetClock, hint: str, days: int
) -> None:
    long_ago(engine)
    debit = collected(business, engine, "K-1003", hint)
    asked = 0
    for _ in range(days):
        clock.forward(timedelta(days=1))
        asked += business.settlement.reconcile(clock()).asked
    assert state_of(engine, debit) == ("returned" if hint.startswith("return:") else "refunded")
    assert asked <= 7  # its age doubles from look to look


def test_a_round_on_many_old_debits_asks_a_bounded_number_and_the_next_goes_on(
    business: Subscriptions, engine: Engine, clock: SetClock, provider: CountingProvider
) -> None:
    long_ago(engine)
    many(engine, OLD)
    told = business.settlement.reconcile(clock(), most=500)
    assert (told.asked, told.more) == (500, True)
    first = {c.request.reference for c in provider.asked if isinstance(c, Charged)}
    assert business.settlement.reconcile(clock(), most=500).asked == 500
    both = {c.request.reference for c in provider.asked if isinstance(c, Charged)}
    assert (len(first), len(both)) == (500, 1000)  # nothing twice
    with reading(engine) as db:
        due = select(func.count()).where(t.attempts.c.ask_on <= NOW.date())
        assert (
            db.execute(due.where(t.attempts.c.reference.like("old-%"))).scalar_one() == OLD - 1000
        )


def test_new_debits_do_not_wait_behind_old_ones(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    long_ago(engine)
    many(engine, 10_000)
    debit = submitted(engine, "K-1003")
    clock.forward(timedelta(days=3))
    business.settlement.reconcile(clock(), most=10)
    assert state_of(engine, debit) == "succeeded"


@dataclass
class Deaf(CountingProvider):
    """Never answers about some debits."""

    silent: set[str] = field(default_factory=set)

    def outcome_of(self, charged: Charged, now: datetime) -> ChargeAnswer | None:
        if charged.request.reference in self.silent:
            raise ProviderUnavailableError
        return super().outcome_of(charged, now)


@pytest.fixture
def provider() -> CountingProvider:
    return Deaf()


def test_debits_without_an_answer_do_not_hold_the_others_up(
    business: Subscriptions, engine: Engine, clock: SetClock, provider: Deaf
) -> None:
    long_ago(engine)
    many(engine, 10_000)
    provider.silent = {f"old-{number:06}" for number in range(10_000) if number % 300 == 299}
    first = business.settlement.reconcile(clock(), most=100)
    assert (first.asked, first.unanswered) == (0, 5)  # the oldest, and nobody seems to be there
    clock.forward(timedelta(days=1))
    for _ in range(7):
        business.settlement.reconcile(clock(), most=100)
    assert len(provider.asked) >= 100


# ---------------------------------------------------------------------------- a provider with a list


@pytest.fixture
def stripe() -> Iterator[FakeStripe]:
    with serving() as fake:
        yield fake


@pytest.fixture
def listing(
    database_url: str, clock: SetClock, mailbox: Mailbox, stripe: FakeStripe
) -> Iterator[Subscriptions]:
    """The business with Stripe, on the stand-in."""
    access = StripeAccess(KEY, (WEBHOOK,), "https://shop.example/back", stripe.address)
    connections = Connections(provider=StripeProvider(access, clock), outbox=mailbox)
    with open_subscriptions(database_url, clock, connections=connections) as opened:
        yield opened


def dispute(intent: str, number: int, on: datetime, reason: str = "debit_not_authorized") -> Any:
    return {
        "id": f"dp_{number}",
        "object": "dispute",
        "payment_intent": intent,
        "reason": reason,
        "created": int(on.timestamp()),
        "metadata": {},
    }


def paid_by_stripe(engine: Engine, clock: SetClock, debit: Debit) -> str:
    """The debit came long ago and is known at Stripe under this name."""
    intent = f"pi_{debit.reference}"
    with writing(engine) as db:
        mine = t.attempts.c.reference == debit.reference
        db.execute(update(t.attempts).where(mine).values(provider_reference=intent))
    return intent


def test_returns_come_from_the_list_and_no_debit_is_asked_about(
    business: Subscriptions,
    listing: Subscriptions,
    engine: Engine,
    clock: SetClock,
    stripe: FakeStripe,
) -> None:
    long_ago(engine)
    many(engine, 10_000)
    debit = collected(business, engine, "K-1003")
    intent = paid_by_stripe(engine, clock, debit)
    stripe.lists[DISPUTES] = []
    clock.forward(timedelta(days=9))
    assert listing.settlement.reconcile(clock()).changed == 0
    pages = len(stripe.asked)
    assert pages <= 13 * 5
    clock.forward(timedelta(days=1))
    others = [dispute(f"pi_other_{n}", n, clock() - timedelta(hours=2)) for n in range(2, 250)]
    stripe.lists[DISPUTES] = [*others, dispute(intent, 1, clock() - timedelta(hours=3))]
    told = listing.settlement.reconcile(clock())
    assert (told.asked, told.changed, told.more) == (3, 1, False)  # three pages, newest first
    assert {asked.path for asked in stripe.asked} == {DISPUTES}
    assert state_of(engine, debit) == "refunded"
    assert rows(engine, t.provider_events, provider="stripe", outcome="unknown") == []
    assert listing.settlement.reconcile(clock()).changed == 0  # read again, nothing new


def test_a_list_that_breaks_off_is_read_again_from_there(
    business: Subscriptions,
    listing: Subscriptions,
    engine: Engine,
    clock: SetClock,
    stripe: FakeStripe,
) -> None:
    long_ago(engine)
    debit = collected(business, engine, "K-1003")
    intent = paid_by_stripe(engine, clock, debit)
    stripe.lists[DISPUTES] = [dispute(intent, 1, NOW - timedelta(hours=3))]
    assert listing.settlement.reconcile(clock(), most=3).changed == 0  # the first three weeks
    first = rows(engine, t.provider_lists)[0]["read_until"]
    assert first < NOW - timedelta(days=300)
    stripe.trouble = "text"
    broken = listing.settlement.reconcile(clock())
    assert (broken.asked, broken.unanswered) == (0, 5)
    assert rows(engine, t.provider_lists)[0]["read_until"] == first
    stripe.trouble = ""
    assert listing.settlement.reconcile(clock()).changed == 1
    assert rows(engine, t.provider_lists)[0]["read_until"] == NOW
    assert state_of(engine, debit) == "refunded"


def test_a_card_that_is_disputed_is_left_to_the_webhook(
    business: Subscriptions,
    listing: Subscriptions,
    engine: Engine,
    clock: SetClock,
    stripe: FakeStripe,
) -> None:
    long_ago(engine)
    debit = collected(business, engine, "K-1003")
    intent = paid_by_stripe(engine, clock, debit)
    with writing(engine) as db:
        mine = t.attempts.c.reference == debit.reference
        db.execute(update(t.attempts).where(mine).values(kind="card"))
    stripe.lists[DISPUTES] = [dispute(intent, 1, NOW - timedelta(hours=3), "fraudulent")]
    known = len(rows(engine, t.cases))
    assert listing.settlement.reconcile(clock()).changed == 0
    assert len(rows(engine, t.cases)) == known
