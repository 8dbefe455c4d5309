"""Rows to values and back. Invariant: nothing outside this package sees a row."""

from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from handoff.contract import HandbackBrief
from handoff.conversations.model import Author, Controller, Conversation, Event


def conversation_of(row: sa.Row[Any]) -> Conversation:
    """The value of a conversation's row."""
    found = dict(row._mapping)
    found["controller"] = Controller(found["controller"])
    if found["handback"] is not None:
        found["handback"] = HandbackBrief.model_validate(found["handback"])
    return Conversation(**found)


def conversation_row(value: Conversation) -> dict[str, Any]:
    """The row of a conversation."""
    row = _shallow(value)
    row["controller"] = value.controller.value
    row["handback"] = value.handback.model_dump(mode="json") if value.handback else None
    return row


def event_of(row: sa.Row[Any]) -> Event:
    """The value of an event's row."""
    found = dict(row._mapping)
    found["author"] = Author(found["author"])
    return Event(**found)


def event_row(value: Event) -> dict[str, Any]:
    """The row of an event."""
    row = _shallow(value)
    row["author"] = value.author.value
    del row["text"]
    return row


def _shallow(value: Conversation | Event) -> dict[str, Any]:
    """The fields as they are; `asdict` would copy every body."""
    return {field.name: getattr(value, field.name) for field in fields(value)}
