"""One action of an agent and its life, from the wish to what came of it.

proposed → begun | refused | withdrawn | expired; asked → begun | refused | withdrawn | expired; begun → done | failed.

Invariants: pure; an illegal step raises `ActionRefused(NOT_OPEN)`; `begun` is entered once, and left once; an end is
never left.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from handoff.contract import Locale, Wire
from handoff.desk.audit import Entry, entry
from handoff.desk.words import Words

CLAIM = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
MOST_TRIES = 100
"""Tries of what nobody knows yet, about a day; and of anything else that never comes to its end."""

MOST_BROKEN = 10
"""Tries of something that breaks in a way nobody foresaw, about an hour and a half; then it ends, and people look."""


def pause_after(tries: int) -> timedelta:
    """How long something that did not work rests before the next try."""
    return min(LONGEST_PAUSE, CLAIM * (1 << min(tries, 10)))


class State(StrEnum):
    """How far an action is."""

    PROPOSED = "proposed"  # a second person must agree
    ASKED = "asked"  # the subscriber must confirm
    BEGUN = "begun"
    DONE = "done"
    FAILED = "failed"  # the business refused it, or it broke too often
    REFUSED = "refused"  # whoever was asked said no
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


_ENDS = (State.REFUSED, State.WITHDRAWN, State.EXPIRED)
STEPS: Mapping[State, frozenset[State]] = {
    State.PROPOSED: frozenset({State.BEGUN, *_ENDS}),
    State.ASKED: frozenset({State.BEGUN, *_ENDS}),
    State.BEGUN: frozenset({State.DONE, State.FAILED}),
} | dict.fromkeys((State.DONE, State.FAILED, *_ENDS), frozenset[State]())
WAITING = frozenset({State.PROPOSED, State.ASKED})


class Refusal(StrEnum):
    """Why the desk does not do something; what the business refuses has its own codes."""

    NO_SUBSCRIBER = "no_subscriber"
    CHANGED = "changed"
    KEY_REUSED = "key_reused"
    UNKNOWN = "unknown_action"
    NOT_OPEN = "not_open"
    OWN_PROPOSAL = "own_proposal"
    NOT_ALLOWED = "not_allowed"
    BROKEN = "broken"


class ActionRefused(Exception):
    """The desk refused; `code` says why."""

    def __init__(self, code: Refusal) -> None:
        super().__init__(code.value)
        self.code = code


class Line(Wire):
    """A part of what will happen: what it is about, and the amount, the day or the words."""

    label: Words
    value: Words


class Foreseen(Wire):
    """What will happen, shown before anything does. `minor` is what the house gives away.

    `customer`: only the subscriber may confirm it; `order`: by a button that says that it costs (§ 312j(3) BGB).
    """

    title: Words
    lines: tuple[Line, ...] = ()
    minor: int = 0
    currency: str = "EUR"
    customer: bool = False
    order: bool = False

    @property
    def digest(self) -> str:
        """Names exactly this: what was confirmed is what was shown."""
        shown = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return hashlib.sha256(shown.encode()).hexdigest()[:32]


class Outcome(Wire):
    """What came of it, for everybody in the chat; `url` is a page for the subscriber, as the bot would link it."""

    told: Words
    link: Words | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Who approved or refused, and what they wrote about it."""

    who: str
    name: str
    at: datetime
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """A wish, what it would mean, and how far it is.

    `prepared` is what the use case needs to do exactly what was foreseen (the token of a quote). `key` is the client's,
    unique with the agent. `next_at`: when somebody should look again at what is due; `tries`: how often somebody did.
    """

    id: str
    conversation: str
    subscriber: str
    locale: Locale
    agent: str
    agent_name: str
    key: str
    wish: Mapping[str, Any]
    foreseen: Foreseen
    state: State
    asked_at: datetime
    expires_at: datetime
    prepared: Mapping[str, str]
    decision: Decision | None = None
    outcome: Outcome | None = None
    refusal: str = ""
    tries: int = 0
    next_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def kind(self) -> str:
        """Which wish it is."""
        return str(self.wish["kind"])


def entry_of(action: Action) -> Entry:
    """The audit's entry of an action that somebody asked for; of the words in it nothing."""
    facts = {
        "action": action.id,
        "kind": action.kind,
        "subscriber": action.subscriber,
        "minor": action.foreseen.minor,
        "currency": action.foreseen.currency,
    }
    return entry(
        action.agent, f"action_{action.state.value}", conversation=action.conversation, **facts
    )


def step_to(action: Action, state: State, **changes: Any) -> Action:
    """The action after a step; raises `ActionRefused(NOT_OPEN)` when it is not open to it."""
    if state not in STEPS[action.state]:
        raise ActionRefused(Refusal.NOT_OPEN)
    return replace(action, state=state, **changes)
