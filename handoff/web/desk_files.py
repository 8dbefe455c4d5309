"""Files that agents send: taking them in, sending them with a reply, and the address under which a subscriber gets one.

Invariants: a body is read no further than a file may be long; what is kept was checked by its bytes; a file is served as
something to keep, never to show: with the type we found, nosniff, a closed policy and nothing cached; an address is made anew for
each look at the chat and runs out; whoever has none of ours that holds gets the same 404 page as for a file that is gone; what
was not sent has no address.
"""

import asyncio
import secrets
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field

from handoff.contract import Link, Wire
from handoff.conversations.sending import Enclosed, Letter
from handoff.desk.links import LinkRefused, Trouble
from handoff.desk.work.files import (
    FILES,
    MOST_BYTES,
    MOST_IN_A_MESSAGE,
    FileRefused,
    Kept,
    checked_file,
)
from handoff.protocol.subscriber import Cid
from handoff.web.agent_api import SignedIn, Web, no_store, own_page
from handoff.web.bodies import body_within
from handoff.web.cookies import read_cookie
from handoff.web.errors import WebError
from handoff.web.links import Friendly, bounded
from handoff.web.services import Services

router = APIRouter(
    prefix="/api/agent", tags=["desk"], dependencies=[Depends(own_page), Depends(no_store)]
)
public = APIRouter(include_in_schema=False, route_class=Friendly, dependencies=[Depends(bounded)])

FileId = Annotated[str, Path(pattern=r"^[a-f0-9]{32}$")]
_STATUS = {"too_big": 413, "too_many": 409, "type": 415}
_SERVED = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
}


class ShownFile(Wire):
    """A file that was added and not sent yet."""

    id: str
    name: str
    media_type: str
    size: int


class FilesToSend(Wire):
    """A reply with files, under the epoch and the place in the log that the agent saw."""

    cid: Cid
    epoch: int
    seen: int | None = Field(None, ge=0)
    text: str = Field(min_length=1, max_length=4000)
    files: list[str] = Field(min_length=1, max_length=MOST_IN_A_MESSAGE)


class Sent(Wire):
    """Where the message stands."""

    seq: int


@router.post("/conversations/{conversation}/files", status_code=201)
async def add_file(
    conversation: str,
    request: Request,
    agent: SignedIn,
    web: Web,
    *,
    name: Annotated[str, Query(min_length=1, max_length=300)],
) -> ShownFile:
    """Take in a file: its bytes are the body. 413, 415 or 422 `file_<why>`."""
    if not web.limits.messages.allow(f"files:{agent.id}"):
        raise WebError(429, "rate_limited", retry_after=web.limits.messages.retry_after())
    await web.flow.get(conversation)
    content = await _body(request)
    try:
        file = await asyncio.to_thread(checked_file, name, content, web.work.redraw)
        kept = await web.work.files.add_file(secrets.token_hex(16), conversation, file, by=agent.id)
    except FileRefused as refused:
        raise WebError(_STATUS.get(refused.why, 422), f"file_{refused.why}") from None
    return _shown(kept)


@router.get("/conversations/{conversation}/files")
async def unsent(conversation: str, agent: SignedIn, web: Web) -> list[ShownFile]:
    """One's own files in this conversation that were not sent yet."""
    return [_shown(kept) for kept in await web.work.files.unsent(conversation, by=agent.id)]


@router.delete("/files/{file}", status_code=204)
async def remove_file(file: FileId, agent: SignedIn, web: Web) -> None:
    """Remove one's own file that was not sent; 404 when there is none."""
    if not await web.work.files.drop_file(file, by=agent.id):
        raise WebError(404, "not_found")


@router.post("/conversations/{conversation}/files/send")
async def send_files(conversation: str, what: FilesToSend, agent: SignedIn, web: Web) -> Sent:
    """The owner's words with these files; 404 when one is not theirs, else as any reply is refused."""
    if not web.limits.messages.allow(f"agent:{agent.id}"):
        raise WebError(429, "rate_limited", retry_after=web.limits.messages.retry_after())
    own = {kept.id: kept for kept in await web.work.files.added(conversation, by=agent.id)}
    if not own.keys() >= set(what.files):
        raise WebError(404, "not_found")
    files = [_enclosed(web, own[id_]) for id_ in dict.fromkeys(what.files)]
    receipt = await web.work.sender.send_files(
        conversation,
        agent=agent,
        epoch=what.epoch,
        cid=what.cid,
        letter=Letter(what.text, files),
        seen=what.seen,
    )
    return Sent(seq=receipt.seq)


@public.get("/files/{token}")
async def get_file(token: str, request: Request, web: Web) -> Response:
    """The file behind an address of ours, to be kept; an agent's address needs the agent."""
    opened = web.work.signed.opened(token)
    if opened is None:
        raise LinkRefused(Trouble.OVER)
    id_, viewer = opened
    if viewer == "agent":
        cookie = read_cookie(request, development=web.development)
        if await web.sign_ins.find(cookie) is None:
            raise LinkRefused(Trouble.OVER)
    file = await web.work.files.file(id_)
    if file is None:
        raise LinkRefused(Trouble.OVER)
    plain = file.name.encode("ascii", "ignore").decode().replace('"', "") or "file"
    named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}"
    headers = {**_SERVED, "Content-Disposition": named}
    return Response(file.content, media_type=file.media_type, headers=headers)


async def _body(request: Request) -> bytes:
    """No more of it than a file may be long."""
    content = await body_within(request, MOST_BYTES)
    if content is None:
        raise WebError(413, "file_too_big")
    return content


def _enclosed(web: Services, kept: Kept) -> Enclosed:
    kilobytes = -(-kept.size // 1024)
    return Enclosed(kept.id, Link(title=f"{kept.name} ({kilobytes} KB)", url=f"{FILES}{kept.id}"))


def _shown(kept: Kept) -> ShownFile:
    return ShownFile(id=kept.id, name=kept.name, media_type=kept.media_type, size=kept.size)
