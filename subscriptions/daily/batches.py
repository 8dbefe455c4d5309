"""Working through what is due: pages, each in one transaction, each thing in a savepoint of its own.

Invariants: a thing that breaks leaves nothing behind, is reported, and is passed; the audit is written last in its
transaction, because its chain lets one writer through at a time; what somebody else holds is tried once more.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from subscriptions.errors import SubscriptionError
from subscriptions.model.daily import Broken, StepDone
from subscriptions.rolling import Day
from subscriptions.store import audit
from subscriptions.store.backing import Backing
from subscriptions.store.due import Item, Page
from subscriptions.store.engine import writing

BATCH = 25
SWEPT = 200  # rows in one statement
_PASSES = 2


@dataclass(frozen=True, slots=True)
class Run(Day):
    """One run: its day, its surroundings, how much each step may do, and what broke so far."""

    backing: Backing
    limit: int | None = None
    broken: list[Broken] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of work: what is due, and how one thing of it is done; `act` returns what the audit keeps."""

    name: str
    due: Callable[[Connection, Run, Page], Sequence[Item]]
    act: Callable[[Connection, Run, Item], Iterable[audit.Entry]]


def run_step(run: Run, step: Step) -> StepDone:
    """Do all that is due of a step, or as much as the run's limit allows."""
    done, broken = 0, set[str]()
    for _ in range(_PASSES):
        before, after = done, ""
        while True:
            left = BATCH if run.limit is None else min(BATCH, run.limit - done)
            if left <= 0:
                return StepDone(step.name, done, complete=False)
            try:
                found, worked = _batch(run, step, Page(after, left), broken)
            except SubscriptionError as error:
                run.broken.append(Broken(step.name, "", error.code.value))
                return StepDone(step.name, done, complete=False)
            done += worked
            if not found:
                break
            after = found[-1].reference
        if done == before:
            break
    return StepDone(step.name, done)


def sweep(run: Run, name: str, action: str, act: Callable[[Connection, int], int]) -> StepDone:
    """Let `act` deal with at most so many rows in each transaction, until there are none or the limit is reached."""
    done = 0
    while run.limit is None or done < run.limit:
        with writing(run.backing.engine) as db:
            size = SWEPT if run.limit is None else min(SWEPT, run.limit - done)
            count = act(db, size)
            if count:
                audit.append(db, run.entry(action, None, {"count": count}))
        done += count
        if count == 0:
            return StepDone(name, done)
    return StepDone(name, done, complete=False)


def supervised(run: Run, name: str, act: Callable[[], StepDone]) -> StepDone:
    """A step that works in its own way; when what it stands on is away, the report says so."""
    try:
        return act()
    except SubscriptionError as error:
        run.broken.append(Broken(name, "", error.code.value))
        return StepDone(name, 0, complete=False)


def _batch(run: Run, step: Step, page: Page, broken: set[str]) -> tuple[Sequence[Item], int]:
    """One page in one transaction; returns what was looked at and how many things were done."""
    entries: list[audit.Entry] = []
    worked = 0
    with writing(run.backing.engine) as db:
        found = step.due(db, run, page)
        for item in found:
            if item.reference in broken:
                continue
            kept = _one(db, run, step, item)
            if kept is None:
                broken.add(item.reference)
                continue
            worked += bool(kept)
            entries += kept
        for entry in entries:
            audit.append(db, entry)
    return found, worked


def _one(db: Connection, run: Run, step: Step, item: Item) -> list[audit.Entry] | None:
    """One thing in a savepoint: what the audit keeps of it, nothing when nothing had to be done, None if it broke."""
    try:
        with db.begin_nested():
            return list(step.act(db, run, item))
    except SubscriptionError as error:
        code = error.code.value
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one thing must not stop the others
        code = type(error).__name__
    run.broken.append(Broken(step.name, item.reference, code))
    return None
