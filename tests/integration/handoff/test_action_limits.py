"""The limits of actions as supervisors set them: at once for everybody, told in the audit, on what its maker saw."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from handoff.adapters.sql.limits import SqlLimits
from handoff.adapters.sql.tables_routing import desk_rule
from handoff.desk.approvals.acting import Actions
from handoff.desk.approvals.action import State
from handoff.desk.settings.shapes import LimitsShape
from tests.integration.handoff.actions_house import MAYA, Office

FIRST = LimitsShape(
    agent_credit=2000,
    agent_refund=200,
    supervisor_credit=10_000,
    supervisor_refund=20_000,
    approvers="supervisor",
    open_hours=24,
)
WIDER = FIRST.model_copy(update={"agent_refund": 900, "open_hours": 2})
REFUND = {"kind": "refund", "invoice": "RE-1002-0015", "minor": 700}


@pytest.fixture
def limits(office: Office) -> SqlLimits:
    """Of the office, whose actions ask for them."""
    held = SqlLimits(office.store, FIRST)
    office.actions = Actions(replace(office.actions.house, limits=held.in_force))
    return held


async def test_what_is_set_holds_at_once_for_what_is_begun_from_then_on(
    office: Office, limits: SqlLimits
) -> None:
    c = await office.owned("K-1002")
    waits = await office.does(c, REFUND)
    assert waits.state is State.PROPOSED
    assert (waits.expires_at - waits.asked_at).total_seconds() == 24 * 3600
    await office.actions.withdraw(waits.id, MAYA)
    assert await limits.replace(WIDER, FIRST, by="ines")
    done = await office.does(c, REFUND)
    assert done.state is State.DONE
    assert (done.expires_at - done.asked_at).total_seconds() == 2 * 3600
    assert await office.audit() == [
        ("maya", "action_proposed"),
        ("maya", "action_withdrawn"),
        ("ines", "action_limits_set"),
        ("maya", "action_begun"),
        ("maya", "action_done"),
    ]


async def test_of_many_who_set_them_at_once_one_does(office: Office, limits: SqlLimits) -> None:
    """First from what the environment says, then from what is stored."""

    async def all_at_once(seen: LimitsShape) -> Sequence[bool]:
        wanted = [seen.model_copy(update={"open_hours": seen.open_hours + n}) for n in range(1, 6)]
        return await asyncio.gather(*(limits.replace(one, seen, by="ines") for one in wanted))

    assert sum(await all_at_once(FIRST)) == 1
    now = await limits.shape()
    assert now != FIRST
    assert sum(await all_at_once(now)) == 1
    assert [what for _, what in await office.audit()] == ["action_limits_set"] * 2


async def test_what_cannot_be_read_counts_as_not_set(office: Office, limits: SqlLimits) -> None:
    assert await limits.replace(WIDER, FIRST, by="ines")
    broken = desk_rule.update().values(value={"agent_credit": "much"})
    await office.store.change(lambda db: db.execute(broken))
    assert await limits.shape() == FIRST
