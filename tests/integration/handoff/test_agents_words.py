"""What an agent says: refused when it was written on a view that is stale, and what it keeps."""

import pytest

from handoff.adapters.sql.files import SqlFiles
from handoff.adapters.sql.promises import SqlPromises
from handoff.contract import Link
from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.flow import Flow
from handoff.conversations.sending import Enclosed, Letter
from handoff.desk.work.files import File
from tests.integration.handoff.house import JON, MAYA, House, cid, owned

PDF = File("a.pdf", "application/pdf", b"%PDF-1.7 a file")


async def test_words_written_without_knowing_what_a_colleague_said_are_refused(flow: Flow) -> None:
    """Maya had the chat, Jon had it after her, and she has it again: her console may show the chat as it was before."""
    chat = await owned(flow)
    before = (await flow.get(chat.id)).last_seq
    await flow.release(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), to="queue", outcome="")
    waits = await flow.get(chat.id)
    await flow.take(chat.id, agent=JON, epoch=waits.epoch, cid=cid())
    jons = await flow.get(chat.id)
    await flow.reply(chat.id, agent=JON, epoch=jons.epoch, cid=cid(), text="Die Gutschrift ist da.")
    await flow.release(chat.id, agent=JON, epoch=jons.epoch, cid=cid(), to="queue", outcome="")
    waits = await flow.get(chat.id)
    await flow.take(chat.id, agent=MAYA, epoch=waits.epoch, cid=cid())
    mine = await flow.get(chat.id)
    reply = {"agent": MAYA, "epoch": mine.epoch, "text": "Eine Gutschrift gibt es nicht."}
    with pytest.raises(ConversationError) as refused:
        await flow.reply(chat.id, cid="stale-view", seen=before, **reply)
    assert refused.value.code is Refusal.STALE_VIEW
    assert (await flow.get(chat.id)).last_seq == mine.last_seq
    await flow.reply(chat.id, cid="stale-view", seen=mine.last_seq, **reply)
    await flow.reply(chat.id, cid=cid(), **reply)  # who does not say what they saw


async def test_what_the_subscriber_and_the_agent_wrote_since_refuses_no_words(flow: Flow) -> None:
    chat = await owned(flow)
    seen = chat.last_seq
    await flow.receive(chat.id, cid=cid(), text="noch etwas")
    for number in range(3):
        await flow.reply(
            chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), text=f"Antwort {number}", seen=seen
        )
    await flow.note(chat.id, agent=JON, cid=cid(), text="ich lese mit")
    await flow.reply(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), text="weiter", seen=seen)


async def test_a_reply_with_a_file_keeps_what_was_promised(flow: Flow, house: House) -> None:
    store = house.stores[-1]
    chat, files, promises = await owned(flow), SqlFiles(store), SqlPromises(store)
    assert [told.promise.owed for told in await promises.of(chat.id)] == [True]
    kept = await files.add_file("e" * 32, chat.id, PDF, by="maya")
    letter = Letter("Ihre Rechnung", [Enclosed(kept.id, Link(title="a.pdf", url="/files/x"))])
    await flow.send_files(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), letter=letter)
    assert [told.promise.owed for told in await promises.of(chat.id)] == [False]
