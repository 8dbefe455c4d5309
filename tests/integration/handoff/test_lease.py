"""Ownership is a lease with a fencing number: the epoch of a lost chat writes nothing any more, not even its owner's own."""

import pytest

from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.model import Controller
from tests.integration.handoff.house import JON, MAYA, House, cid, owned

LONGER_THAN_A_LEASE = 46


async def lose(house: House, chat: str) -> None:
    """Nobody hears of the agent for longer than the lease holds."""
    assert house.clock is not None
    house.clock.pass_(seconds=LONGER_THAN_A_LEASE)
    assert await house.node().sweep_leases() == 1


async def test_an_old_tab_of_the_same_agent_writes_nothing_under_its_old_epoch(
    house: House,
) -> None:
    flow = house.node()
    first = await owned(flow)
    await lose(house, first.id)
    waiting = await flow.get(first.id)
    assert (waiting.controller, waiting.lease_token) == (Controller.QUEUE, None)
    await flow.take(first.id, agent=MAYA, epoch=waiting.epoch, cid=cid())
    again = await flow.get(first.id)
    assert again.agent == first.agent
    assert again.epoch > first.epoch
    assert again.lease_token != first.lease_token
    for step in (
        flow.reply(first.id, agent=MAYA, epoch=first.epoch, cid=cid(), text="late"),
        flow.release(first.id, agent=MAYA, epoch=first.epoch, cid=cid(), to="bot", outcome=""),
    ):
        with pytest.raises(ConversationError) as why:
            await step
        assert why.value.code is Refusal.STALE_EPOCH


async def test_the_age_outlives_every_loss_and_every_owner(house: House) -> None:
    flow = house.node()
    chat = await owned(flow)
    since, number = chat.waiting_since, chat.case_number
    for agent in (JON, MAYA, JON):
        await lose(house, chat.id)
        waiting = await flow.get(chat.id)
        assert (waiting.waiting_since, waiting.case_number) == (since, number)
        await flow.take(chat.id, agent=agent, epoch=waiting.epoch, cid=cid())
    assert (await flow.get(chat.id)).waiting_since == since


async def test_a_heartbeat_that_comes_before_the_sweep_keeps_the_chat_and_one_after_it_does_not(
    house: House,
) -> None:
    flow = house.node()
    assert house.clock is not None
    chat = await owned(flow)
    house.clock.pass_(seconds=LONGER_THAN_A_LEASE)
    await flow.heartbeat(MAYA)
    assert await flow.sweep_leases() == 0
    assert (await flow.get(chat.id)).agent == MAYA.id
    await lose(house, chat.id)
    await flow.heartbeat(MAYA)
    assert (await flow.get(chat.id)).controller is Controller.QUEUE
