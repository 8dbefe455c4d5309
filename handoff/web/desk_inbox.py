"""What the console asks for beside its socket: a row by its conversation, older rows by pages, to whom a chat may go.

Invariants: as `agent_api`: the own page's header and a session; the rows look as they do in the socket's list.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from handoff.conversations.model import Controller
from handoff.desk.routing.reach import Destinations, destinations
from handoff.protocol import QueueRow
from handoff.web.agent_api import SignedIn, Web, no_store, own_page
from handoff.web.board import queue_row
from handoff.web.errors import WebError

router = APIRouter(
    prefix="/api/agent",
    tags=["desk"],
    dependencies=[Depends(own_page), Depends(no_store)],
)


@router.get("/conversations")
async def older(
    controller: Literal["bot", "closed"],
    _agent: SignedIn,
    web: Web,
    before: Annotated[str | None, Query(max_length=40)] = None,
) -> list[QueueRow]:
    """The next chats with the bot, or closed ones, behind the conversation `before`; newest first, empty at the end."""
    found = await web.flow.older(Controller(controller), before=before)
    return [queue_row(row) for row in found]


@router.get("/conversations/{conversation}")
async def one(conversation: str, _agent: SignedIn, web: Web) -> QueueRow:
    """A conversation's row; 404 when there is none."""
    found = await web.flow.inbox([conversation])
    if not found.rows:
        raise WebError(404, "not_found")
    return queue_row(found.rows[0])


@router.get("/destinations")
async def reach(_agent: SignedIn, web: Web) -> Destinations:
    """To whom a chat may be passed on, and who would get it now."""
    everybody = [(account.login, account.name) for account in await web.accounts.accounts()]
    return destinations(await web.routing.store.look(), everybody)
