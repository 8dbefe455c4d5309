"""The desk's HTTP API for what agents do beside answering: label a wrong turn of the bot, several chats at once, the language.

Invariants: as in `agent_api` (own page, session, nothing cached); each step has the rules it has alone; the words of a label are
those of the log, whatever a browser says.
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Response
from pydantic import Field

from handoff.contract import Locale, Wire
from handoff.conversations.model import Event
from handoff.conversations.ports import Hint
from handoff.conversations.text import clean
from handoff.desk.audit import entry
from handoff.desk.work import bulk
from handoff.desk.work.turn_labels import Meant, TurnLabel, is_intent, json_lines
from handoff.protocol.subscriber import Cid
from handoff.web.agent_api import SignedIn, Supervising, Web, no_store, own_page
from handoff.web.errors import WebError

NEAR = 20
"""Events behind a message in which the bot's answer to it stands."""
EXPORT_PAGE = 500

router = APIRouter(
    prefix="/api/agent", tags=["desk"], dependencies=[Depends(own_page), Depends(no_store)]
)
Seq = Annotated[int, Path(ge=1, le=2**31 - 1)]


class RightIntent(Wire):
    """What the message meant."""

    intent: str = Field(max_length=60)


class ShownTurnLabel(Wire):
    """A label as agents get it; `seq` is the customer's message."""

    seq: int
    right_intent: str
    put_by: str


class Language(Wire):
    """The customer's language."""

    locale: Locale


class ChosenChat(Wire):
    """A conversation as the agent saw it."""

    conversation: str = Field(max_length=40)
    epoch: int


class Bulk(Wire):
    """One step for several conversations. `outcome` for closing, `label` for labelling."""

    cid: Cid
    action: Literal["close", "take", "label"]
    chats: list[ChosenChat] = Field(min_length=1, max_length=bulk.MOST_AT_ONCE)
    outcome: str = Field(default="", max_length=500)
    label: str | None = Field(default=None, max_length=40)


class BulkResult(Wire):
    """What became of one; `code` is empty when it was done."""

    conversation: str
    code: str


@router.get("/conversations/{conversation}/turn-labels")
async def turn_labels(conversation: str, _agent: SignedIn, web: Web) -> list[ShownTurnLabel]:
    """What agents said about turns of this conversation."""
    return [_shown(label) for label in await web.work.turns.turn_labels(conversation)]


@router.put("/conversations/{conversation}/turn-labels/{seq}", status_code=204)
async def label_turn(
    conversation: str, seq: Seq, right: RightIntent, *, agent: SignedIn, web: Web
) -> None:
    """The customer's message at `seq` meant this; 404 when there is no such message, 422 `bad_intent` for no intent's name."""
    if not is_intent(right.intent):
        raise WebError(422, "bad_intent")
    chat = await web.flow.get(conversation)
    log = await web.flow.events(conversation, since=seq - 1, for_agents=True, limit=NEAR)
    said = log[0] if log and log[0].seq == seq else None
    if said is None or said.kind != "message" or said.author != "subscriber":
        raise WebError(404, "not_found")
    intent, confidence = _understood(log, seq)
    await web.work.turns.put_turn_label(
        Meant(
            conversation=conversation,
            seq=seq,
            text=said.body["text"],
            locale=chat.locale,
            intent=intent,
            confidence=confidence,
            right_intent=right.intent,
        ),
        by=agent.id,
    )


@router.delete("/conversations/{conversation}/turn-labels/{seq}", status_code=204)
async def unlabel_turn(conversation: str, seq: Seq, agent: SignedIn, web: Web) -> None:
    """Take the label back; 404 when there is none."""
    if not await web.work.turns.drop_turn_label(conversation, seq, by=agent.id):
        raise WebError(404, "not_found")


@router.get("/turn-labels.jsonl")
async def export_turn_labels(agent: Supervising, web: Web) -> Response:
    """All labels for the studio, one JSON object a line, oldest first; told in the audit."""
    await web.supervision.told(entry(agent.id, "turn_labels_downloaded"))
    found: list[TurnLabel] = []
    page = await web.work.turns.all_turn_labels(after=None, limit=EXPORT_PAGE)
    while page:
        found += page
        last = page[-1]
        place = (last.put_at, last.meant.conversation, last.meant.seq)
        page = await web.work.turns.all_turn_labels(after=place, limit=EXPORT_PAGE)
    headers = {"Content-Disposition": 'attachment; filename="turn-labels.jsonl"'}
    return Response(json_lines(found), media_type="application/x-ndjson", headers=headers)


@router.put("/conversations/{conversation}/locale", status_code=204)
async def set_locale(conversation: str, language: Language, agent: SignedIn, web: Web) -> None:
    """The customer speaks this language: saved replies and the bot's next turn go by it."""
    chat = await web.flow.get(conversation)
    if chat.locale == language.locale:
        return
    await web.flow.set_locale(conversation, locale=language.locale)
    facts = {"before": chat.locale, "after": language.locale}
    await web.work.search.told(
        entry(agent.id, "language_changed", conversation=conversation, **facts)
    )


@router.post("/bulk")
async def several(what: Bulk, agent: SignedIn, web: Web) -> list[BulkResult]:
    """The same step for each; one that is refused stops no other."""
    chosen = [bulk.Chosen(one.conversation, one.epoch) for one in what.chats]
    if what.action == "close":
        outcome = clean(what.outcome)
        done = await bulk.close(web.flow, agent, chosen, cid=what.cid, outcome=outcome)
    elif what.action == "take":
        done = await bulk.take(web.flow, agent, chosen, cid=what.cid)
    else:
        if what.label not in {one.id for one in await web.work.labels.labels() if not one.archived}:
            raise WebError(404, "not_found")
        done = await bulk.label(web.work.labels, agent, chosen, label=what.label)
        for one in chosen:
            await web.hints.publish(Hint(one.conversation))
    return [BulkResult(conversation=one.conversation, code=one.code) for one in done]


def _understood(log: list[Event], seq: int) -> tuple[str | None, float | None]:
    """What the bot had taken the message for, as it stands with its answer."""
    for event in log:
        known = event.private.get("understood", {})
        if known.get("seq") == seq:
            return known["intent"], known["confidence"]
    return None, None


def _shown(label: TurnLabel) -> ShownTurnLabel:
    its = label.meant
    return ShownTurnLabel(seq=its.seq, right_intent=its.right_intent, put_by=label.put_by)
