"""Answers of the payment provider that are lost: nothing is charged twice, and everything is known in the end."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import Engine, update

from subscriptions import Subscriptions
from subscriptions.daily import Daily
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.settlement import Outcome
from subscriptions.provider import ChargeAnswer, ChargeRequest, EventKind, ProviderEvent
from subscriptions.provider.stripe_calls import StripeProvider
from subscriptions.store import tables as t
from subscriptions.store.backing import Backing
from subscriptions.store.engine import writing
from tests.integration.subscriptions.fake_stripe import FakeStripe
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.making_settlement import tell
from tests.integration.subscriptions.making_unknown import (
    LosingProvider,
    at,
    on_stripe,
    refused,
    standing_on,
    stripe_at,
)
from tests.integration.subscriptions.people import NOW, SetClock, bot_for
from tests.integration.subscriptions.stripe_books import Books

ANNA, CARD = "K-1001", "RE-1001-0025"
JULIA, SEPA = "K-1003", "RE-1003-0012"
NEXT = f"{CARD}-3"
DAY_AND_HOUR = timedelta(hours=25)


def retry(business: Subscriptions, clock: SetClock, key: str = "k") -> str:
    return business.payments.retry(at(ANNA, clock), CARD, key=key).reference


def standing(engine: Engine, number: str = CARD) -> tuple[str, str, int]:
    """The status of an invoice, the state of its last attempt, and how often it was paid."""
    (invoice,) = rows(engine, t.invoices, number=number)
    tried = sorted(rows(engine, t.attempts, invoice=number), key=lambda row: row["number"])
    came = rows(engine, t.payments, invoice=number, state="received")
    return invoice["status"], tried[-1]["state"], len(came)


def test_a_lost_answer_is_looked_up_at_once(
    stripe: Subscriptions, engine: Engine, server: FakeStripe, books: Books, clock: SetClock
) -> None:
    server.trouble = "lost"
    assert retry(stripe, clock) == NEXT
    assert books.references() == [NEXT]
    assert standing(engine) == ("paid", "succeeded", 1)
    (told,) = rows(engine, t.contacts, customer=ANNA)
    assert told["template"] == "payment_retried"
    states = [e["facts"].get("state") for e in rows(engine, t.audit)]
    assert states == ["unknown", "succeeded", "succeeded"]


def test_what_is_begun_is_stored_before_anybody_is_asked(
    deaf: Subscriptions, engine: Engine, losing: LosingProvider, clock: SetClock
) -> None:
    seen: list[tuple[str, str, int]] = []
    losing.silent = False
    losing.before = lambda: seen.append(standing(engine))
    retry(deaf, clock)
    assert seen == [("processing", "unknown", 0)]
    assert standing(engine) == ("paid", "succeeded", 1)


@pytest.mark.parametrize("wait", [timedelta(0), timedelta(minutes=5), DAY_AND_HOUR])
@pytest.mark.parametrize(("key", "again"), [("k", NEXT), ("another", Code.NOTHING_DUE)])
def test_a_repeat_finishes_and_never_charges_anew(
    stripe: Subscriptions,
    engine: Engine,
    server: FakeStripe,
    books: Books,
    clock: SetClock,
    wait: timedelta,
    key: str,
    again: str,
) -> None:
    server.trouble = "silent"
    assert refused(lambda: retry(stripe, clock)) is Code.PAYMENT_UNKNOWN
    assert refused(lambda: retry(stripe, clock, key)) is Code.PAYMENT_UNKNOWN
    assert standing(engine) == ("processing", "unknown", 0)
    clock.forward(wait)
    if wait == DAY_AND_HOUR:
        books.forget_keys()
    assert refused(lambda: retry(stripe, clock, key)) is Code.PAYMENT_UNKNOWN
    server.trouble = ""
    try:
        said: str = retry(stripe, clock, key)
    except SubscriptionError as error:
        said = error.code
    assert said == again
    assert books.references() == [NEXT]
    assert standing(engine) == ("paid", "succeeded", 1)


def test_what_never_arrived_is_known_after_an_hour_and_may_be_repeated(
    stripe: Subscriptions, engine: Engine, server: FakeStripe, books: Books, clock: SetClock
) -> None:
    server.trouble = "deaf"
    assert refused(lambda: retry(stripe, clock)) is Code.PAYMENT_UNKNOWN
    server.trouble = ""
    clock.forward(timedelta(minutes=59))
    assert refused(lambda: retry(stripe, clock)) is Code.PAYMENT_UNKNOWN  # it may still arrive
    assert books.references() == []
    clock.forward(timedelta(minutes=1))
    assert retry(stripe, clock) == f"{CARD}-4"
    assert books.references() == [f"{CARD}-4"]
    states = [a["state"] for a in rows(engine, t.attempts, invoice=CARD)]
    assert sorted(states) == ["failed", "failed", "not_submitted", "succeeded"]


def test_what_never_arrived_leaves_the_invoice_as_it_was(
    stripe: Subscriptions, engine: Engine, server: FakeStripe, clock: SetClock
) -> None:
    server.trouble = "deaf"
    refused(lambda: retry(stripe, clock))
    server.trouble = ""
    clock.forward(timedelta(hours=2))
    assert stripe.settlement.reconcile(clock()).changed == 1
    assert standing(engine) == ("failed", "not_submitted", 0)
    (contract,) = rows(engine, t.subscriptions, customer=ANNA)
    assert contract["state"] == "past_due"
    failure = stripe.payments.why_failed(at(ANNA, clock))
    assert failure is not None
    assert failure.retries_left == 3  # a try that reached nobody uses nothing up


def test_a_conflict_of_keys_is_looked_up_and_no_failure(
    stripe: Subscriptions, engine: Engine, books: Books, clock: SetClock
) -> None:
    books.keys[f"charge-{NEXT}"] = ({}, (200, {}))
    assert refused(lambda: retry(stripe, clock)) is Code.PAYMENT_UNKNOWN
    assert standing(engine) == ("processing", "unknown", 0)
    clock.forward(timedelta(hours=1))
    assert retry(stripe, clock) == f"{CARD}-4"
    assert books.references() == [f"{CARD}-4"]


def test_a_conflict_behind_which_money_moved_is_found(
    stripe: Subscriptions, engine: Engine, server: FakeStripe, books: Books, clock: SetClock
) -> None:
    server.trouble = "silent"
    refused(lambda: retry(stripe, clock))
    ((_, answer),) = books.keys.values()
    books.keys[f"charge-{NEXT}"] = ({}, answer)
    server.trouble = ""
    assert retry(stripe, clock) == NEXT
    assert books.references() == [NEXT]


def test_a_decline_that_was_lost_uses_up_a_try(
    stripe: Subscriptions, engine: Engine, server: FakeStripe, books: Books, clock: SetClock
) -> None:
    books.decline = "insufficient_funds"
    server.trouble = "lost"
    outcome = stripe.payments.retry(at(ANNA, clock), CARD, key="k")
    assert (outcome.succeeded, outcome.reference) == (False, NEXT)
    assert standing(engine) == ("failed", "failed", 0)
    assert rows(engine, t.contacts, customer=ANNA)[0]["template"] == "payment_failed_again"


def test_everything_waits_while_nobody_knows(
    deaf: Subscriptions, engine: Engine, losing: LosingProvider, clock: SetClock
) -> None:
    link = deaf.payments.pay_link(bot_for(ANNA), key="before")
    assert refused(lambda: retry(deaf, clock)) is Code.PAYMENT_UNKNOWN
    waiting = (
        lambda: retry(deaf, clock, "another"),
        lambda: deaf.payments.retry(bot_for(ANNA), CARD, key="d", on=NOW.date() + DAY_AND_HOUR),
        lambda: deaf.payments.pay_link(bot_for(ANNA), key="l"),
        lambda: deaf.payments.pay_link(bot_for(ANNA), (CARD,), key="m"),
        lambda: deaf.payments.pay_page_of(link.token),
        lambda: deaf.billing.refund(bot_for(ANNA), CARD, key="r"),
    )
    assert [refused(act) for act in waiting] == [Code.PAYMENT_UNKNOWN] * len(waiting)
    backing = Backing(engine, clock, losing)
    Daily(backing).run()
    assert losing.references.count(NEXT) == 1
    assert [a["reference"] for a in rows(engine, t.attempts, invoice=CARD)][-1] == NEXT


def paid(
    event: str, code: str | None = None, kind: EventKind = EventKind.CHARGE_SUCCEEDED
) -> ProviderEvent:
    return ProviderEvent(event, kind, NOW, NEXT, f"sim_{NEXT}", code)


def test_a_webhook_before_the_look_up_settles_it(
    deaf: Subscriptions, engine: Engine, losing: LosingProvider, clock: SetClock
) -> None:
    refused(lambda: retry(deaf, clock))
    assert tell(deaf, paid("evt-1")) == (Outcome.APPLIED,)
    assert standing(engine) == ("paid", "succeeded", 1)
    assert len(rows(engine, t.contacts, customer=ANNA)) == 1
    losing.silent = False
    deaf.settlement.reconcile(clock())
    assert retry(deaf, clock) == NEXT
    assert standing(engine) == ("paid", "succeeded", 1)
    assert len(rows(engine, t.contacts, customer=ANNA)) == 1
    assert losing.references == [NEXT]


def test_a_webhook_after_the_look_up_changes_nothing(
    deaf: Subscriptions, engine: Engine, losing: LosingProvider, clock: SetClock
) -> None:
    refused(lambda: retry(deaf, clock))
    losing.silent = False
    deaf.settlement.reconcile(clock())
    assert standing(engine) == ("paid", "succeeded", 1)
    assert tell(deaf, paid("evt-1")) == (Outcome.STALE,)
    assert standing(engine) == ("paid", "succeeded", 1)


def test_a_webhook_that_overtakes_the_answer_counts_once(
    deaf: Subscriptions, engine: Engine, losing: LosingProvider, clock: SetClock
) -> None:
    losing.silent = False
    losing.before = lambda: tell(deaf, paid("evt-1"))
    assert retry(deaf, clock) == NEXT
    assert standing(engine) == ("paid", "succeeded", 1)
    assert len(rows(engine, t.contacts, customer=ANNA)) == 1


def test_a_webhook_may_also_say_that_it_was_declined(
    deaf: Subscriptions, engine: Engine, losing: LosingProvider, clock: SetClock
) -> None:
    refused(lambda: retry(deaf, clock))
    news = paid("evt-1", "insufficient_funds", EventKind.CHARGE_FAILED)
    assert tell(deaf, news) == (Outcome.APPLIED,)
    assert standing(engine) == ("failed", "failed", 0)
    outcome = deaf.payments.retry(bot_for(ANNA), CARD, key="k")
    assert (outcome.succeeded, outcome.reference) == (False, NEXT)  # the first result
    assert losing.references == [NEXT]


def test_money_that_comes_after_it_was_given_up_goes_to_a_person(
    deaf: Subscriptions, engine: Engine, losing: LosingProvider, clock: SetClock
) -> None:
    refused(lambda: retry(deaf, clock))
    losing.silent = False
    with writing(engine) as db:
        db.execute(update(t.payment_methods).values(hint="unheard"))
    clock.forward(timedelta(hours=2))
    deaf.settlement.reconcile(clock())
    assert standing(engine) == ("failed", "not_submitted", 0)
    clock.now = NOW
    assert tell(deaf, paid("evt-late")) == (Outcome.CONFLICT,)
    assert len(rows(engine, t.cases, customer=ANNA, kind="wrong_or_double_charge")) == 1


class Killed(BaseException):
    """The process ends here."""


class Dying(StripeProvider):
    """Collects, and then the process is gone."""

    def charge(self, request: ChargeRequest) -> ChargeAnswer:
        super().charge(request)
        raise Killed


def test_a_process_that_ends_in_between_leaves_its_trace(
    database_url: str, engine: Engine, server: FakeStripe, books: Books, clock: SetClock
) -> None:
    on_stripe(engine)
    dying = Dying(stripe_at(server, clock)._access, clock)
    with standing_on(database_url, clock, dying) as business, pytest.raises(Killed):
        retry(business, clock)
    assert standing(engine) == ("processing", "unknown", 0)
    clock.forward(DAY_AND_HOUR)
    books.forget_keys()
    with standing_on(database_url, clock, stripe_at(server, clock)) as business:
        assert retry(business, clock) == NEXT
    assert books.references() == [NEXT]
    assert standing(engine) == ("paid", "succeeded", 1)


KILLED = """
import os, sys
from tests.integration.subscriptions.making_unknown import standing_on, at
from tests.integration.subscriptions.people import SetClock
from subscriptions.provider.stripe_calls import StripeProvider
from subscriptions.provider.stripe_line import StripeAccess

class Dying(StripeProvider):
    def charge(self, request):
        super().charge(request)
        os.kill(os.getpid(), 9)

url, api, key = sys.argv[1:]
clock = SetClock()
provider = Dying(StripeAccess(key, ("w",), "https://shop.example", api), clock)
with standing_on(url, clock, provider) as business:
    business.payments.retry(at("K-1001", clock), "RE-1001-0025", key="k")
"""


def test_a_process_that_is_killed_in_between_leaves_its_trace(
    database_url: str, engine: Engine, server: FakeStripe, books: Books, clock: SetClock
) -> None:
    on_stripe(engine)
    command = [sys.executable, "-c", KILLED, database_url, server.address, "sk_test_x"]
    ended = subprocess.run(command, check=False, env=os.environ, timeout=60)
    assert ended.returncode == -9
    assert standing(engine) == ("processing", "unknown", 0)
    with standing_on(database_url, clock, stripe_at(server, clock)) as business:
        assert business.settlement.reconcile(clock()).changed >= 1
        assert retry(business, clock) == NEXT
    assert books.references() == [NEXT]


def test_a_lost_debit_stays_on_its_way_until_the_bank_has_answered(
    stripe: Subscriptions, engine: Engine, server: FakeStripe, books: Books, clock: SetClock
) -> None:
    books.status = "processing"
    server.trouble = "lost"
    outcome = stripe.payments.retry(at(JULIA, clock), SEPA, key="k")
    assert (outcome.succeeded, outcome.final) == (True, False)
    assert standing(engine, SEPA) == ("processing", "submitted", 0)
    assert (
        rows(engine, t.attempts, invoice=SEPA, state="submitted")[0]["provider_reference"] == "pi_1"
    )
