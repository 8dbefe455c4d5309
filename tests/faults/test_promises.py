"""Promises under faults: every node killed while it breaks what is overdue, and while somebody is left half-way."""

import signal
from datetime import UTC, datetime

from handoff.conversations.pledging import SILENCE
from tests.faults.test_desk import waiting
from tests.faults.town import Town, seen

MANY = 600
CLONE = """INSERT INTO promise (id, conversation, case_number, kind, skill, made_at, due_at, state)
SELECT :id, conversation, case_number, kind, skill, made_at, made_at, 'open' FROM promise WHERE conversation = :c AND id NOT LIKE 'clone-%'"""
OPEN = (
    "SELECT count(*) FROM promise WHERE conversation = :c AND id LIKE 'clone-%' AND state = 'open'"
)
BROKEN = """SELECT f.promise, count(*) FROM promise_fact f JOIN promise p ON p.id = f.promise
WHERE p.conversation = :c AND p.id LIKE 'clone-%' AND p.state = 'broken' AND f.what = 'broken' GROUP BY f.promise"""
WISH = """INSERT INTO promise (id, conversation, kind, made_at, due_at, state)
SELECT 'wish-' || id, id, 'callback', created_at, created_at, 'broken' FROM conversation WHERE id = :c"""
LONG_AGO = "UPDATE conversation SET updated_at = :at WHERE id = :c"
STANDS = "SELECT controller, case_number IS NOT NULL FROM conversation WHERE id = :c"


async def killed(town: Town) -> None:
    """All gateways at once, and started again."""
    for node in town.gateways:
        await node.end(signal.SIGKILL)
    await town.whole()


async def test_what_is_overdue_is_broken_once_though_every_node_is_killed_between(
    town: Town,
) -> None:
    async with town.subscriber() as (talk, welcome):
        chat = welcome["conversation"]
        await waiting(talk)
        assert len(town.rows("SELECT id FROM promise WHERE conversation = :c", c=chat)) == 1
        for number in range(MANY):
            town.change(CLONE, c=chat, id=f"clone-{chat[:20]}-{number}")
        await seen(lambda: town.rows(OPEN, c=chat)[0][0] < MANY)
        await killed(town)
        await seen(lambda: town.rows(OPEN, c=chat)[0][0] == 0)
        told = town.rows(BROKEN, c=chat)
        assert len(told) == MANY
        assert {count for _, count in told} == {1}


async def test_who_is_left_half_way_waits_for_a_person_though_every_node_is_killed(
    town: Town,
) -> None:
    async with town.subscriber() as (_, welcome):
        chat = welcome["conversation"]
        for node in town.gateways:
            await node.end(signal.SIGKILL)
        town.change(WISH, c=chat)
        silent = datetime.now(UTC) - 2 * SILENCE
        town.change(LONG_AGO, c=chat, at=f"{silent:%Y-%m-%d %H:%M:%S.%f}")
        assert town.rows(STANDS, c=chat)[0][0] == "bot"
        await town.whole()
        await seen(lambda: town.rows(STANDS, c=chat) == [("queue", 1)])
        await killed(town)
        kinds = town.rows("SELECT count(*) FROM support_case WHERE conversation = :c", c=chat)
        assert kinds == [(1,)]
