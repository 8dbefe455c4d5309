"""The desk's HTTP API for labels on conversations; agents put them on, supervisors decide which there are.

Invariants: as in `agent_api` (own page, session, nothing cached); whoever has the list open sees a change at once.
"""

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from handoff.contract import Wire
from handoff.conversations.ports import Hint
from handoff.desk.work.labels import Colour, Label, LabelRefused, checked_label
from handoff.web.agent_api import SignedIn, Supervising, Web, no_store, own_page
from handoff.web.errors import WebError

router = APIRouter(
    prefix="/api/agent", tags=["desk"], dependencies=[Depends(own_page), Depends(no_store)]
)
LabelId = Annotated[str, Path(pattern=r"^[a-z0-9_-]{1,40}$")]


class LabelWords(Wire):
    """A label as it is written."""

    name_de: str = Field(max_length=200)
    name_en: str = Field(max_length=200)
    colour: Colour


class ShownLabel(Wire):
    """A label as agents get it."""

    id: str
    name_de: str
    name_en: str
    colour: str


@router.get("/labels")
async def labels(_agent: SignedIn, web: Web) -> list[ShownLabel]:
    """All labels, by name in German."""
    return [_shown(label) for label in await web.work.labels.labels()]


@router.post("/labels", status_code=201)
async def add_label(words: LabelWords, agent: Supervising, web: Web) -> ShownLabel:
    """One more; 409 `too_many` when there is no room."""
    return await _put(web, secrets.token_hex(8), words, by=agent.id)


@router.put("/labels/{label}")
async def change_label(
    label: LabelId, words: LabelWords, agent: Supervising, web: Web
) -> ShownLabel:
    """Another name or colour; 404 when there is none."""
    if label not in {one.id for one in await web.work.labels.labels()}:
        raise WebError(404, "not_found")
    return await _put(web, label, words, by=agent.id)


@router.delete("/labels/{label}", status_code=204)
async def remove_label(label: LabelId, agent: Supervising, web: Web) -> None:
    """Remove one, from every conversation too; 404 when there is none."""
    if not await web.work.labels.drop_label(label, by=agent.id):
        raise WebError(404, "not_found")
    web.inbox.touch()


@router.put("/conversations/{conversation}/labels/{label}", status_code=204)
async def put_label(conversation: str, label: LabelId, agent: SignedIn, web: Web) -> None:
    """The conversation has the label from then on; 404 when either does not exist."""
    await web.flow.get(conversation)
    if label not in {one.id for one in await web.work.labels.labels()}:
        raise WebError(404, "not_found")
    if await web.work.labels.put_on(conversation, label, on=True, by=agent.id):
        await web.hints.publish(Hint(conversation))


@router.delete("/conversations/{conversation}/labels/{label}", status_code=204)
async def take_label(conversation: str, label: LabelId, agent: SignedIn, web: Web) -> None:
    """The conversation has the label no longer."""
    await web.flow.get(conversation)
    if await web.work.labels.put_on(conversation, label, on=False, by=agent.id):
        await web.hints.publish(Hint(conversation))


async def _put(web: Web, id_: str, words: LabelWords, *, by: str) -> ShownLabel:
    try:
        label = checked_label(Label(id_, words.name_de, words.name_en, words.colour))
    except LabelRefused as refused:
        raise WebError(422, f"bad_{refused.why}") from None
    if not await web.work.labels.put_label(label, by=by):
        raise WebError(409, "too_many")
    return _shown(label)


def _shown(label: Label) -> ShownLabel:
    return ShownLabel(
        id=label.id, name_de=label.name_de, name_en=label.name_en, colour=label.colour
    )
