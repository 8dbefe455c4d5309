"""What the actions of agents need outward: where they are kept, and the chat they are told in.

Invariant: a change and its entry in the audit are stored together or not at all.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from handoff.conversations.model import Conversation
from handoff.conversations.ports import Receipt
from handoff.conversations.telling import Told
from handoff.desk.approvals.action import Action
from handoff.desk.audit import Entry

Admit = Callable[[Conversation, int], Action]
"""The action to store, given its locked conversation and what the agent gave this subscriber within the day before."""

Step = Callable[[Action], Action]


class ActionStore(Protocol):
    """Actions in a database. All raise UNAVAILABLE when it does not answer."""

    async def add(self, wanted: Action, admit: Admit, *, since: datetime) -> Action:
        """Store what `admit` makes of it, with its entry; one with the same agent and key is given back as it is."""
        ...

    async def given(self, agent: str, subscriber: str, kind: str, *, since: datetime) -> int:
        """What an agent gave a subscriber by themselves since then, in minor units; what failed or was approved is not counted."""
        ...

    async def known(self, agent: str, key: str) -> Action | None:
        """The action of an agent under a client's key."""
        ...

    async def get(self, action: str) -> Action:
        """Raises `ActionRefused(UNKNOWN)`."""
        ...

    async def change(self, action: str, step: Step, entry: Entry | None = None) -> Action:
        """Make a step on the locked row and note who did it. Raises what the step raises, and UNKNOWN."""
        ...

    async def of(self, conversation: str, limit: int) -> Sequence[Action]:
        """The newest actions of a conversation, newest first."""
        ...

    async def proposed(self, limit: int) -> Sequence[Action]:
        """What waits for a second person, the oldest first."""
        ...

    async def due(self, now: datetime, *, until: datetime, limit: int) -> Sequence[Action]:
        """Begun ones that nobody works on and waiting ones whose time is over, claimed until then and counted as tried."""
        ...


class Chat(Protocol):
    """The part of `conversations.flow.Flow` that is needed here."""

    async def get(self, conversation: str) -> Conversation:
        """Raises UNKNOWN_CONVERSATION."""
        ...

    async def tell(self, conversation: str, told: Told) -> Receipt:
        """Once for its key."""
        ...
