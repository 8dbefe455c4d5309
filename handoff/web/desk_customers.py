"""The desk's HTTP API for customers: looking for them, also when they never wrote, and their 360° view.

Invariants: as in `agent_api` (own page, session, nothing cached); the business writes down who looked at whom; looking makes no
conversation.
"""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from handoff.contract import Wire
from handoff.web.agent_api import SignedIn, Web, no_store, own_page

router = APIRouter(
    prefix="/api/agent/customers",
    tags=["desk"],
    dependencies=[Depends(own_page), Depends(no_store)],
)


class Asked(Wire):
    """What to look for, and `after`, where the page before said that more is."""

    words: str = Field(min_length=1, max_length=200)
    after: str = Field(default="", max_length=40)


class FoundCustomer(Wire):
    """A customer; `conversation`: their newest one, if they ever wrote; `invoice`: its number, if that led there."""

    number: str
    name: str
    locale: str
    email: str
    since: date | None
    invoice: str | None
    conversation: str | None


class FoundCustomers(Wire):
    """A page of customers; `more`: where the next one begins."""

    customers: list[FoundCustomer]
    more: str | None


@router.get("")
async def find(asked: Annotated[Asked, Query()], agent: SignedIn, web: Web) -> FoundCustomers:
    """Look for customers by number, e-mail address, invoice or name."""
    found = await web.subscribers.find(asked.words, agent=agent.id, after=asked.after)
    chats = await web.work.search.latest_of([one["number"] for one in found["people"]])
    customers = [
        FoundCustomer(**one, conversation=chats.get(one["number"])) for one in found["people"]
    ]
    return FoundCustomers(customers=customers, more=found["more"])


@router.get("/{number}/overview")
async def overview(number: str, agent: SignedIn, web: Web) -> dict[str, Any]:
    """Everything about a customer, without a conversation to compare with; 404 for nobody."""
    seen = await web.subscribers.overview(number, agent=agent.id)
    return {**seen, "since": None}
