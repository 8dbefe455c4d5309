"""What somebody at the desk changed, as one entry of the desk's audit.

Invariants: an entry is stored in the transaction of the change it tells of; it names the agent by login and holds
codes, numbers and ids, never what a person wrote in a chat. Changes of a conversation that stand in its own log (take,
reply, hand back) are not told twice.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

WHO_LENGTH, WHAT_LENGTH = 64, 40


@dataclass(frozen=True, slots=True)
class Entry:
    """`who` (a login) did `what` (a code like `chat_transferred`), about a conversation or not; `facts` are plain JSON."""

    who: str
    what: str
    conversation: str | None
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as it stands in the audit."""

    id: int
    at: datetime
    entry: Entry


def entry(who: str, what: str, *, conversation: str | None = None, **facts: Any) -> Entry:
    """An entry to store with `adapters.sql.audit.record`. Raises ValueError for what would not fit its place."""
    if not 0 < len(who) <= WHO_LENGTH or not 0 < len(what) <= WHAT_LENGTH:
        raise ValueError(f"an entry of the audit needs a login and a code: {what}")
    return Entry(who, what, conversation, facts)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the audit is asked for: whose, which code, from `since` on, before `until`; empty means all."""

    who: str = ""
    what: str = ""
    since: datetime | None = None
    until: datetime | None = None


ALL = Wanted()


class AuditReading(Protocol):
    """The audit as it is read."""

    async def entries(
        self, wanted: Wanted = ..., *, before: int | None = None, limit: int = 100
    ) -> list[Kept]:
        """The newest entries first; `before`: older than the entry with that id."""
        ...
