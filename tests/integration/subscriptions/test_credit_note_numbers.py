"""Numbers of credit notes when two corrections of one payer meet."""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for

from sqlalchemy import Connection, Engine

from subscriptions.entities.refunds import RefundReason
from subscriptions.policy.withdrawal import Settled, correct
from subscriptions.store import corrections, invoices
from subscriptions.store import tables as t
from subscriptions.store.engine import writing
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.people import NOW

PAYER = "K-1002"


def corrected(engine: Engine, number: str) -> None:
    """Credit an invoice of the payer in full, in a transaction of its own."""
    with writing(engine) as db:
        _apply(db, number)


def _apply(db: Connection, number: str) -> None:
    invoice = invoices.find(db, PAYER, number)
    assert invoice is not None
    wanted = [correct(invoice, Settled(), 0)]
    corrections.apply(db, wanted, RefundReason.SERVICE, NOW)


def test_two_corrections_of_one_payer_at_once_draw_two_numbers(engine: Engine) -> None:
    with ThreadPoolExecutor(1) as other:
        with writing(engine) as db:
            _apply(db, "RE-1002-0014")
            rival = other.submit(corrected, engine, "RE-1002-0015")
            assert wait_for([rival], timeout=0.5).not_done  # it waits for the first to commit
        rival.result(timeout=60)
    notes = sorted(r["number"] for r in rows(engine, t.credit_notes, customer=PAYER))
    assert notes == ["GS-1002-0001", "GS-1002-0002"]
