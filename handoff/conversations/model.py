"""Frozen values of a conversation and the pure steps of its ownership.

Invariants: `seq` is gapless per conversation; `epoch` grows by one on every change of controller; only
the current epoch may speak outbound; an illegal step raises `ConversationError`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from handoff.contract import Locale


class Controller(StrEnum):
    """Who speaks to the subscriber now."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"
    CLOSED = "closed"


class Author(StrEnum):
    """Who wrote an event."""

    SUBSCRIBER = "subscriber"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Conversation:
    """One row: a contact's chat, who owns it, and how far its log goes."""

    id: str
    subscriber_id: str | None
    level: int
    proven_at: datetime | None
    name: str | None
    locale: Locale
    controller: Controller
    epoch: int
    last_seq: int
    agent: str | None
    lease_token: str | None
    lease_until: datetime | None
    waiting_since: datetime | None
    case_number: str | None
    reason: str
    skill: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the log. `agents_only` events never reach a subscriber. `body` is a `protocol` event as JSON."""

    conversation: str
    seq: int
    kind: str
    author: Author
    epoch: int
    cid: str | None
    agents_only: bool
    body: dict[str, Any]
    private: dict[str, Any]
    at: datetime
