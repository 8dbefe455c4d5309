"""How a customer pays: the segments of the dunning policy, section 4 of the domain paper.

Invariants: only the length of the relation and the record of payments count; never name, age, place or
what somebody watches or reads; shares are compared in whole numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from subscriptions.entities.attempts import Attempt, is_made
from subscriptions.policy.calendar import add_months
from subscriptions.policy.failures import is_declined


class Segment(StrEnum):
    """First match wins, in this order."""

    REPEAT = "repeat"
    LOYAL = "loyal"
    NEW = "new"
    STANDARD = "standard"


@dataclass(frozen=True, slots=True)
class Record:
    """Invoices of the last twelve months, how many of them failed at least once, and a word not kept."""

    invoices: int
    failed: int
    broke_promise: bool = False


def record_of(attempts: Sequence[Attempt], *, broke_promise: bool = False) -> Record:
    """The record behind the attempts of the last twelve months."""
    made = [a for a in attempts if is_made(a)]
    failed = {a.invoice for a in made if is_declined(a)}
    return Record(len({a.invoice for a in made}), len(failed), broke_promise)


def segment(since: date, record: Record, today: date) -> Segment:
    """The segment of a customer who is with us since a day."""

    def at_least(months: int) -> bool:
        return add_months(since, months) <= today

    if record.failed >= 3 or record.broke_promise:
        return Segment.REPEAT
    on_time = (record.invoices - record.failed) * 100 >= record.invoices * 95
    if (at_least(12) and record.failed <= 1) or (at_least(6) and on_time):
        return Segment.LOYAL
    return Segment.STANDARD if at_least(3) else Segment.NEW
