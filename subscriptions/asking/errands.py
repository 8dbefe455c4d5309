"""One kind of thing that the provider is asked for: how it is asked, looked up, and what its answer changes here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from subscriptions.asking.booking import By
from subscriptions.errors import Code
from subscriptions.provider import PaymentProvider
from subscriptions.store.audit import Facts
from subscriptions.store.write import Notice

A = TypeVar("A")


class Dated(Protocol):
    """Something that was asked at a moment."""

    @property
    def at(self) -> datetime:
        """When it was written down, just before it was asked."""
        ...


Q = TypeVar("Q", bound=Dated)


@dataclass(frozen=True, slots=True)
class Handed:
    """What was just written down, and how that is taken back while it is certain that nobody was reached."""

    reference: str
    undo: Callable[[Connection], None]


@dataclass(frozen=True, slots=True)
class Settled:
    """What an answer changed: whose it is, the facts for the audit, and the messages it causes."""

    customer: str
    facts: Facts = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()


class Errand(Protocol[Q, A]):
    """A kind of errand; things are named by our reference, which the provider gets too."""

    @property
    def refusal(self) -> Code:
        """Why nothing of this kind is done while one is unknown."""
        ...

    def question(self, db: Connection, reference: str) -> Q | None:
        """What the provider is asked, as long as its answer is unknown."""
        ...

    def stands(self, db: Connection, reference: str) -> bool:
        """Whether it is written down and may have been taken in; else it may be begun anew."""
        ...

    def ask(self, provider: PaymentProvider, question: Q) -> A:
        """Have it done; raises NotReachedError, ProviderUnavailableError."""
        ...

    def look_up(self, provider: PaymentProvider, question: Q, now: datetime) -> A | None:
        """What became of it, without having it done; None when the provider knows of none."""
        ...

    def settle(self, db: Connection, reference: str, answer: A | None, by: By) -> Settled | None:
        """Book an answer, once: None when it is not unknown any more. Without an answer it was never taken in."""
        ...

    def unknown_of(self, db: Connection, customer: str) -> Sequence[str]:
        """What of a customer is unknown, oldest first."""
        ...

    def unknown(self, db: Connection, limit: int) -> Sequence[str]:
        """What is unknown at all, oldest first."""
        ...
