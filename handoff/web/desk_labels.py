"""The desk's HTTP API for labels on conversations; agents put them on, supervisors decide which there are.

Invariants: as in `agent_api` (own page, session, nothing cached); whoever has the list open sees a change at once.
"""

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from handoff.contract import Wire
from handoff.conversations.ports import Hint
from handoff.desk.settings.shapes import version_of
from handoff.desk.work.labels import Colour, Label, LabelRefused, checked_label
from handoff.web.agent_api import SignedIn, Supervising, Web, no_store, own_page
from handoff.web.desk_worded import Archived, changed_meanwhile
from handoff.web.errors import WebError

router = APIRouter(
    prefix="/api/agent", tags=["desk"], dependencies=[Depends(own_page), Depends(no_store)]
)
LabelId = Annotated[str, Path(pattern=r"^[a-z0-9_-]{1,40}$")]


class LabelWords(Wire):
    """A label as it is written. `version`: what it was made on."""

    name_de: str = Field(max_length=200)
    name_en: str = Field(max_length=200)
    colour: Colour
    version: str | None = Field(default=None, max_length=40)


class ShownLabel(Wire):
    """A label as agents get it; a change names its version. An archived one is put on nothing any more."""

    id: str
    version: str
    archived: bool
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
    """Another name or colour; 404 when there is none, 409 `changed_meanwhile` with what stands `now`."""
    held = await _known(web, label)
    if words.version not in {None, _shown(held).version}:
        raise changed_meanwhile(_shown(held))
    return await _put(web, label, words, by=agent.id, seen=held if words.version else None)


@router.put("/labels/{label}/archived", status_code=204)
async def archive_label(label: LabelId, agent: Supervising, web: Web, to: Archived) -> None:
    """Put one aside: conversations keep it, none gets it; or take it back. 404 when there is none."""
    if not await web.work.labels.archive_label(label, on=to.archived, by=agent.id):
        raise WebError(404, "not_found")


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
    if (await _known(web, label)).archived:
        raise WebError(404, "not_found")
    if await web.work.labels.put_on(conversation, label, on=True, by=agent.id):
        await web.hints.publish(Hint(conversation))


@router.delete("/conversations/{conversation}/labels/{label}", status_code=204)
async def take_label(conversation: str, label: LabelId, agent: SignedIn, web: Web) -> None:
    """The conversation has the label no longer."""
    await web.flow.get(conversation)
    if await web.work.labels.put_on(conversation, label, on=False, by=agent.id):
        await web.hints.publish(Hint(conversation))


async def _known(web: Web, label: str) -> Label:
    found = next((one for one in await web.work.labels.labels() if one.id == label), None)
    if found is None:
        raise WebError(404, "not_found")
    return found


async def _put(
    web: Web, id_: str, words: LabelWords, *, by: str, seen: Label | None = None
) -> ShownLabel:
    try:
        label = checked_label(Label(id_, words.name_de, words.name_en, words.colour))
    except LabelRefused as refused:
        raise WebError(422, f"bad_{refused.why}") from None
    done = await web.work.labels.put_label(label, by=by, seen=seen)
    if done == "full":
        raise WebError(409, "too_many")
    if done == "changed":
        raise changed_meanwhile(_shown(await _known(web, id_)))
    return _shown(await _known(web, id_))


def _shown(label: Label) -> ShownLabel:
    words = {"name_de": label.name_de, "name_en": label.name_en, "colour": label.colour}
    return ShownLabel(id=label.id, version=version_of(words), archived=label.archived, **words)
