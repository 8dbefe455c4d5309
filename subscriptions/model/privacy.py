"""What is said about exports, erasures and objections."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from subscriptions.model.base import Money


class ObjectionKind(StrEnum):
    """What somebody objects to: being advertised to, being profiled, or a decision a machine made."""

    ADVERTISING = "advertising"
    PROFILING = "profiling"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class ExportReceipt:
    """An export was asked for; its link goes to the address on file, masked here, within `ready_minutes`."""

    job: str
    sent_to: str
    ready_minutes: int
    valid_days: int


@dataclass(frozen=True, slots=True)
class TranscriptSent:
    """The link to a chat's transcript went to the address on file, masked here."""

    sent_to: str


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A machine-readable copy of everything about a person (Art. 15 and 20 GDPR)."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Retention:
    """What has to be kept, by which law, for how long, and until when it is kept here."""

    what: str  # invoices, declarations, transcripts
    law: str
    years: int | None = None
    days: int | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Obstacles:
    """What has to end before anything is erased."""

    contracts: int
    open: Money

    @property
    def stand(self) -> bool:
        """Whether anything is in the way."""
        return self.contracts > 0 or self.open.minor > 0


@dataclass(frozen=True, slots=True)
class ErasureReceipt:
    """An erasure was asked for: a person carries it out; this is what stays and what is in the way."""

    case_number: str
    promised_at: datetime
    kept: tuple[Retention, ...]
    obstacles: Obstacles
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class ErasureReport:
    """What was done: tables whose rows went, whose rows lost the person, and whose rows the law keeps."""

    case_number: str
    at: datetime
    deleted: tuple[str, ...]
    cleared: tuple[str, ...]
    kept: tuple[Retention, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class ObjectionReceipt:
    """An objection; `effective`: it holds from now on. `ended` are the purposes that were agreed to before."""

    reference: str
    kind: ObjectionKind
    effective: bool
    ended: tuple[str, ...]
    case_number: str | None = None
    promised_at: datetime | None = None
