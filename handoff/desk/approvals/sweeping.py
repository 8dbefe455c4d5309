"""What happens to actions by themselves: what was begun comes to its end, what waits too long expires.

Invariants: level-triggered; whoever died in between left nothing that this does not find; every look is counted before it
begins, so that also what takes its process down is given up one day.
"""

import structlog

from handoff.desk.approvals.acting import Actions
from handoff.desk.approvals.action import CLAIM, Action, State

AT_ONCE = 20

log = structlog.get_logger(__name__)


async def sweep(actions: Actions) -> int:
    """Do what is due; returns how many were looked at. One that breaks does not hold up the others."""
    now = actions.house.clock()
    found = await actions.house.store.due(now, until=now + CLAIM, limit=AT_ONCE)
    for action in found:
        try:
            await _look(actions, action)
        except Exception as error:  # noqa: BLE001  # one that breaks must not hold up the others
            await _put_off(actions, action, error)
    return len(found)


async def _put_off(actions: Actions, action: Action, error: Exception) -> None:
    try:
        await actions.broke(action, error)
    except Exception as also:  # noqa: BLE001  # it stays due: its claim runs out
        log.warning("action_broke", action=action.id, error=type(also).__name__)


async def _look(actions: Actions, action: Action) -> None:
    if action.state is State.BEGUN:
        await actions.carry_out(action)
    else:
        await actions.expire(action)
