"""The desk's HTTP API for a supervisor's hand in single chats: which there are, listening in, passing on.

Invariants: as in `agent_api`, and for supervisors only; whoever is listened to is in the audit before a word is shown; passing on
is the step of `conversations.passing_on`, with its rules and its place in the log.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from handoff.contract import Wire
from handoff.conversations.model import Controller, Destination, Event
from handoff.desk.audit import entry
from handoff.desk.work.search import Wanted
from handoff.protocol import QueueRow
from handoff.protocol.subscriber import Cid
from handoff.web.agent_api import Supervising, Web, no_store, own_page
from handoff.web.board import queue_row

router = APIRouter(
    prefix="/api/desk/chats", tags=["desk"], dependencies=[Depends(own_page), Depends(no_store)]
)
MOST = 50
"""Chats in a list: those that wait longest by their deadline, or those of one person."""


class Reassigned(Wire):
    """To whom a chat goes; `epoch` as it was seen, `note` for whoever gets it."""

    cid: Cid
    epoch: int
    to: Literal["agent", "team", "skill"]
    id: str = Field(min_length=1, max_length=64)
    note: str = Field(default="", max_length=2000)


class Said(Wire):
    """One thing that was said or noted: by whom, under which name; no text: it was deleted. `note`: for colleagues only."""

    seq: int
    at: str
    author: str
    name: str
    text: str | None
    note: bool


@router.get("")
async def chats(
    web: Web, _: Supervising, of: Annotated[str, Query(max_length=64)] = ""
) -> list[QueueRow]:
    """The chats that wait, the first one first, or those that the agent `of` has, the newest first."""
    if of:
        wanted = Wanted(controllers=(Controller.AGENT,), agent=of)
        ids = [hit.conversation.id for hit in await web.work.search.search(wanted, limit=MOST)]
    else:
        look = await web.routing.store.look()
        line = sorted(look.chats, key=lambda chat: (not chat.crisis, chat.deadline, chat.since))
        ids = [chat.conversation for chat in line[:MOST]]
    found = {row.conversation.id: queue_row(row) for row in (await web.flow.inbox(ids)).rows}
    return [found[one] for one in ids if one in found]


@router.get("/{conversation}/said")
async def said(
    conversation: str, web: Web, by: Supervising, since: Annotated[int, Query(ge=0)] = 0
) -> list[Said]:
    """What was said after `since`, in order; the first look at a chat is in the audit."""
    chat = await web.flow.get(conversation)
    if since == 0:
        await web.supervision.told(entry(by.id, "listened_in", conversation=chat.id))
    start = max(since, chat.last_seq - 200)
    log = await web.flow.events(conversation, since=start, for_agents=True)
    return [_said(event) for event in log if event.kind in {"message", "note"} and _told(event)]


@router.post("/{conversation}/transfer", status_code=204)
async def transfer(conversation: str, web: Web, by: Supervising, to: Reassigned) -> None:
    """Pass a chat on that waits or that somebody has. 409 when it changed hands meanwhile, 404 for an unknown destination."""
    await web.flow.transfer(
        conversation,
        agent=by,
        epoch=to.epoch,
        cid=to.cid,
        to=Destination(to.to, to.id),
        note=to.note,
    )


def _told(event: Event) -> bool:
    """Notices of the system that have words only in the console are left out."""
    return bool(event.body.get("text")) or not event.body.get("code")


def _said(event: Event) -> Said:
    return Said(
        seq=event.seq,
        at=event.at.isoformat(),
        author=event.author.value,
        name=str(event.body.get("name") or ""),
        text=event.body.get("text"),
        note=event.kind == "note",
    )
