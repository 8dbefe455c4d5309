"""What a step causes beside the log and the case: promises and their ends, questions to the subscriber, transcripts and files to send.

Invariants: an effect is stored in the transaction of its step or not at all; a promise ends kept, broken or withdrawn, and after
it was broken it may still be kept late; a promise with a `reference` is kept where that call or case is kept, any other one by a
person's words in the chat.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal


class PromiseKind(StrEnum):
    """What was promised: an answer within the target, an answer to whoever waits though nobody is there, a call, a letter."""

    FIRST_ANSWER = "first_answer"
    WAITING = "waiting"
    CALLBACK = "callback"
    WRITTEN = "written"


class PromiseState(StrEnum):
    """Open, or how it ended. A broken promise may still be kept late."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    KEPT_LATE = "kept_late"
    WITHDRAWN = "withdrawn"


_S, _K = PromiseState, PromiseKind
ANSWERS = frozenset({_K.FIRST_ANSWER, _K.WAITING})
"""Promises of a person's words in the chat."""


@dataclass(frozen=True, slots=True)
class Pledge:
    """Something is promised until `due_at`.

    The same kind is not promised twice: one that is owed without a reference stands, and gets this reference and time.
    """

    kind: PromiseKind
    due_at: datetime
    reference: str | None = None
    case_number: str | None = None


Act = Literal["kept", "broken", "unanswered", "withdrawn"]
"""`broken`: its time is over, and it is still owed; `unanswered`: the case ended without it."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What is owed of these kinds ends so; `reference` None: only what has none. `why` is a code."""

    how: Act
    kinds: frozenset[PromiseKind] = frozenset(PromiseKind)
    reference: str | None = None
    why: str = ""


Page = Literal["transcripts", "feedback"]
"""Pages about a conversation, or about a rating."""

About = Literal["bot", "person"]
Rating = Literal["good", "ok", "bad", "refused"]


@dataclass(frozen=True, slots=True)
class RatingAsked:
    """The subscriber was asked how content they are with the bot or the person of an episode."""

    id: str
    about: About
    episode: str
    skill: str | None = None
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class Rated:
    """How they answered the question `id`; the first answer counts."""

    id: str
    answer: Rating


@dataclass(frozen=True, slots=True)
class TranscriptWanted:
    """The transcript is to be sent to the address on file of this subscriber, as surely as they are known."""

    id: str
    subscriber_id: str
    level: int


@dataclass(frozen=True, slots=True)
class SettledAsked:
    """The subscriber was asked whether the matter of the case is settled."""

    case_number: str


@dataclass(frozen=True, slots=True)
class SettledAnswered:
    """How they answered: it is settled, or they still want a person."""

    case_number: str
    answer: Literal["settled", "person"]


@dataclass(frozen=True, slots=True)
class FileSent:
    """The agent's file goes out with the message at `seq`; sent before, it stays that message's."""

    id: str
    seq: int


Effect = (
    Pledge
    | Ending
    | RatingAsked
    | Rated
    | TranscriptWanted
    | SettledAsked
    | SettledAnswered
    | FileSent
)


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise as it stands."""

    id: str
    conversation: str
    case_number: str | None
    kind: PromiseKind
    skill: str | None
    made_at: datetime
    due_at: datetime
    reference: str | None
    state: PromiseState
    ended_at: datetime | None

    @property
    def owed(self) -> bool:
        """Whether somebody still waits for it, in time or not."""
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened to a promise: made, fixed, kept, broken, kept_late or withdrawn."""

    what: str
    at: datetime
    facts: Mapping[str, str]


def after(state: PromiseState, how: Act, *, late: bool) -> tuple[PromiseState, bool]:
    """What an owed promise becomes by an act, and whether it is over; `late`: its time had passed.

    What was broken stays broken, whatever is wanted or done then, unless it is kept late. Raises ValueError for a state in
    which nothing is owed.
    """
    if state not in {_S.OPEN, _S.BROKEN}:
        raise ValueError(f"a promise that is {state} has ended")
    if how == "kept":
        return (_S.KEPT_LATE if late or state is _S.BROKEN else _S.KEPT), True
    if state is _S.BROKEN:
        return _S.BROKEN, how != "broken"
    if how == "withdrawn":
        return _S.WITHDRAWN, True
    return _S.BROKEN, how == "unanswered"
