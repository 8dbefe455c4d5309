"""What happens to actions by themselves: what was begun comes to its end, what waits too long expires.

Invariant: level-triggered; whoever died in between left nothing that this does not find.
"""

import structlog

from handoff.desk.approvals.acting import Actions
from handoff.desk.approvals.action import Action, State
from handoff.desk.approvals.carrying import CLAIM

AT_ONCE = 20

log = structlog.get_logger(__name__)


async def sweep(actions: Actions) -> int:
    """Do what is due; returns how many were looked at. One that breaks does not hold up the others."""
    now = actions.house.clock()
    found = await actions.house.store.due(now, until=now + CLAIM, limit=AT_ONCE)
    for action in found:
        try:
            await _look(actions, action)
        except Exception as error:  # noqa: BLE001 - it stays due, and is looked at again
            log.warning("action_broke", action=action.id, error=type(error).__name__)
    return len(found)


async def _look(actions: Actions, action: Action) -> None:
    if action.state is State.BEGUN:
        await actions.carry_out(action)
    else:
        await actions.expire(action)
