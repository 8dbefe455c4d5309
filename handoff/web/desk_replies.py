"""The desk's HTTP API for saved replies: reading them, those that fit, one filled in for a conversation; supervisors change them.

Invariants: as in `agent_api` (own page, session, nothing cached); nothing here sends anything; a reply with an unknown variable is
refused with the piece that is none.
"""

import secrets
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from handoff.contract import Locale, Wire
from handoff.desk.settings.shapes import version_of
from handoff.desk.work import facts
from handoff.desk.work.matching import suggested
from handoff.desk.work.placeholders import GAPS, PlaceholderRefused, Variable, fill, variables_of
from handoff.desk.work.replies import ReplyRefused, SavedReply, Worded, worded
from handoff.web.agent_api import SignedIn, Supervising, Web, no_store, own_page
from handoff.web.desk_worded import Archived, changed_meanwhile
from handoff.web.errors import WebError

LAST_MESSAGES = 50
"""Events at the end of a log among which the customer's last message is looked for."""

router = APIRouter(
    prefix="/api/agent", tags=["desk"], dependencies=[Depends(own_page), Depends(no_store)]
)
ReplyId = Annotated[str, Path(pattern=r"^[a-z0-9_-]{1,40}$")]


class ReplyWords(Wire):
    """A saved reply as it is written; what is too long or empty is refused by field. `version`: what it was made on."""

    name_de: str = Field(max_length=400)
    name_en: str = Field(max_length=400)
    text_de: str = Field(max_length=8000)
    text_en: str = Field(max_length=8000)
    cues: str = Field(default="", max_length=8000)
    version: str | None = Field(default=None, max_length=40)

    def checked(self) -> Worded:
        """As it may be kept; 422 `unknown_variable` or `bad_<field>`."""
        words = Worded(self.name_de, self.name_en, self.text_de, self.text_en, self.cues)
        try:
            return worded(words)
        except PlaceholderRefused as refused:
            raise WebError(422, "unknown_variable", facts={"what": refused.what}) from None
        except ReplyRefused as refused:
            raise WebError(422, f"bad_{refused.field}") from None


class ShownReply(Wire):
    """A saved reply as agents get it; a change names its version."""

    id: str
    version: str
    archived: bool
    name_de: str
    name_en: str
    text_de: str
    text_en: str
    cues: str


class Suggestions(Wire):
    """The ids of the replies that fit the customer's last message, the best one first; `seq` is where it stands."""

    seq: int | None
    replies: list[str]


class FilledReply(Wire):
    """A reply for the text field; `gaps` have no value and stand in the text as gaps that cannot be sent."""

    text: str
    locale: Locale
    gaps: list[Variable]


@router.get("/replies")
async def replies(_agent: SignedIn, web: Web, *, archived: bool = False) -> list[ShownReply]:
    """The saved replies in use, or with the archived ones, by name in German."""
    return [_shown(reply) for reply in await web.work.replies.replies(archived=archived)]


@router.get("/replies/variables")
async def variables(_agent: SignedIn) -> list[Variable]:
    """The variables that may stand in a text, in braces."""
    return list(GAPS)


@router.post("/replies", status_code=201)
async def add_reply(words: ReplyWords, agent: Supervising, web: Web) -> ShownReply:
    """One more; 409 `too_many` when there is no room."""
    return await _put(web, secrets.token_hex(8), words, by=agent.id)


@router.put("/replies/{reply}")
async def change_reply(
    reply: ReplyId, words: ReplyWords, agent: Supervising, web: Web
) -> ShownReply:
    """Other words for one; 404 when there is none, 409 `changed_meanwhile` with what stands `now`."""
    held = await web.work.replies.reply(reply)
    if held is None:
        raise WebError(404, "not_found")
    if words.version not in {None, _shown(held).version}:
        raise changed_meanwhile(_shown(held))
    seen = None if words.version is None else held.words
    return await _put(web, reply, words, by=agent.id, seen=seen)


@router.put("/replies/{reply}/archived", status_code=204)
async def archive_reply(reply: ReplyId, agent: Supervising, web: Web, to: Archived) -> None:
    """Put one aside: it is not offered any more; or take it back. 404 when there is none."""
    if not await web.work.replies.archive_reply(reply, on=to.archived, by=agent.id):
        raise WebError(404, "not_found")


@router.delete("/replies/{reply}", status_code=204)
async def remove_reply(reply: ReplyId, agent: Supervising, web: Web) -> None:
    """Remove one; 404 when there is none."""
    if not await web.work.replies.drop_reply(reply, by=agent.id):
        raise WebError(404, "not_found")


@router.get("/conversations/{conversation}/suggestions")
async def suggestions(conversation: str, _agent: SignedIn, web: Web) -> Suggestions:
    """The replies that fit what the customer wrote last; none is a usual answer."""
    chat = await web.flow.get(conversation)
    since = max(0, chat.last_seq - LAST_MESSAGES)
    log = await web.flow.events(conversation, since=since, for_agents=False, limit=LAST_MESSAGES)
    theirs = [e for e in log if e.kind == "message" and e.author == "subscriber" and e.body["text"]]
    if not theirs:
        return Suggestions(seq=None, replies=[])
    found = suggested(theirs[-1].body["text"], await web.work.replies.replies())
    return Suggestions(seq=theirs[-1].seq, replies=[one.reply.id for one in found])


@router.get("/conversations/{conversation}/replies/{reply}")
async def filled(
    conversation: str, reply: ReplyId, agent: SignedIn, web: Web, *, locale: Locale
) -> FilledReply:
    """A reply with the values of this conversation; 404 for an unknown one."""
    chat, known = await web.flow.get(conversation), await web.work.replies.reply(reply)
    if known is None:
        raise WebError(404, "not_found")
    text = known.words.text(locale)
    values = await facts.values(
        variables_of(text),
        chat,
        agent,
        locale=locale,
        look=lambda number: web.subscribers.overview(number, agent=agent.id),
    )
    done = fill(text, values, locale)
    return FilledReply(text=done.text, locale=locale, gaps=list(done.gaps))


async def _put(
    web: Web, id_: str, words: ReplyWords, *, by: str, seen: Worded | None = None
) -> ShownReply:
    done = await web.work.replies.put_reply(id_, words.checked(), by=by, seen=seen)
    held = await web.work.replies.reply(id_)
    if done == "full" or held is None:
        raise WebError(409, "too_many")
    if done == "changed":
        raise changed_meanwhile(_shown(held))
    return _shown(held)


def _shown(reply: SavedReply) -> ShownReply:
    words = asdict(reply.words)
    return ShownReply(id=reply.id, version=version_of(words), archived=reply.archived, **words)
