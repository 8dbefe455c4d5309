"""Cases as they are told: a number, a promised time, and what may be said to whom."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class ConcernKind(StrEnum):
    """What somebody has on their mind."""

    COMPLAINT = "complaint"
    IDEA = "idea"
    PRAISE = "praise"
    QUESTION = "question"  # wants to be answered in writing


@dataclass(frozen=True, slots=True)
class CaseReceipt:
    """A case was opened, or opened again: its number, and until when a person answers."""

    number: str
    promised_at: datetime
    state: str  # open, waiting, closed
    urgent: bool = False
    repeated: bool = False  # the same matter was open already


@dataclass(frozen=True, slots=True)
class CallbackReceipt:
    """A promised call; the number is masked. `state`: promised, kept, broken, withdrawn."""

    id: str
    case_number: str
    phone: str
    from_at: datetime
    until_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class CaseDetails:
    """What only the subscriber of the case may know. `owner` is the login of the person who looks after it."""

    kind: str
    skill: str
    opened_at: datetime
    owner: str | None
    outcome: str | None
    closed_at: datetime | None
    callback: CallbackReceipt | None


@dataclass(frozen=True, slots=True)
class CaseStatus:
    """How a case stands. `missed`: we owe an answer that was promised for earlier.

    Without `details` the number alone was the proof: state and promise, and nothing else.
    """

    number: str
    state: str
    promised_at: datetime
    missed: bool
    details: CaseDetails | None = None


class OrderFound(StrEnum):
    """What became of an order: `unknown` is said to everybody who is not identified."""

    ARRIVED = "arrived"
    WITHOUT_CONTRACT = "without_contract"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class OrderHelp:
    """An order that is looked for. A case stands for it unless the contract is there."""

    found: OrderFound
    plan: str | None = None
    started_on: date | None = None
    case_number: str | None = None
    promised_at: datetime | None = None
