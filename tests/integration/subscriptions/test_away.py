"""The database is away, locked or slow: one error of our own, in time, and nothing stored afterwards."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import Engine, create_engine, exc, make_url, text

from subscriptions import Connections, Subscriptions, open_subscriptions
from subscriptions.errors import Code, SubscriptionError
from subscriptions.provider import ChargeAnswer, ChargeRequest
from subscriptions.store.engine import Patience, open_engine, reading, writing
from tests.integration.subscriptions.looking import fingerprint
from tests.integration.subscriptions.people import AGENT, CountingProvider, SetClock, bot_for
from tests.processes import free_port

SHORT = Patience(lock=1, write=30)
ANNA = bot_for("K-1001")
INVOICE = "RE-1001-0025"


@contextmanager
def unavailable() -> Iterator[pytest.ExceptionInfo[SubscriptionError]]:
    with pytest.raises(SubscriptionError) as refused:
        yield refused
    assert refused.value.code is Code.STORE_UNAVAILABLE


@contextmanager
def hurried(url: str, **parts: object) -> Iterator[Subscriptions]:
    """The business with little patience."""
    with open_subscriptions(url, SetClock(), patience=SHORT, **parts) as business:  # type: ignore[arg-type]
        yield business


@contextmanager
def locked(url: str, *, at_once: bool = False) -> Iterator[None]:
    """Somebody else holds what every write needs: SQLite's only lock, or the head of the audit.

    `at_once`: who cannot have it without waiting fails.
    """
    if make_url(url).get_backend_name() == "sqlite":
        name, patience = str(make_url(url).database), 0 if at_once else 30
        with closing(sqlite3.connect(name, patience, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    engine = create_engine(url)
    try:
        with engine.begin() as db:
            db.execute(text(f"SELECT * FROM audit_head FOR UPDATE{' NOWAIT' * at_once}"))
            yield
    finally:
        engine.dispose()


WRITES: list[Callable[[Subscriptions], object]] = [
    lambda b: b.cancellation.declare(ANNA, "Ich kündige", key="k"),
    lambda b: b.identity.request_reset(ANNA, None, key="k"),
    lambda b: b.plans.quote(bot_for("K-1002"), "stream-standard"),
    lambda b: b.overview.of(AGENT, "K-1001"),
]


@pytest.mark.parametrize("write", WRITES, ids=["cancel", "reset", "quote", "overview"])
def test_a_lock_is_not_waited_for_longer_than_allowed(
    database_url: str, engine: Engine, write: Callable[[Subscriptions], object]
) -> None:
    before = fingerprint(engine)
    with hurried(database_url) as business:
        with locked(database_url):
            began = time.monotonic()
            with unavailable() as refused:
                write(business)
            assert time.monotonic() - began < 15
            assert isinstance(refused.value.__cause__, exc.OperationalError)
        assert fingerprint(engine) == before, "nothing happens afterwards"
        write(business)
    assert fingerprint(engine) != before


class LookingProvider(CountingProvider):
    """While it is asked, somebody else writes: that must work at once."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def charge(self, request: ChargeRequest) -> ChargeAnswer:
        with locked(self.url, at_once=True):
            return super().charge(request)


def test_a_slow_provider_keeps_no_transaction_waiting(database_url: str) -> None:
    provider = LookingProvider(database_url)
    with hurried(database_url, connections=Connections(provider=provider)) as business:
        assert business.payments.retry(ANNA, INVOICE, key="k").succeeded
        assert business.payments.retry(ANNA, INVOICE, key="k").succeeded
    assert len(provider.references) == 1


def test_who_looks_would_see_a_transaction_that_waits(database_url: str) -> None:
    with (
        locked(database_url),
        pytest.raises((sqlite3.OperationalError, exc.OperationalError)),
        locked(database_url, at_once=True),
    ):
        pass


def test_money_is_not_asked_for_twice_when_its_answer_could_not_be_stored(
    database_url: str,
) -> None:
    provider = CountingProvider()
    with hurried(database_url, connections=Connections(provider=provider)) as business:
        with locked(database_url), unavailable():
            business.payments.retry(ANNA, INVOICE, key="k")
        assert business.payments.retry(ANNA, INVOICE, key="k").succeeded
    assert len(provider.references) == 1, "asked once, or looked up"


def test_what_prepares_the_database_takes_its_time(database_url: str) -> None:
    patient = open_engine(database_url)
    with writing(patient) as db:
        assert db.get_execution_options()["write_seconds"] is None
    patient.dispose()


@pytest.mark.postgres
def test_a_server_that_is_not_there() -> None:
    with hurried(f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/none") as business:
        for ask in (
            lambda: business.billing.balance(ANNA),
            lambda: business.payments.retry(ANNA, INVOICE, key="k"),
        ):
            with unavailable():
                ask()


@pytest.mark.postgres
def test_a_connection_that_is_cut_is_replaced(postgres_template: str) -> None:
    engine, other = (
        open_engine(postgres_template, Patience(lock=1, write=2)),
        create_engine(postgres_template),
    )
    with unavailable(), writing(engine) as db:
        pid = db.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with other.begin() as killer:
            killer.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        time.sleep(0.2)
        db.execute(text("SELECT 1"))
    with reading(engine) as db:
        assert db.execute(text("SELECT 1")).scalar_one() == 1
    with unavailable(), reading(engine) as db:
        db.execute(text("SELECT pg_sleep(5)"))
    engine.dispose()
    other.dispose()


def test_a_file_that_cannot_be_opened(tmp_path) -> None:
    with hurried(f"sqlite:///{tmp_path}") as business, unavailable():
        business.billing.balance(ANNA)


def test_a_bug_is_not_called_trouble(engine: Engine) -> None:
    with pytest.raises(exc.StatementError), reading(engine) as db:
        db.execute(text("SELECT :missing"))
