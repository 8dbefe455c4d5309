"""Two nodes on one PostgreSQL, many writers at once: no gap, nothing twice, no deadlock that shows."""

import asyncio

import pytest
from sqlalchemy.exc import DBAPIError

from handoff.adapters.sql.engine import database_now, open_engine
from handoff.adapters.sql.transaction import SqlWriting
from handoff.conversations.ports import Receipt, Visitor
from tests.integration.handoff.house import House, anonymous, asked, codes, handoff, log_of, say


async def test_fifty_sends_with_repeated_cids_over_two_nodes(house: House) -> None:
    nodes = [house.node(), house.node()]
    chats = [await anonymous(nodes[0]) for _ in range(3)]
    sends = [
        nodes[(number + again) % 2].receive(chat, cid=f"cid-{number:05}", text=f"text {number}")
        for number in range(50)
        for chat in chats
        for again in range(2)
    ]
    receipts = await asyncio.gather(*sends)
    for place, chat in enumerate(chats):
        events = await log_of(nodes[1], chat)
        assert [event.seq for event in events] == list(range(1, 52))
        seqs: dict[str, int] = {event.body["cid"]: event.seq for event in events[1:]}
        assert len(seqs) == 50
        for number in range(50):
            first, second = receipts[number * 6 + place * 2 : number * 6 + place * 2 + 2]
            assert first.seq == second.seq == seqs[f"cid-{number:05}"]
            assert first.repeated != second.repeated


async def test_two_tabs_of_one_subscriber_find_one_conversation(house: House) -> None:
    nodes = [house.node(), house.node()]
    visitor = Visitor("K-1001", 1, "Anna", "de")
    entered = await asyncio.gather(*(nodes[n % 2].enter(visitor, session=None) for n in range(12)))
    assert len({e.conversation.id for e in entered}) == 1
    assert sum(e.is_new for e in entered) == 1
    assert len({e.session for e in entered}) == 12


async def test_two_nodes_never_claim_the_same_turn(house: House) -> None:
    nodes = [house.node(), house.node()]
    chats = [await anonymous(nodes[0]) for _ in range(20)]
    await asyncio.gather(*(nodes[0].receive(chat, cid="cid-00001", text="hallo") for chat in chats))
    claimed = await asyncio.gather(*(nodes[n % 2].due_turns(limit=5) for n in range(10)))
    turns = [turn.conversation for some in claimed for turn in some]
    turns += [turn.conversation for turn in await nodes[0].due_turns()]
    assert sorted(turns) == sorted(chats)


async def test_the_same_answer_stored_by_two_nodes_at_once_is_stored_once(house: House) -> None:
    nodes = [house.node(), house.node()]
    for _ in range(5):
        chat = await anonymous(nodes[0])
        turn = await asked(nodes[0], chat)
        stored = await asyncio.gather(
            *(nodes[n % 2].answer(turn, [say("da"), handoff()]) for n in range(4))
        )
        assert sorted(stored) == [False, False, False, True]
        assert codes(await log_of(nodes[1], chat)).count("da") == 1


@pytest.mark.postgres
async def test_a_node_that_stands_still_in_a_transaction_holds_nobody_up(server_url: str) -> None:
    house = House(server_url, clock=None)
    flow = house.node()
    chats = [await anonymous(flow) for _ in range(4)]
    frozen = open_engine(server_url, readers=0)
    with frozen.connect() as connection:
        transaction = SqlWriting(connection, database_now)
        for chat in chats:
            transaction.lock(chat)
        sends = [flow.receive(chat, cid="cid-00001", text="hallo") for chat in chats]
        receipts = await asyncio.gather(*sends)
        assert [receipt.seq for receipt in receipts] == [2] * len(chats)
        with pytest.raises(DBAPIError):
            transaction.lock(chats[0])
    frozen.dispose()
    house.close()


@pytest.mark.postgres
async def test_nodes_that_write_to_all_conversations_do_not_lock_each_other_out(
    server_url: str,
) -> None:
    house = House(server_url, clock=None)
    nodes = [house.node(), house.node()]
    chats = [await anonymous(nodes[0]) for _ in range(8)]

    async def write(node: int, number: int) -> Receipt:
        chat = chats[(number * 7 + node * 3) % len(chats)]
        return await nodes[node].receive(chat, cid=f"n{node}-{number:06}", text="x")

    for _ in range(3):
        await asyncio.gather(*(write(n, i) for i in range(100) for n in range(2)))
    lasts = [(await nodes[0].get(chat)).last_seq for chat in chats]
    house.close()
    assert sum(lasts) == 200 + len(chats)
