"""News of the provider: believed when signed, applied once, in any order; and asking for what was lost."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, insert

from subscriptions import Connections, Subscriptions, open_subscriptions
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.settlement import Outcome, Reconciled
from subscriptions.provider import EventKind, ProviderEvent, UntrustedEventError
from subscriptions.store import tables as t
from subscriptions.store.engine import open_engine, writing
from tests.integration.subscriptions.looking import fingerprint, rows
from tests.integration.subscriptions.making_settlement import (
    SIGNER,
    again,
    books,
    long_ago,
    newest_invoice,
    news,
    pay_link,
    submitted,
    tell,
)
from tests.integration.subscriptions.people import NOW, CountingProvider, SetClock

E = EventKind
PAID, FAILED, RETURNED, REFUNDED = (
    E.CHARGE_SUCCEEDED,
    E.CHARGE_FAILED,
    E.CHARGE_RETURNED,
    E.CHARGE_REFUNDED,
)


def state_of(engine: Engine, customer: str) -> tuple[str, str]:
    """The status of the newest invoice and the state of the contract."""
    (invoice,) = rows(engine, t.invoices, number=newest_invoice(engine, customer))
    (contract,) = rows(engine, t.subscriptions, customer=customer)
    return invoice["status"], contract["state"]


def test_money_that_came_pays_the_invoice_and_the_contract_recovers(
    business: Subscriptions, engine: Engine
) -> None:
    debit = submitted(engine, "K-1003")
    assert state_of(engine, "K-1003") == ("processing", "past_due")
    assert tell(business, news(debit, PAID)) == (Outcome.APPLIED,)
    assert state_of(engine, "K-1003") == ("paid", "active")
    (attempt,) = rows(engine, t.attempts, reference=debit.reference)
    assert (attempt["state"], attempt["settled_at"]) == ("succeeded", NOW + timedelta(days=1))
    (payment,) = rows(engine, t.payments, attempt=debit.reference)
    assert (payment["state"], payment["received_at"]) == ("received", NOW + timedelta(days=1))
    (mandate,) = rows(engine, t.mandates, reference="M-1003")
    assert mandate["last_used_on"] == NOW.date()
    (entry,) = rows(engine, t.audit)
    assert (entry["actor"], entry["action"]) == (
        "provider:simulator",
        "settlement.charge_succeeded",
    )
    assert (entry["customer"], entry["facts"]["outcome"]) == ("K-1003", "applied")


@pytest.mark.parametrize(
    ("kind", "code", "attempt", "payment"),
    [(RETURNED, "MS03", "returned", "returned"), (REFUNDED, "MD06", "refunded", "refunded")],
)
def test_money_that_went_back_opens_the_invoice_again(
    business: Subscriptions,
    engine: Engine,
    kind: EventKind,
    code: str,
    attempt: str,
    payment: str,
) -> None:
    debit = submitted(engine, "K-1003")
    outcomes = tell(business, news(debit, PAID), news(debit, kind, days=4, code=code))
    assert outcomes == (Outcome.APPLIED, Outcome.APPLIED)
    assert state_of(engine, "K-1003") == ("failed", "past_due")
    (stored,) = rows(engine, t.attempts, reference=debit.reference)
    assert (stored["state"], stored["raw_code"]) == (attempt, code)
    assert rows(engine, t.payments, attempt=debit.reference)[0]["state"] == payment
    assert len(rows(engine, t.audit)) == 2


def test_a_debit_the_bank_declines_fails_the_invoice(
    business: Subscriptions, engine: Engine
) -> None:
    debit = submitted(engine, "K-1003")
    assert tell(business, news(debit, FAILED, code="AM04")) == (Outcome.APPLIED,)
    assert state_of(engine, "K-1003") == ("failed", "past_due")
    (stored,) = rows(engine, t.attempts, reference=debit.reference)
    assert (stored["raw_code"], stored["failure_class"]) == ("AM04", "soft_funds")
    assert rows(engine, t.payments, attempt=debit.reference) == []


def test_an_active_contract_falls_behind(business: Subscriptions, engine: Engine) -> None:
    debit = submitted(engine, "K-1003")
    tell(business, news(debit, PAID))
    assert state_of(engine, "K-1003")[1] == "active"
    tell(business, news(debit, RETURNED, days=3, code="AC04"))
    assert state_of(engine, "K-1003")[1] == "past_due"
    (contract,) = rows(engine, t.subscriptions, customer="K-1003")
    kinds = [e["kind"] for e in rows(engine, t.subscription_events, subscription=contract["id"])]
    assert kinds[-2:] == ["recovered", "fell_behind"]


def test_the_same_event_changes_nothing_twice(business: Subscriptions, engine: Engine) -> None:
    debit = submitted(engine, "K-1003")
    tell(business, news(debit, PAID))
    before = fingerprint(engine)
    assert tell(business, news(debit, PAID)) == (Outcome.DUPLICATE,)
    assert fingerprint(engine) == before


def test_older_news_never_undoes_newer(business: Subscriptions, engine: Engine) -> None:
    debit = submitted(engine, "K-1003")
    back, came = news(debit, RETURNED, days=4, code="MS03"), news(debit, PAID)
    assert tell(business, back, came) == (Outcome.APPLIED, Outcome.STALE)
    assert state_of(engine, "K-1003") == ("failed", "past_due")
    assert rows(engine, t.payments, attempt=debit.reference)[0]["state"] == "returned"


def test_a_bank_without_a_mandate_ends_ours(business: Subscriptions, engine: Engine) -> None:
    debit = submitted(engine, "K-1003")
    tell(business, news(debit, RETURNED, days=3, code="MD01"))
    (mandate,) = rows(engine, t.mandates, reference="M-1003")
    assert (mandate["state"], mandate["ended_on"]) == ("invalid", (NOW + timedelta(days=3)).date())


def test_money_that_arrived_although_declined_goes_to_a_person(
    business: Subscriptions, engine: Engine
) -> None:
    debit = submitted(engine, "K-1003")
    tell(business, news(debit, FAILED, code="AM04"))
    assert tell(business, news(debit, PAID, days=2)) == (Outcome.CONFLICT,)
    assert state_of(engine, "K-1003")[0] == "failed"
    (case,) = rows(engine, t.cases, customer="K-1003")
    assert (case["kind"], case["skill"]) == ("wrong_or_double_charge", "BIL")


def test_a_chargeback_of_a_card_goes_to_a_person(business: Subscriptions, engine: Engine) -> None:
    debit = submitted(engine, "K-1009")
    tell(business, news(debit, PAID))
    before = state_of(engine, "K-1009")
    assert tell(business, news(debit, REFUNDED, days=9, code="fraudulent")) == (Outcome.CONFLICT,)
    assert state_of(engine, "K-1009") == before
    assert len(rows(engine, t.cases, customer="K-1009")) == 1


def test_what_other_money_covers_stays_paid(business: Subscriptions, engine: Engine) -> None:
    debit = submitted(engine, "K-1003")
    paid = pay_link(engine, "K-1003")
    tell(business, paid, news(debit, PAID), news(debit, RETURNED, days=4, code="MS03"))
    assert state_of(engine, "K-1003") == ("paid", "active")


def test_a_pay_link_is_paid_once(business: Subscriptions, engine: Engine) -> None:
    paid = pay_link(engine, "K-1003")
    assert tell(business, paid, again(paid, "evt-2")) == (Outcome.APPLIED, Outcome.STALE)
    assert state_of(engine, "K-1003") == ("paid", "active")
    assert rows(engine, t.payment_requests, id="R-LINK")[0]["state"] == "paid"


def refund_on_its_way(engine: Engine) -> None:
    """A refund of K-1003 that the bank has."""
    number = newest_invoice(engine, "K-1003")
    with writing(engine) as db:
        db.execute(
            insert(t.refunds).values(
                reference="G-1",
                customer="K-1003",
                invoice=number,
                amount_minor=500,
                reason="goodwill",
                state="submitted",
                asked_at=NOW,
                provider_reference="sim_G-1",
                ask_on=NOW.date(),
            )
        )


@pytest.mark.parametrize(
    ("kind", "state", "cases"),
    [(E.REFUND_SUCCEEDED, "succeeded", 0), (E.REFUND_FAILED, "failed", 1)],
)
def test_a_refund_arrives_or_goes_to_a_person(
    business: Subscriptions, engine: Engine, kind: EventKind, state: str, cases: int
) -> None:
    refund_on_its_way(engine)
    event = ProviderEvent("evt-r", kind, NOW, "G-1")
    assert tell(business, event, again(event, "evt-s")) == (Outcome.APPLIED, Outcome.STALE)
    assert rows(engine, t.refunds, reference="G-1")[0]["state"] == state
    assert len(rows(engine, t.cases, customer="K-1003")) == cases


def test_unknown_events_are_kept_and_applied_when_what_they_mean_is_there(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    number = newest_invoice(engine, "K-1003")
    early = ProviderEvent("evt-early", PAID, NOW, provider_reference=f"sim_{number}-2")
    assert tell(business, early) == (Outcome.UNKNOWN,)
    assert rows(engine, t.audit) == []
    submitted(engine, "K-1003")
    assert business.settlement.reconcile(clock()).retold == 1
    assert state_of(engine, "K-1003") == ("paid", "active")
    (event,) = rows(engine, t.provider_events, event="evt-early")
    assert event["outcome"] == "applied"


def test_money_that_stays_unknown_becomes_a_case(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    tell(business, ProviderEvent("evt-lost", PAID, NOW, "no-such-attempt", "pi_1"))
    tell(business, ProviderEvent("evt-lost-2", FAILED, NOW, "no-such-attempt", "pi_1"))
    known = len(rows(engine, t.cases))
    business.settlement.reconcile(clock())
    assert len(rows(engine, t.cases)) == known
    clock.forward(timedelta(days=2))
    business.settlement.reconcile(clock())
    business.settlement.reconcile(clock())
    assert len(rows(engine, t.cases)) == known + 1
    (case,) = rows(engine, t.cases, customer=None, kind="wrong_or_double_charge")
    assert case["facts"] == {"told": "charge_succeeded", "reference": "pi_1"}


def test_a_refund_that_stays_unknown_becomes_a_case(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    tell(business, ProviderEvent("evt-gone", E.REFUND_FAILED, NOW, None, "pi_9"))
    clock.forward(timedelta(days=2))
    business.settlement.reconcile(clock())
    (case,) = rows(engine, t.cases, customer=None, kind="wrong_or_double_charge")
    assert case["facts"] == {"told": "refund_failed", "reference": "pi_9"}


@pytest.mark.parametrize("kind", [RETURNED, REFUNDED])
def test_a_chargeback_of_what_was_paid_by_a_page_is_a_case_at_once_and_once(
    business: Subscriptions, engine: Engine, clock: SetClock, kind: EventKind
) -> None:
    event = ProviderEvent("evt-back", kind, NOW, None, "pi_9", "fraudulent")
    assert tell(business, event) == (Outcome.CONFLICT,)
    assert tell(business, event) == (Outcome.DUPLICATE,)
    clock.forward(timedelta(days=2))
    business.settlement.reconcile(clock())
    (case,) = rows(engine, t.cases, customer=None, kind="wrong_or_double_charge")
    assert case["facts"] == {"told": kind.value, "reference": "pi_9"}
    assert case["opened_at"] == NOW


@pytest.mark.parametrize("kind", [RETURNED, REFUNDED])
def test_a_chargeback_that_names_a_pay_link_is_a_case_of_its_customer(
    business: Subscriptions, engine: Engine, kind: EventKind
) -> None:
    link = pay_link(engine, "K-1001").reference
    event = ProviderEvent("evt-back", kind, NOW, link, "pi_9", "MD06")
    assert tell(business, event) == (Outcome.CONFLICT,)
    (case,) = rows(engine, t.cases, customer="K-1001", kind="wrong_or_double_charge")
    assert (case["facts"]["request"], case["facts"]["raw_code"]) == (link, "MD06")


def test_what_is_nothing_to_us_is_ignored(business: Subscriptions, engine: Engine) -> None:
    assert tell(business, ProviderEvent("evt-o", E.OTHER, NOW)) == (Outcome.IGNORED,)
    assert rows(engine, t.audit) == []


@pytest.mark.parametrize("wrong", ["signature", "body", "old", "missing"])
def test_nothing_is_believed_without_a_fresh_signature(
    business: Subscriptions, engine: Engine, wrong: str
) -> None:
    debit = submitted(engine, "K-1003")
    headers, body = SIGNER.signed(
        (news(debit, PAID),), NOW - timedelta(minutes=6 * (wrong == "old"))
    )
    if wrong == "signature":
        headers = {name: value[:-1] + "0" for name, value in headers.items()}
        headers = {name: value + "0" for name, value in headers.items()}
    if wrong == "body":
        body = body.replace(b"charge_succeeded", b"charge_returned")
    if wrong == "missing":
        headers = {}
    before = fingerprint(engine)
    with pytest.raises(UntrustedEventError):
        business.settlement.receive("simulator", headers, body)
    assert fingerprint(engine) == before


def test_a_provider_that_is_not_ours_is_not_found(business: Subscriptions) -> None:
    with pytest.raises(SubscriptionError) as refused:
        business.settlement.receive("stripe", {}, b"{}")
    assert refused.value.code is Code.NOT_FOUND


# ---------------------------------------------------------------------------------------------- asking


def test_asking_about_the_demo_contradicts_nothing(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    """The hints of the demo say what happens to the next debit, not to those of the last two years."""
    waiting = len(rows(engine, t.attempts, state="submitted", kind="sepa"))
    waiting += len(rows(engine, t.refunds, state="submitted"))
    before = [rows(engine, table) for table in (t.cases, t.subscriptions)]
    told = business.settlement.reconcile(clock())
    assert told.asked > 10
    assert told.changed <= waiting
    assert [rows(engine, table) for table in (t.cases, t.subscriptions)] == before


def test_asking_finds_what_was_lost(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    long_ago(engine)
    submitted(engine, "K-1003", hint="return:MS03:3")
    assert business.settlement.reconcile(clock()) == Reconciled(1, 0, 0, 0)
    clock.forward(timedelta(days=2))  # Monday, one bank day later
    assert business.settlement.reconcile(clock()) == Reconciled(1, 1, 0, 0)
    assert state_of(engine, "K-1003") == ("paid", "active")
    assert business.settlement.reconcile(clock()).changed == 0
    clock.forward(timedelta(days=2))
    assert business.settlement.reconcile(clock()).changed == 1
    assert state_of(engine, "K-1003") == ("failed", "past_due")
    assert business.settlement.reconcile(clock()).asked == 0


def test_asking_finds_that_a_refund_arrived(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    long_ago(engine)
    business.settlement.reconcile(clock())
    refund_on_its_way(engine)
    assert business.settlement.reconcile(clock()) == Reconciled(1, 1, 0, 0)
    assert rows(engine, t.refunds, reference="G-1")[0]["state"] == "succeeded"


def test_asking_ends_when_nothing_can_go_back_any_more(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    """Even after the product was off for longer than that, there is a last look."""
    long_ago(engine)
    submitted(engine, "K-1003")
    clock.forward(timedelta(days=430))
    assert business.settlement.reconcile(clock()) == Reconciled(1, 1, 0, 0)
    clock.forward(timedelta(days=430))
    assert business.settlement.reconcile(clock()) == Reconciled(0, 0, 0, 0)


def test_asking_goes_in_batches(business: Subscriptions, engine: Engine, clock: SetClock) -> None:
    long_ago(engine)
    for customer in ("K-1003", "K-1005", "K-1008"):
        submitted(engine, customer)
    clock.forward(timedelta(days=2))
    assert business.settlement.reconcile(clock(), batch=1) == Reconciled(3, 3, 0, 0)


def test_a_provider_that_is_away_ends_the_round(
    business: Subscriptions, engine: Engine, clock: SetClock, provider: CountingProvider
) -> None:
    long_ago(engine)
    submitted(engine, "K-1003")
    provider.down = True
    before = books(engine, ["K-1003"])
    assert business.settlement.reconcile(clock()) == Reconciled(0, 0, 1, 0)
    assert books(engine, ["K-1003"]) == before


# --------------------------------------------------------------------------------------- any order


def history(engine: Engine) -> list[ProviderEvent]:
    """Everything a provider may tell about four customers, in the order in which it happened."""
    back = submitted(engine, "K-1003")
    fetched = submitted(engine, "K-1005")
    declined = submitted(engine, "K-1008")
    refund_on_its_way(engine)
    return [
        pay_link(engine, "K-1001"),
        news(declined, FAILED, code="AM04"),
        news(back, PAID),
        news(fetched, PAID),
        ProviderEvent("evt-refund", E.REFUND_SUCCEEDED, NOW + timedelta(days=2), "G-1"),
        news(back, RETURNED, days=4, code="MS03"),
        news(fetched, REFUNDED, days=40, code="MD01"),
    ]


PEOPLE = ("K-1001", "K-1003", "K-1005", "K-1008")
EVENTS = 7


def told_in(order: list[int], template: Path, folder: Path) -> dict[str, object]:
    """The books after the events of the history were told in this order, by position."""
    path = folder / "books.db"
    shutil.copy(template, path)
    url = f"sqlite:///{path}"
    engine = open_engine(url)
    try:
        events = history(engine)
        assert len(events) == EVENTS
        connections = Connections(provider=CountingProvider())
        with open_subscriptions(url, SetClock(), connections=connections) as business:
            tell(business, *(events[index] for index in order))
        return books(engine, PEOPLE)
    finally:
        engine.dispose()
        for leftover in folder.glob("books.db*"):
            leftover.unlink()


@pytest.fixture
def in_order(sqlite_template: Path, tmp_path: Path) -> dict[str, object]:
    """The books after the events came as they happened."""
    return told_in(list(range(EVENTS)), sqlite_template, tmp_path)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    order=st.permutations(range(EVENTS)),
    repeated=st.lists(
        st.tuples(st.integers(0, EVENTS - 1), st.integers(0, EVENTS - 1)), max_size=6
    ),
)
def test_any_order_with_repetitions_ends_the_same(
    sqlite_template: Path,
    tmp_path: Path,
    in_order: dict[str, object],
    order: list[int],
    repeated: list[tuple[int, int]],
) -> None:
    shuffled = list(order)
    for where, which in repeated:
        shuffled.insert(where, which)
    assert told_in(shuffled, sqlite_template, tmp_path) == in_order
