"""A proposal that waits for a yes: what would be done, for whom, its idempotency key, and until when.

Invariants: a proposal belongs to the subscriber it was made to (or to somebody unknown) and is none to anybody
else; flat strings only, so that the same value fits the slot and a button; the key is made when the
proposal is, so a yes that arrives twice is executed once; a value that cannot be read is no proposal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from subscriptions.model.base import Caller


def subject_of(caller: Caller) -> str:
    """Whom a proposal to this caller belongs to."""
    return caller.subscriber or ""


class Awaiting(StrEnum):
    """What an answer would complete."""

    RETRY_PAYMENT = "retry_payment"
    UPGRADE_PLAN = "upgrade_plan"
    DOWNGRADE_PLAN = "downgrade_plan"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - the name of an intent


@dataclass(frozen=True, slots=True)
class Pending:
    """One open proposal; `subject` is the customer number it was made to, empty for somebody unknown."""

    kind: Awaiting
    subject: str
    key: str
    until: datetime
    facts: Mapping[str, str]

    def value(self) -> dict[str, str]:
        """As the slot and as the value of a button."""
        fixed = {
            "kind": self.kind.value,
            "subject": self.subject,
            "key": self.key,
            "until": self.until.isoformat(),
        }
        return {**self.facts, **fixed}

    def fact(self, name: str) -> str:
        """A fact of the proposal; raises `KeyError` if it was never put in."""
        return self.facts[name]

    def open_at(self, now: datetime) -> bool:
        """Whether a yes still counts."""
        return now <= self.until

    def belongs_to(self, caller: Caller) -> bool:
        """Whether it was made to whoever speaks now."""
        return self.subject == subject_of(caller)

    @classmethod
    def read(cls, value: object) -> "Pending | None":
        """The proposal in a slot or a button's value, or nothing."""
        if not isinstance(value, Mapping):
            return None
        facts = {str(name): str(fact) for name, fact in value.items()}
        try:
            kind, until = Awaiting(facts.pop("kind")), datetime.fromisoformat(facts.pop("until"))
            key, subject = facts.pop("key"), facts.pop("subject")
        except (KeyError, ValueError):
            return None
        return cls(kind, subject, key, until, facts) if until.tzinfo else None
