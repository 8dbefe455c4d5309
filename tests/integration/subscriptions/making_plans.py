"""Contracts in the states that changes, add-ons and pauses meet, for tests."""

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Engine, insert

from subscriptions.entities.addons import BookedAddon
from subscriptions.entities.contracts import Period, Subscription, schedule_end
from subscriptions.entities.holds import Hold, HoldKind
from subscriptions.entities.pauses import Pause, PauseState
from subscriptions.model.contracts import SubscriptionState
from subscriptions.store import addons, contracts, holds, pauses
from subscriptions.store import tables as t
from subscriptions.store.engine import reading, writing
from tests.integration.subscriptions.people import NOW, bot_for

BEN = bot_for("K-1004")  # learn-start, 20.00 €, half of 30 days gone: 6 November to 6 December
TOM = bot_for("K-1006")  # stream-premium, until 1 December
ANNA = bot_for("K-1001")  # stream-standard, past due
PRIYA = bot_for("K-1007")  # stream-standard-year, past due
TODAY = date(2026, 11, 21)
_MADE = contracts.Happened("made", "test", NOW)


def contract_of(engine: Engine, number: str, contract: str | None = None) -> Subscription:
    """The contract of a customer as it is stored."""
    with reading(engine) as db:
        owned = contracts.all_of(db, number)
        return owned[0] if contract is None else next(c for c in owned if c.id == contract)


def change(engine: Engine, number: str, **values: Any) -> Subscription:
    """Give the contract of a customer other values."""
    with writing(engine) as db:
        changed = replace(contracts.all_of(db, number, lock=True)[0], **values)
        contracts.store(db, changed, _MADE)
    return changed


def second_contract(
    engine: Engine,
    number: str = "K-1004",
    plan: str = "stream-basic",
    **values: Any,
) -> str:
    """One more running contract of a customer; returns its id."""
    contract = Subscription(
        id=f"S-{number}-2",
        customer=number,
        plan=plan,
        state=SubscriptionState.ACTIVE,
        started_on=date(2026, 3, 1),
        period=Period(date(2026, 11, 1), date(2026, 12, 1)),
        anchor_day=1,
        method=None,
    )
    with writing(engine) as db:
        contracts.add(db, replace(contract, **values))
    return contract.id


def cancel(engine: Engine, number: str = "K-1004", on: date = date(2026, 12, 6)) -> None:
    """Let the contract of a customer be cancelled."""
    with writing(engine) as db:
        contract = contracts.all_of(db, number, lock=True)[0]
        contracts.store(db, schedule_end(contract, on), _MADE)


def book(engine: Engine, code: str = "learn-seat", quantity: int = 1, **values: Any) -> None:
    """Let K-1004 have booked an add-on two weeks ago."""
    with writing(engine) as db:
        contract = contracts.all_of(db, "K-1004")[0]
        booking = BookedAddon(
            f"AO-{code}-{quantity}", contract.id, addons.find(db, code), quantity, date(2026, 11, 6)
        )
        addons.book(db, replace(booking, **values))


def booked(engine: Engine, number: str = "K-1004") -> list[tuple[str, int, date, date | None]]:
    """Code, pieces, first day and end of everything the contract ever booked."""
    with reading(engine) as db:
        found = addons.booked(db, contracts.all_of(db, number)[0].id)
        return [(b.addon.code, b.quantity, b.since, b.ends_on) for b in found]


def earlier_pause(engine: Engine, number: str, from_on: date, until_on: date) -> None:
    """A pause that is over."""
    with writing(engine) as db:
        contract = contracts.all_of(db, number)[0]
        pauses.add(db, Pause("PA-0", contract.id, from_on, until_on, PauseState.OVER, NOW))


def pauses_of(engine: Engine, number: str) -> list[tuple[PauseState, date, date]]:
    """State, first day and end of all pauses of the contract."""
    with reading(engine) as db:
        found = pauses.of(db, contracts.all_of(db, number)[0].id)
        return [(p.state, p.from_on, p.until_on) for p in found]


def hold(engine: Engine, number: str, kind: HoldKind) -> None:
    """Let collection rest for a customer."""
    with writing(engine) as db:
        holds.place(db, Hold(f"H-{number}", number, kind, NOW))


def account(engine: Engine, holder: str) -> str:
    """An account that another customer holds; returns its id."""
    with writing(engine) as db:
        db.execute(insert(t.accounts).values(id=f"A-{holder}-2", holder=holder))
    return f"A-{holder}-2"


def events(engine: Engine, number: str, contract: str | None = None) -> list[tuple[str, str]]:
    """What the log of the contract says: kind and state after it."""
    with reading(engine) as db:
        owned = contracts.all_of(db, number)
        wanted = contract or owned[0].id
        return [
            (happened.kind, happened.state.value if happened.state else "")
            for happened in contracts.history(db, wanted)
        ]
