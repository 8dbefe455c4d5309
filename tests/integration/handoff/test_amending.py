"""Agents put their own words right or take them back: whoever was away sees what everybody else sees, and deleted is deleted."""

import asyncio
import json
from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.flow import Flow
from handoff.conversations.model import Conversation, Event
from handoff.conversations.ports import Agent
from tests.integration.handoff.house import JON, MAYA, House, cid, in_queue, log_of, owned

SECRET = "the password of another customer"


class Client:
    """Keeps what it has seen and applies what comes, as widget and console do."""

    def __init__(self, flow: Flow, chat: str, *, for_agents: bool) -> None:
        self._flow, self._chat, self._for_agents = flow, chat, for_agents
        self.last = 0
        self.words: dict[int, tuple[str, str]] = {}

    async def catch_up(self) -> None:
        """Read what is new, and only that."""
        for event in await self._flow.events(
            self._chat, since=self.last, for_agents=self._for_agents
        ):
            self.last = event.seq
            self._take(event)

    def _take(self, event: Event) -> None:
        body = event.body
        if event.kind == "edit":
            deleted = body["text"] is None
            if body["seq"] in self.words:
                self.words[body["seq"]] = (body["text"] or "", "deleted" if deleted else "edited")
        elif event.kind in {"message", "note"} and body["text"]:
            self.words[event.seq] = (body["text"], "")
        elif event.kind in {"message", "note"}:
            self.words[event.seq] = ("", "")


async def reply(flow: Flow, chat: Conversation, text: str, agent: Agent = MAYA) -> int:
    receipt = await flow.reply(chat.id, agent=agent, epoch=chat.epoch, cid=cid(), text=text)
    return receipt.seq


async def edit(flow: Flow, chat: Conversation, seq: int, text: str, agent: Agent = MAYA) -> int:
    made = await flow.edit(chat.id, agent=agent, epoch=chat.epoch, cid=cid(), seq=seq, text=text)
    return made.seq


async def delete(flow: Flow, chat: Conversation, seq: int, agent: Agent = MAYA) -> int:
    return (await flow.delete(chat.id, agent=agent, cid=cid(), seq=seq)).seq


def stored(house: House) -> str:
    """Everything the database holds about events and rows, as text."""
    engine = sa.create_engine(house.url, poolclass=sa.NullPool)
    with engine.connect() as db:
        rows = [
            *db.execute(sa.text("SELECT body, private FROM event")),
            *db.execute(sa.text("SELECT snippet FROM conversation")),
        ]
    engine.dispose()
    return " ".join(cell if isinstance(cell, str) else json.dumps(cell) for row in rows for cell in row)  # fmt: skip


@pytest.mark.parametrize("for_agents", [True, False])
async def test_who_was_away_sees_what_who_stayed_sees(house: House, for_agents: bool) -> None:
    flow = house.node()
    chat = await owned(flow)
    stayed, away = (Client(flow, chat.id, for_agents=for_agents) for _ in range(2))
    right, wrong, leaked = [await reply(flow, chat, text) for text in ("fine", "twleve", SECRET)]
    note = (await flow.note(chat.id, agent=MAYA, cid=cid(), text="an afterthougt")).seq
    await away.catch_up()
    for step in (
        edit(flow, chat, wrong, "twelf"),
        edit(flow, chat, wrong, "twelve"),
        edit(flow, chat, leaked, SECRET + "!"),
        delete(flow, chat, leaked),
        edit(flow, chat, note, "an afterthought"),
    ):
        await stayed.catch_up()
        await step
    fresh = Client(flow, chat.id, for_agents=for_agents)
    for client in (stayed, away, fresh):
        await client.catch_up()
    assert stayed.last == away.last == fresh.last
    assert stayed.words[right] == ("fine", "")
    assert stayed.words[wrong] == ("twelve", "edited")
    assert stayed.words[leaked] == ("", "deleted")
    assert stayed.words.get(note) == (("an afterthought", "edited") if for_agents else None)
    assert stayed.words == away.words == fresh.words


async def test_deleted_words_are_stored_nowhere_and_who_and_when_stay(house: House) -> None:
    flow = house.node()
    chat = await owned(flow)
    seq = await reply(flow, chat, SECRET)
    assert (await flow.get(chat.id)).snippet == SECRET
    at = await edit(flow, chat, seq, f"not {SECRET}")
    assert SECRET in stored(house)
    gone = await delete(flow, chat, seq)
    assert SECRET not in stored(house)
    log = {event.seq: event for event in await log_of(flow, chat.id)}
    assert log[seq].body["name"] == log[at].body["name"] == log[gone].body["name"] == MAYA.name
    assert log[gone].at >= log[seq].at
    assert (await flow.get(chat.id)).snippet == ""


async def test_a_corrected_message_keeps_its_former_words_where_no_client_sees_them(
    house: House,
) -> None:
    flow = house.node()
    chat = await owned(flow)
    seq = await reply(flow, chat, "twleve")
    at = await edit(flow, chat, seq, "twelve")
    log = {event.seq: event for event in await log_of(flow, chat.id)}
    assert log[seq].body["text"] == log[at].body["text"] == "twelve"
    assert log[at].private == {"before": "twleve"}
    assert (await flow.get(chat.id)).snippet == "twelve"


async def refused(step: "asyncio.Future[int] | object") -> Refusal:
    with pytest.raises(ConversationError) as why:
        await step  # type: ignore[misc]
    return why.value.code


async def test_only_ones_own_words_and_only_while_one_may_speak(house: House) -> None:
    flow = house.node()
    chat = await owned(flow)
    mine = await reply(flow, chat, "mine")
    theirs = (await flow.receive(chat.id, cid=cid(), text="theirs")).seq
    note = (await flow.note(chat.id, agent=MAYA, cid=cid(), text="note")).seq
    notice = next(e.seq for e in await log_of(flow, chat.id) if e.body.get("code"))
    for seq in (theirs, notice, 1, 99):
        assert await refused(delete(flow, chat, seq)) is Refusal.NOT_EDITABLE
        assert await refused(edit(flow, chat, seq, "x")) is Refusal.NOT_EDITABLE
    for seq in (mine, note):
        assert await refused(delete(flow, chat, seq, JON)) is Refusal.NOT_EDITABLE
    assert await refused(edit(flow, chat, mine, "  ")) is Refusal.EMPTY_TEXT
    await flow.release(
        chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), to="bot", outcome="settled"
    )
    assert await refused(edit(flow, chat, mine, "later")) is Refusal.STALE_EPOCH
    await edit(flow, chat, note, "a note is the desk's own")
    await delete(flow, chat, mine)
    assert await refused(delete(flow, chat, mine)) is Refusal.NOT_EDITABLE
    assert await refused(edit(flow, chat, mine, "again")) is Refusal.NOT_EDITABLE


async def test_an_agent_whose_login_begins_like_anothers_is_another(house: House) -> None:
    flow = house.node()
    long = Agent("maya.b", "Maya B", available=True)
    chat = await owned(flow, long)
    seq = await reply(flow, chat, "hers", long)
    assert await refused(delete(flow, chat, seq, MAYA)) is Refusal.NOT_EDITABLE


async def test_a_repeated_frame_changes_nothing_more(house: House) -> None:
    flow = house.node()
    chat = await owned(flow)
    seq = await reply(flow, chat, "twleve")
    again = {"agent": MAYA, "cid": cid(), "seq": seq}
    first = await flow.edit(chat.id, epoch=chat.epoch, text="twelve", **again)  # type: ignore[arg-type]
    second = await flow.edit(chat.id, epoch=chat.epoch, text="twelve", **again)  # type: ignore[arg-type]
    assert (second.seq, second.repeated) == (first.seq, True)
    assert [e.seq for e in await log_of(flow, chat.id)][-1] == first.seq


async def test_what_a_case_packet_tells_is_what_the_words_are_now(house: House) -> None:
    flow = house.node()
    chat = await owned(flow)
    leaked, wrong = await reply(flow, chat, SECRET), await reply(flow, chat, "twleve")
    await edit(flow, chat, wrong, "twelve")
    await delete(flow, chat, leaked)
    await flow.release(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), to="bot", outcome="")
    await flow.ask_person(chat.id, cid=cid())
    packet = [e for e in await log_of(flow, chat.id) if e.kind == "packet"][-1]
    texts = [turn["text"] for turn in packet.body["packet"]["last_turns"]]
    assert "twelve" in texts
    assert SECRET not in json.dumps(packet.body)


async def test_many_amend_at_once_and_every_log_stays_whole(house: House) -> None:
    flow = house.node()
    chats = [await owned(flow) for _ in range(6)]
    seqs = [await reply(flow, chat, "words") for chat in chats]
    await asyncio.gather(
        *(edit(flow, c, s, f"other {n}") for c, s in zip(chats, seqs, strict=True) for n in range(5)),
        *(flow.receive(c.id, cid=cid(), text="meanwhile") for c in chats),
    )  # fmt: skip
    for chat in chats:
        log: Sequence[Event] = await log_of(flow, chat.id)
        assert [event.seq for event in log] == list(range(1, len(log) + 1))
        last = [event for event in log if event.kind == "edit"][-1]
        said = next(event for event in log if event.seq == last.body["seq"])
        assert said.body["text"] == last.body["text"]


async def test_nobody_edits_in_a_chat_that_waits(house: House) -> None:
    flow = house.node()
    waiting = await in_queue(flow)
    assert await refused(edit(flow, waiting, 1, "x")) is Refusal.NOT_EDITABLE
