"""The desk's HTTP API for search: conversations by words and filters, page by page; and mentions that were read.

Invariants: as in `agent_api` (own page, session, nothing cached); every search is in the audit with who saw which conversations,
without the words, which may be a person's.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from handoff.contract import Locale, Skill, Wire
from handoff.conversations.model import Controller
from handoff.conversations.ports import Agent, Hint
from handoff.desk.audit import Entry, entry
from handoff.desk.work.search import PAGE, Hit, Wanted, asked
from handoff.protocol import QueueRow
from handoff.web.agent_api import SignedIn, Web, no_store, own_page
from handoff.web.board import queue_row

router = APIRouter(
    prefix="/api/agent", tags=["desk"], dependencies=[Depends(own_page), Depends(no_store)]
)


class Asked(Wire):
    """What to look for; what is left out does not matter. `before`: the last conversation of the page before."""

    words: str = Field(default="", max_length=200)
    controller: list[Controller] = []
    skill: Skill | None = None
    locale: Locale | None = None
    label: str | None = Field(default=None, max_length=40)
    mine: bool = False
    mentions: bool = False
    subscriber: str | None = Field(default=None, max_length=40)
    before: str | None = Field(default=None, max_length=40)

    def wanted(self, agent: Agent) -> Wanted:
        """For this agent."""
        return Wanted(
            words=asked(self.words),
            controllers=tuple(self.controller),
            skill=self.skill,
            locale=self.locale,
            label=self.label,
            agent=agent.id if self.mine else None,
            mentions=agent.id if self.mentions else None,
            subscriber=self.subscriber,
            before=self.before,
        )


class FoundChat(Wire):
    """A conversation that was found; `seq` and `excerpt`: where, if in something that was said."""

    row: QueueRow
    seq: int | None
    excerpt: str


class Found(Wire):
    """A page of what was found, newest first; `more`: there is another one behind the last."""

    chats: list[FoundChat]
    more: bool


@router.get("/search")
async def search(wanted: Annotated[Asked, Query()], agent: SignedIn, web: Web) -> Found:
    """Look for conversations. Words that hold no letter or digit find nothing."""
    what = wanted.wanted(agent)
    hits: list[Hit] = []
    if what.words or not wanted.words.strip():
        hits = await web.work.search.search(what, limit=PAGE + 1)
    shown = hits[:PAGE]
    await web.work.search.told(_told(agent, what, shown))
    rows = await _rows(web, shown)
    chats = [
        FoundChat(row=rows[hit.conversation.id], seq=hit.seq, excerpt=hit.excerpt)
        for hit in shown
        if hit.conversation.id in rows
    ]
    return Found(chats=chats, more=len(hits) > PAGE)


@router.post("/conversations/{conversation}/mentions/read", status_code=204)
async def read_mentions(conversation: str, agent: SignedIn, web: Web) -> None:
    """The agent has the conversation open: their mentions in it are read."""
    if await web.work.search.read_mentions(conversation, agent.id):
        await web.hints.publish(Hint(conversation))


async def _rows(web: Web, hits: list[Hit]) -> dict[str, QueueRow]:
    if not hits:
        return {}
    found = await web.flow.inbox([hit.conversation.id for hit in hits])
    return {row.conversation.id: queue_row(row) for row in found.rows}


def _told(agent: Agent, wanted: Wanted, hits: list[Hit]) -> Entry:
    filters: dict[str, object] = {
        "controllers": [one.value for one in wanted.controllers],
        "skill": wanted.skill,
        "locale": wanted.locale,
        "label": wanted.label,
        "mine": wanted.agent is not None,
        "mentions": wanted.mentions is not None,
        "subscriber": wanted.subscriber,
    }
    used = {name: value for name, value in filters.items() if value}
    shown = [hit.conversation.id for hit in hits]
    return entry(agent.id, "searched", words=len(wanted.words), shown=shown, filters=used)
