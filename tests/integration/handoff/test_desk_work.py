"""Saved replies, labels, mentions, files, labelled turns and search, on SQLite and PostgreSQL alike."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from handoff.adapters.sql import tables as t
from handoff.adapters.sql import tables_work as w
from handoff.adapters.sql.audit import SqlAudit
from handoff.adapters.sql.files import SqlFiles
from handoff.adapters.sql.indexing import AT_ONCE, SqlIndexing
from handoff.adapters.sql.labels import SqlLabels
from handoff.adapters.sql.replies import SqlReplies
from handoff.adapters.sql.retention import SqlRetention
from handoff.adapters.sql.search import SqlSearch
from handoff.adapters.sql.store import SqlStore
from handoff.adapters.sql.turn_labels import SqlTurnLabels
from handoff.contract import Link, Understanding
from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.flow import Flow
from handoff.conversations.model import Controller
from handoff.conversations.sending import Enclosed, Letter
from handoff.desk.work import bulk
from handoff.desk.work.catching_up import CatchingUp
from handoff.desk.work.files import MOST_IN_A_CHAT, File, FileRefused
from handoff.desk.work.labels import MOST_LABELS, Label
from handoff.desk.work.replies import Worded
from handoff.desk.work.search import PAGE, Hit, Wanted, asked
from handoff.desk.work.turn_labels import Meant
from tests.integration.handoff.house import (
    JON,
    MAYA,
    House,
    anonymous,
    cid,
    in_queue,
    log_of,
    owned,
    say,
)
from tests.integration.handoff.house import asked as asked_bot

WORDS = Worded("Gruß", "Greeting", "Hallo {name}", "Hello {name}", "hallo")
RED = Label("red", "Rot", "Red", "red")
PDF = File("a.pdf", "application/pdf", b"%PDF-1.4 \x00 %%EOF")


@pytest.fixture
def store(house: House, flow: Flow) -> SqlStore:
    return house.stores[0]


async def agents(store: SqlStore, *logins: str) -> None:
    """Accounts, because only real agents can be mentioned."""
    rows = [
        {"login": login, "name": login.title(), "password_hash": "x", "demo": False}
        for login in logins
    ]
    await store.change(lambda db: db.execute(t.agent.insert(), rows).close())


async def audited(store: SqlStore) -> list[str]:
    return [kept.entry.what for kept in await SqlAudit(store).entries()][::-1]


async def found(store: SqlStore, words: str = "", **more: object) -> list[Hit]:
    await caught_up(store)
    return await SqlSearch(store).search(Wanted(words=asked(words), **more))  # type: ignore[arg-type]


async def caught_up(store: SqlStore) -> None:
    while await SqlIndexing(store).index():
        pass


async def test_saved_replies_come_go_and_are_audited(store: SqlStore) -> None:
    replies = SqlReplies(store)
    await replies.first_replies([("a", WORDS)])
    await replies.first_replies([("b", WORDS)])
    assert [one.id for one in await replies.replies()] == ["a"], "only where there was none"
    other = Worded("Anders", "Other", "Neu", "New")
    assert await replies.put_reply("a", other, by="ines") == "kept"
    assert await replies.put_reply("c", WORDS, by="ines") == "kept"
    assert [one.words for one in await replies.replies()] == [other, WORDS]
    assert await replies.drop_reply("a", by="ines")
    assert not await replies.drop_reply("a", by="ines")
    assert await replies.reply("a") is None
    assert await audited(store) == ["reply_saved", "reply_saved", "reply_removed"]


async def test_labels_stand_in_the_list_and_go_with_their_kind(flow: Flow, store: SqlStore) -> None:
    labels, chat = SqlLabels(store), await in_queue(flow)
    assert not await labels.put_on(chat.id, "red", on=True, by="maya"), "there is no such label"
    assert await labels.put_label(RED, by="ines") == "kept"
    assert await labels.put_on(chat.id, "red", on=True, by="maya")
    assert not await labels.put_on(chat.id, "red", on=True, by="jon"), "it was there"
    assert not await labels.put_on("nobody", "red", on=True, by="jon")
    (row,) = (await flow.inbox()).rows
    assert row.marks.labels == ("red",)
    assert await labels.on([chat.id, "x"]) == {chat.id: ("red",)}
    assert await labels.drop_label("red", by="ines")
    assert await labels.on([chat.id]) == {}
    assert await audited(store) == ["label_saved", "label_put", "label_removed"]


async def test_there_are_only_so_many_labels(store: SqlStore) -> None:
    labels = SqlLabels(store)
    kept = [
        await labels.put_label(Label(f"l{n}", "a", "b", "grey"), by="ines")
        for n in range(MOST_LABELS + 1)
    ]
    assert kept == ["kept"] * MOST_LABELS + ["full"]
    assert await labels.put_label(Label("l0", "c", "d", "grey"), by="ines") == "kept", "known"


async def test_who_is_mentioned_sees_it_until_they_read_it(flow: Flow, store: SqlStore) -> None:
    await agents(store, "maya", "jon")
    chat, search = await owned(flow), SqlSearch(store)
    await flow.note(chat.id, agent=MAYA, cid=cid(), text="@jon und @nobody, bitte ansehen")
    await caught_up(store)
    (row,) = (await flow.inbox([chat.id])).rows
    assert row.marks.mentioned == ("jon",)
    (hit,) = await found(store, mentions="jon")
    assert hit.excerpt.startswith("@jon")
    assert await found(store, mentions="maya") == []
    assert await search.read_mentions(chat.id, "jon")
    assert not await search.read_mentions(chat.id, "jon")
    (row,) = (await flow.inbox([chat.id])).rows
    assert row.marks.mentioned == ()
    assert len(await found(store, mentions="jon")) == 1, "read ones are still found"


async def test_a_note_taken_back_mentions_nobody_any_more(flow: Flow, store: SqlStore) -> None:
    await agents(store, "jon", "ines")
    chat = await owned(flow)
    note = await flow.note(chat.id, agent=MAYA, cid=cid(), text="@jon")
    await caught_up(store)
    change = {"agent": MAYA, "cid": cid(), "seq": note.seq}
    await flow.edit(chat.id, epoch=chat.epoch, text="@ines", **change)  # type: ignore[arg-type]
    await caught_up(store)
    assert await found(store, mentions="jon") == []
    assert len(await found(store, mentions="ines")) == 1
    await flow.delete(chat.id, agent=MAYA, cid=cid(), seq=note.seq)
    assert await found(store, mentions="ines") == []


async def test_words_case_numbers_and_names_are_found(flow: Flow, store: SqlStore) -> None:
    chat = await owned(flow)
    await flow.reply(
        chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), text="Ihre Kündigung ist bestätigt."
    )
    other = await anonymous(flow)
    await flow.receive(other, cid=cid(), text="Wo ist meine Rechnung?")
    (hit,) = await found(store, "KUENDIG bestaetigt")
    assert hit.conversation.id == chat.id
    assert hit.excerpt == "Ihre Kündigung ist bestätigt."
    assert hit.seq is not None
    assert [one.conversation.id for one in await found(store, "rechnung")] == [other]
    assert await found(store, "rechnung kündigung") == [], "all words, in one conversation"
    assert await found(store, "echnung") == [], "words are found by their beginning"
    assert chat.case_number is not None
    assert [one.conversation.id for one in await found(store, chat.case_number)] == [chat.id]
    assert await found(store, "%") == await found(store, "_") == await found(store, "")
    for odd in ("' OR 1=1 --", "a:* | b", "\\", "rech%"):
        await found(store, odd)


async def test_what_was_deleted_or_corrected_is_not_found(flow: Flow, store: SqlStore) -> None:
    chat = await owned(flow)
    first = await flow.reply(
        chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), text="geheimes Kennwort"
    )
    assert len(await found(store, "kennwort")) == 1
    await flow.edit(
        chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), seq=first.seq, text="anderes Wort"
    )
    assert await found(store, "kennwort") == []
    assert len(await found(store, "anderes")) == 1
    await flow.delete(chat.id, agent=MAYA, cid=cid(), seq=first.seq)
    assert await found(store, "anderes") == []


async def test_a_correction_in_a_long_chat_costs_no_word(flow: Flow, store: SqlStore) -> None:
    chat = await owned(flow)
    before = (await flow.get(chat.id)).last_seq
    body = {"kind": "message", "author": "agent", "text": "ja"}
    rows = [
        {
            "conversation": chat.id,
            "seq": before + place,
            "kind": "message",
            "author": "agent",
            "epoch": chat.epoch,
            "agents_only": False,
            "body": body,
            "private": {},
            "at": chat.created_at,
        }
        for place in range(1, AT_ONCE + 1)
    ]

    def write(db: sa.Connection) -> None:
        db.execute(t.event.insert(), rows)
        longer = t.conversation.update().where(t.conversation.c.id == chat.id)
        db.execute(longer.values(last_seq=before + AT_ONCE))

    await store.change(write)
    said = [
        await flow.reply(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), text=text)
        for text in ("Sommerreise", "Winterreise")
    ]
    assert len(await found(store, "winterreise")) == 1
    await flow.delete(chat.id, agent=MAYA, cid=cid(), seq=said[0].seq)
    assert len(await found(store, "winterreise")) == 1
    assert await found(store, "sommerreise") == []


async def test_filters_and_pages(house: House, flow: Flow, store: SqlStore) -> None:
    chats = [(await in_queue(flow)).id for _ in range(PAGE + 3)]
    mine = await owned(flow)
    labels = SqlLabels(store)
    await labels.put_label(RED, by="ines")
    await labels.put_on(mine.id, "red", on=True, by="maya")
    await flow.set_locale(chats[0], locale="en")
    search = SqlSearch(store)
    page = await search.search(Wanted(controllers=(Controller.QUEUE,)))
    rest = await search.search(
        Wanted(controllers=(Controller.QUEUE,), before=page[-1].conversation.id)
    )
    listed = [hit.conversation.id for hit in (*page, *rest)]
    assert len(page) == PAGE
    assert sorted(listed) == sorted(chats), "nothing twice, nothing left out"
    assert [hit.conversation.id for hit in await search.search(Wanted(label="red"))] == [mine.id]
    assert [hit.conversation.id for hit in await search.search(Wanted(agent="maya"))] == [mine.id]
    assert [hit.conversation.id for hit in await search.search(Wanted(locale="en"))] == [chats[0]]
    assert await search.search(Wanted(skill="SEC")) == []
    with pytest.raises(ConversationError) as unknown:
        await search.search(Wanted(before="nobody"))
    assert unknown.value.code is Refusal.UNKNOWN_CONVERSATION


async def test_the_job_catches_up_by_hints_and_without(house: House, flow: Flow) -> None:
    store, stop = house.stores[0], asyncio.Event()
    before = await anonymous(flow)
    await flow.receive(before, cid=cid(), text="vorher")
    running = asyncio.create_task(CatchingUp(SqlIndexing(store), house.hints).run(stop))
    hinting = asyncio.create_task(house.hints.run(stop))
    try:
        await until_found(store, "vorher")
        await flow.receive(before, cid=cid(), text="nachher")
        await until_found(store, "nachher")
    finally:
        stop.set()
        await asyncio.gather(running, hinting)


async def test_two_nodes_catch_up_at_once_and_make_the_same(house: House, flow: Flow) -> None:
    house.node()
    await agents(house.stores[0], "jon")
    chat = await owned(flow)
    await flow.note(chat.id, agent=MAYA, cid=cid(), text="@jon eins zwei")
    await asyncio.gather(*(SqlIndexing(store).index() for store in house.stores * 3))
    (hit,) = await SqlSearch(house.stores[1]).search(Wanted(words=("eins",), mentions="jon"))
    assert hit.conversation.id == chat.id


async def test_a_file_goes_out_once_and_goes_with_its_message(flow: Flow, store: SqlStore) -> None:
    chat, files = await owned(flow), SqlFiles(store)
    kept = await files.add_file("f" * 32, chat.id, PDF, by="maya")
    assert await files.file(kept.id) is None, "nobody gets it before it was sent"
    assert await files.unsent(chat.id, by="jon") == []
    sent = {
        "agent": MAYA,
        "epoch": chat.epoch,
        "letter": Letter("Ihre Rechnung", [Enclosed(kept.id, Link(title="a.pdf", url="/files/x"))]),
    }
    with pytest.raises(ConversationError):
        await flow.send_files(chat.id, cid=cid(), **{**sent, "agent": JON})  # type: ignore[arg-type]
    assert await files.file(kept.id) is None
    key = cid()
    first = await flow.send_files(chat.id, cid=key, **sent)  # type: ignore[arg-type]
    again = await flow.send_files(chat.id, cid=key, **sent)  # type: ignore[arg-type]
    assert (again.seq, again.repeated) == (first.seq, True)
    assert await files.unsent(chat.id, by="maya") == []
    assert not await files.drop_file(kept.id, by="maya"), "what was sent is not dropped"
    assert await files.file(kept.id) == PDF
    (message,) = [one for one in await log_of(flow, chat.id) if one.seq == first.seq]
    assert message.body["links"] == [{"title": "a.pdf", "url": "/files/x"}]
    await flow.delete(chat.id, agent=MAYA, cid=cid(), seq=first.seq)
    await caught_up(store)
    assert await files.file(kept.id) is None
    (message,) = [one for one in await log_of(flow, chat.id) if one.seq == first.seq]
    assert (message.body["links"], message.body["text"]) == ([], "")


async def test_files_are_few_and_unsent_ones_go_after_a_day(
    house: House, flow: Flow, store: SqlStore
) -> None:
    chat, files = await owned(flow), SqlFiles(store)
    for n in range(MOST_IN_A_CHAT):
        await files.add_file(f"{n:032}", chat.id, PDF, by="maya")
    with pytest.raises(FileRefused) as full:
        await files.add_file("x" * 32, chat.id, PDF, by="maya")
    assert full.value.why == "too_many"
    assert not await files.drop_file("0" * 32, by="jon"), "only one's own"
    assert await files.drop_file("0" * 32, by="maya")
    assert house.clock is not None
    house.clock.now += timedelta(days=2)
    await files.add_file("y" * 32, chat.id, PDF, by="maya")
    assert [one.id for one in await files.unsent(chat.id, by="maya")] == ["y" * 32]
    with pytest.raises(ConversationError):
        await files.add_file("z" * 32, "nobody", PDF, by="maya")


async def test_what_the_bot_understood_stays_with_its_answer(flow: Flow) -> None:
    conversation = await anonymous(flow)
    turn = await asked_bot(flow, conversation, "wo ist mein Geld")
    known = Understanding(intent="refund", confidence=0.4)
    words = [say("Hier.").model_copy(update={"understood": known}), say("Und hier.")]
    await flow.answer(turn, words)
    first, second = (
        e for e in await log_of(flow, conversation) if e.author == "bot" and e.body["text"]
    )
    assert first.private["understood"] == {"seq": turn.seq, "intent": "refund", "confidence": 0.4}
    assert first.body["understood"] is None, "not in what subscribers get"
    assert "understood" not in second.private


async def test_a_turn_is_labelled_once_and_the_last_word_counts(
    store: SqlStore, flow: Flow
) -> None:
    turns = SqlTurnLabels(store)
    conversation = await anonymous(flow)
    meant = Meant(conversation, 2, "wo ist mein Geld", "de", "greet", 0.4, "refund")
    other = Meant(conversation, 2, "wo ist mein Geld", "de", "greet", 0.4, "why_payment_failed")
    await turns.put_turn_label(meant, by="maya")
    await turns.put_turn_label(other, by="jon")
    (label,) = await turns.turn_labels(conversation)
    assert (label.meant, label.put_by) == (other, "jon")
    more = Meant(conversation, 5, "x", "de", None, None, "greet")
    await turns.put_turn_label(more, by="maya")
    first = await turns.all_turn_labels(after=None, limit=1)
    place = (first[0].put_at, conversation, first[0].meant.seq)
    rest = await turns.all_turn_labels(after=place, limit=10)
    assert [one.meant for one in (*first, *rest)] == [other, more]
    assert await turns.drop_turn_label(conversation, 2, by="maya")
    assert not await turns.drop_turn_label(conversation, 2, by="maya")


async def test_several_at_once_each_under_its_own_rules(flow: Flow, store: SqlStore) -> None:
    mine, others, waiting = await owned(flow), await owned(flow, JON), await in_queue(flow)
    chosen = [bulk.Chosen(c.id, c.epoch) for c in (mine, others, waiting)]
    key = cid()
    done = await bulk.close(flow, MAYA, chosen, cid=key, outcome="fertig")
    assert [one.code for one in done] == ["", "not_owner", "not_owner"]
    again = await bulk.close(flow, MAYA, chosen, cid=key, outcome="fertig")
    assert [one.code for one in again] == ["", "not_owner", "not_owner"]
    log = await log_of(flow, mine.id)
    closings = [e for e in log if e.body.get("controller") == "closed"]
    assert len(closings) == 1
    taken = await bulk.take(flow, MAYA, chosen[1:], cid=cid())
    assert [one.code for one in taken] == ["taken", ""]
    labels = SqlLabels(store)
    await labels.put_label(RED, by="ines")
    await bulk.label(labels, MAYA, chosen, label="red")
    assert len(await labels.on([one.conversation for one in chosen])) == 3


async def test_everything_goes_with_the_conversation(
    house: House, flow: Flow, store: SqlStore
) -> None:
    await agents(store, "jon")
    chat, labels = await owned(flow), SqlLabels(store)
    await labels.put_label(RED, by="ines")
    await labels.put_on(chat.id, "red", on=True, by="maya")
    await flow.note(chat.id, agent=MAYA, cid=cid(), text="@jon")
    await SqlFiles(store).add_file("f" * 32, chat.id, PDF, by="maya")
    meant = Meant(chat.id, 1, "x", "de", None, None, "greet")
    await SqlTurnLabels(store).put_turn_label(meant, by="maya")
    await flow.release(
        chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), to="closed", outcome="fertig"
    )
    await caught_up(store)
    own = [w.conversation_label, w.mention, w.attachment, w.turn_label, w.search_entry]
    assert await sizes(store, own) == [1, 1, 1, 1, 1]
    assert house.clock is not None
    house.clock.pass_(days=91)
    await SqlRetention(store).forget(90)
    assert await sizes(store, own) == [0, 0, 0, 0, 0]


async def sizes(store: SqlStore, tables: list[sa.Table]) -> list[int]:
    """How many rows the tables hold."""
    counts = [sa.select(sa.func.count()).select_from(table) for table in tables]
    return await store.ask(lambda db: [db.execute(count).scalar_one() for count in counts])


async def until_found(store: SqlStore, word: str) -> None:
    """Until the job behind has made it so."""
    async with asyncio.timeout(30):
        while not await SqlSearch(store).search(Wanted(words=(word,))):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
