"""Cases and promised calls for tests."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, insert, update

from subscriptions.entities.cases import Case, CaseState
from subscriptions.policy.limits import Limits
from subscriptions.store import cases
from subscriptions.store import tables as t
from subscriptions.store.engine import writing
from tests.integration.subscriptions.people import NOW

MONDAY_NINE = datetime.fromisoformat("2026-11-23T09:00:00+01:00")
MONDAY_TEN = MONDAY_NINE + timedelta(hours=1)
PHONE = "030 23125 061"  # of those that are kept free for films and tests


def opened_case(
    engine: Engine,
    customer: str | None,
    *,
    kind: str = "complaint",
    state: CaseState = CaseState.OPEN,
    at: datetime = NOW,
    number: str | None = None,
) -> Case:
    """A case that was opened at a moment."""
    concern = cases.Concern(kind=kind, skill="CMP", text="The paper is always wet.")
    with writing(engine) as db:
        case = cases.open_case(db, customer, concern, at=at, limits=Limits())
        db.execute(
            update(t.cases)
            .where(t.cases.c.number == case.number)
            .values(state=state.value, number=number or case.number)
        )
        found = cases.find(db, number or case.number)
    assert found is not None
    return found


def promised_call(engine: Engine, case: Case, number: str = "T-1", state: str = "promised") -> None:
    """A call promised for Monday between nine and ten."""
    with writing(engine) as db:
        db.execute(
            insert(t.callbacks).values(
                id=number,
                case=case.number,
                customer=case.customer,
                phone="+493023125061",
                from_at=MONDAY_NINE,
                until_at=MONDAY_TEN,
                state=state,
                asked_at=NOW,
            )
        )


def phone_on_file(engine: Engine, customer: str, phone: str | None) -> None:
    """Give a customer a phone number, or take it away."""
    with writing(engine) as db:
        db.execute(update(t.customers).where(t.customers.c.number == customer).values(phone=phone))


def paid_without_contract(engine: Engine, customer: str) -> None:
    """Money that arrived yesterday and belongs to no invoice."""
    with writing(engine) as db:
        db.execute(
            insert(t.payments).values(
                reference="Z-lost",
                customer=customer,
                amount_minor=1199,
                currency="EUR",
                source="link",
                state="received",
                received_at=NOW - timedelta(days=1),
            )
        )
