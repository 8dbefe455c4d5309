"""The business on a remote billing system: what it answers, what it refuses, and how it fails honestly."""

import inspect
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from actions.refusals import REFUSALS
from subscriptions import port, utc_now
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level, Money
from subscriptions.model.cancellation import DeclarationOutcome
from subscriptions.model.payments import FailureClass
from subscriptions.port import Business
from subscriptions.remote import RemoteSettings, RemoteSubscriptions, open_remote
from subscriptions.store import tables as t
from subscriptions.store.engine import open_engine
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.people import AGENT, NOBODY, SetClock, bot_for
from tests.integration.subscriptions.remote_system import ACCOUNT, RemoteSystem, running

ADA = bot_for("K-77")


@pytest.fixture
def system() -> Iterator[RemoteSystem]:
    with running(RemoteSystem()) as system:
        yield system


@pytest.fixture
def local_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The local database; which kind it is makes no difference here."""
    shutil.copy(sqlite_template, tmp_path / "local.db")
    return f"sqlite:///{tmp_path / 'local.db'}"


@pytest.fixture
def remote(system: RemoteSystem, local_url: str, clock: SetClock) -> Iterator[Business]:
    settings = RemoteSettings(system.url, "chat", "secret", "key", "apart", seconds=2)
    with open_remote(settings, local_url, clock) as business:
        yield business


def test_charges_and_balance(remote: Business) -> None:
    charge = remote.billing.explain_charge(ADA)
    assert (charge.invoice, charge.total, charge.status) == ("8", Money(1199), "failed")
    assert charge.lines[0].text_de == "Stream Standard"
    assert charge.overdue
    balance = remote.billing.balance(ADA)
    assert (balance.open, balance.overdue) == (Money(1199), Money(1199))
    assert [i.number for i in remote.billing.invoices(ADA)] == ["8", "7"]
    assert [i.number for i in remote.billing.invoices(ADA, 2025)] == []
    with pytest.raises(SubscriptionError) as refused:
        remote.billing.explain_charge(ADA, "9")  # void
    assert refused.value.code is Code.NOT_FOUND


def test_an_agent_looks_for_somebody(
    remote: Business, system: RemoteSystem, local_url: str
) -> None:
    found = remote.overview.find(AGENT, "Meyer")
    assert [(one.number, one.email, one.invoice) for one in found.people] == [
        ("K-77", "a***@e…", None)
    ]
    billed = remote.overview.find(AGENT, "2008")
    assert [(one.number, one.invoice) for one in billed.people] == [("K-77", "2008")]
    assert remote.overview.find(AGENT, "2009").people == ()
    engine = open_engine(local_url)
    noted = [(e["actor"], e["facts"]["shown"]) for e in rows(engine, t.audit)]
    engine.dispose()
    assert noted == [(AGENT.actor, "K-77"), (AGENT.actor, "K-77"), (AGENT.actor, "")]
    with pytest.raises(SubscriptionError) as refused:
        remote.overview.find(ADA, "Meyer")
    assert refused.value.code is Code.IDENTITY_NEEDED


def test_many_are_found_page_by_page(remote: Business, system: RemoteSystem) -> None:
    system.others = [
        {**ACCOUNT, "externalKey": f"K-{n}", "accountId": f"a-{n}"} for n in range(100, 125)
    ]
    first = remote.overview.find(AGENT, "meyer")
    second = remote.overview.find(AGENT, "meyer", first.more or "")
    assert (len(first.people), len(second.people), second.more) == (20, 6, None)
    assert len({one.number for one in (*first.people, *second.people)}) == 26
    with pytest.raises(SubscriptionError) as refused:
        remote.overview.find(AGENT, "meyer", "K-1")
    assert refused.value.code is Code.BAD_INPUT


def test_why_it_failed_and_trying_again_once(remote: Business, system: RemoteSystem) -> None:
    failure = remote.payments.why_failed(ADA)
    assert failure is not None
    assert (failure.invoice, failure.kind) == ("8", FailureClass.SOFT_FUNDS)
    first = remote.payments.retry(ADA, "8", key="k")
    assert (first.succeeded, first.reference, first.invoice) == (True, "t-2", "8")
    assert remote.payments.retry(ADA, "8", key="k") == first
    sent = [body for method, _, body in system.asked if method == "POST"]
    assert sent == [{"accountId": "a-1", "targetInvoiceId": "i-8", "purchasedAmount": "11.99"}]


def test_a_method_that_may_not_be_tried_is_not(remote: Business, system: RemoteSystem) -> None:
    system.tries[0]["transactions"][0]["gatewayErrorCode"] = "MD07"
    with pytest.raises(SubscriptionError) as refused:
        remote.payments.retry(ADA, "8", key="k")
    assert refused.value.code is Code.RETRY_FORBIDDEN
    assert [m for m, _, _ in system.asked if m == "POST"] == []


def test_plan_profile_and_view(remote: Business, local_url: str) -> None:
    plan = remote.plans.of(ADA)
    assert plan is not None
    assert plan.code == "stream-standard"
    assert remote.identity.profile(ADA).locale == "de"
    view = remote.overview.of(AGENT, "K-77")
    assert (view.header.name, view.header.email) == ("Ada Meyer", "a***@e…")
    assert view.contracts[0].renews_on == date(2026, 12, 15)
    assert view.money.failure is not None
    engine = open_engine(local_url)
    assert [e["actor"] for e in rows(engine, t.audit, customer="K-77")] == [AGENT.actor]
    engine.dispose()


def test_a_cancellation_ends_the_term_there(remote: Business, system: RemoteSystem) -> None:
    receipt = remote.cancellation.declare(ADA, "Ich kündige.", key="k")
    assert receipt.outcome is DeclarationOutcome.SCHEDULED
    assert receipt.ends_on == date(2026, 12, 15)
    assert remote.cancellation.declare(ADA, "Ich kündige.", key="k") == receipt
    ended = [(path, query) for method, path, query in system.asked if method == "DELETE"]
    assert [path for path, _ in ended] == ["/1.0/kb/subscriptions/s-1"]
    assert ended[0][1]["entitlementPolicy"] == "END_OF_TERM"


READS: dict[str, Callable[[Business], Any]] = {
    "explain_charge": lambda b: b.billing.explain_charge(ADA),
    "balance": lambda b: b.billing.balance(ADA),
    "why_failed": lambda b: b.payments.why_failed(ADA),
    "plan": lambda b: b.plans.of(ADA),
    "profile": lambda b: b.identity.profile(ADA),
    "overview": lambda b: b.overview.of(AGENT, "K-77"),
    "find": lambda b: b.overview.find(AGENT, "meyer"),
    "retry": lambda b: b.payments.retry(ADA, "8", key="k"),
}


MISBEHAVIOUR = [
    *((kind, "balance") for kind in ("slow", "drip", "500", "401", "half", "nonsense", "wrong")),
    *(("500", name) for name in READS),
    *(("slow", name) for name in ("retry", "overview")),
]


@pytest.mark.parametrize(("behaviour", "asked"), MISBEHAVIOUR)
def test_a_system_that_misbehaves_is_away(
    remote: Business, system: RemoteSystem, behaviour: str, asked: str
) -> None:
    system.behaviour = behaviour
    began = time.monotonic()
    with pytest.raises(SubscriptionError) as refused:
        READS[asked](remote)
    assert refused.value.code is Code.STORE_UNAVAILABLE
    assert time.monotonic() - began < 8  # the gateway waits eight seconds for a turn


def test_a_system_that_is_gone_is_away(local_url: str, clock: SetClock) -> None:
    with running(RemoteSystem()) as system:
        url = system.url
    settings = RemoteSettings(url, "chat", "secret")
    with open_remote(settings, local_url, clock) as business:
        with pytest.raises(SubscriptionError) as refused:
            business.billing.balance(ADA)
        assert refused.value.code is Code.STORE_UNAVAILABLE
        receipt = business.cancellation.declare(ADA, "Ich kündige 4111 1111 1111 1111", key="k")
    assert (receipt.outcome, receipt.matched) == (DeclarationOutcome.PERSON, False)
    engine = open_engine(local_url)
    (case,) = rows(engine, t.cases, number=receipt.case)
    assert case["facts"] == {"caller": "K-77"}
    assert "4111" not in case["text"]
    engine.dispose()


def test_nothing_is_read_for_somebody_unknown(remote: Business, system: RemoteSystem) -> None:
    for call in (remote.billing.balance, remote.payments.why_failed, remote.plans.of):
        with pytest.raises(SubscriptionError) as refused:
            call(NOBODY)
        assert refused.value.code is Code.IDENTITY_NEEDED
    other = Caller("K-78", Level.IDENTIFIED, "bot")
    with pytest.raises(SubscriptionError) as refused:
        remote.billing.balance(other)
    assert refused.value.code is Code.NOT_FOUND
    assert [path for _, path, _ in system.asked] == ["/1.0/kb/accounts"]


def nouns() -> dict[str, type]:
    """The nouns of the port."""
    members = inspect.getmembers(Business, lambda member: isinstance(member, property))
    return {name: inspect.signature(p.fget).return_annotation for name, p in members}


def test_every_use_case_answers_as_the_port_says_or_is_not_offered(remote: Business) -> None:
    assert isinstance(remote, RemoteSubscriptions)
    offered = 0
    for noun, shape in nouns().items():
        part = getattr(remote, noun)
        for name, method in inspect.getmembers(shape, inspect.isfunction):
            if name.startswith("_"):
                continue
            if hasattr(type(part), name):
                offered += 1
                ours = inspect.signature(getattr(part, name)).parameters
                wanted = list(inspect.signature(method).parameters)[1:]
                assert list(ours) == wanted, f"{noun}.{name}"
                continue
            with pytest.raises(SubscriptionError) as refused:
                getattr(part, name)(ADA)
            assert refused.value.code is Code.NOT_OFFERED
    assert offered == 12


def test_what_is_not_offered_has_a_sentence_and_a_person() -> None:
    assert REFUSALS[Code.NOT_OFFERED].passing is not None


def test_the_port_is_what_the_built_in_business_has(business: Any) -> None:
    for noun, shape in nouns().items():
        for name, method in inspect.getmembers(shape, inspect.isfunction):
            if not name.startswith("_"):
                ours = inspect.signature(getattr(getattr(business, noun), name)).parameters
                assert list(ours) == list(inspect.signature(method).parameters)[1:]
    assert port.__doc__
    assert utc_now().tzinfo is not None
