"""What breaks at the desk ends and holds up nothing else: actions that were begun, snapshots that cannot be taken."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from handoff.adapters.sql.snapshots import SqlSnapshots
from handoff.adapters.sql.tables import support_case
from handoff.adapters.sql.tables_approvals import desk_action
from handoff.conversations.model import Conversation
from handoff.desk.approvals.action import LONGEST_PAUSE, MOST_BROKEN, MOST_TRIES, State
from handoff.desk.approvals.sweeping import AT_ONCE, sweep
from handoff.desk.snapshots import keeping
from handoff.desk.snapshots.keeping import Snapshots
from handoff.desk.subscribers import SubscriberDesk
from tests.integration.handoff.actions_house import Office

CREDIT = {"kind": "credit", "minor": 100}
UNKNOWN_WISH = {"wish": {"kind": "unknown"}}
UNREADABLE = {"foreseen": {"neither": "title nor lines"}}


async def left_begun(office: Office, number: str, **spoiled: Any) -> tuple[Conversation, str]:
    """An action whose process died after it had begun it, and the chat it is about; some of it is spoiled."""
    c = await office.owned(number)
    action = await office.does(c, CREDIT)
    office.house.clock.pass_(seconds=1)  # type: ignore[union-attr]
    row = {"state": "begun", "outcome": None, "finished_at": None, **spoiled}
    due = desk_action.c.asked_at
    change = desk_action.update().where(desk_action.c.id == action.id).values(next_at=due, **row)
    await office.store.change(lambda db: db.execute(change).close())
    return c, action.id


async def stored(office: Office, action: str) -> tuple[str, str, int]:
    """How it stands: state, refusal, tries."""
    a = desk_action.c
    query = sa.select(a.state, a.refusal, a.tries).where(a.id == action)
    row = await office.store.ask(lambda db: db.execute(query).one())
    return row.state, row.refusal, row.tries


async def sweep_for_ever(office: Office) -> int:
    """Sweep until nothing is left that could be due; how often something was looked at."""
    looked = 0
    for _ in range(3 * MOST_BROKEN):
        looked += await sweep(office.actions)
        office.house.clock.pass_(seconds=LONGEST_PAUSE.total_seconds() + 1)  # type: ignore[union-attr]
    return looked


@pytest.mark.parametrize("spoiled", [UNKNOWN_WISH, UNREADABLE])
async def test_what_breaks_again_and_again_has_failed_one_day(
    office: Office, spoiled: dict[str, Any]
) -> None:
    c, broken = await left_begun(office, "K-1002", **spoiled)
    assert await sweep(office.actions) <= 1
    assert await stored(office, broken) == ("begun", "", 1)
    assert await sweep_for_ever(office) <= MOST_BROKEN
    assert await stored(office, broken) == ("failed", "broken", MOST_BROKEN)
    assert (await office.audit())[-1] == ("maya", "action_failed")
    assert await office.flow.get(c.id)


async def test_the_agent_reads_that_it_failed_and_why(office: Office) -> None:
    c, _ = await left_begun(office, "K-1002", **UNKNOWN_WISH)
    await sweep_for_ever(office)
    (failed,) = await office.actions.of(c.id)
    assert (failed.state, failed.refusal) == (State.FAILED, "broken")
    assert ("action_failed", "") in await office.told(c.id)


async def test_what_takes_its_process_down_is_given_up(office: Office) -> None:
    """Nobody comes back from it: it is only ever claimed."""
    _, deadly = await left_begun(office, "K-1002")
    store, claim = office.actions.house.store, timedelta(seconds=30)
    clock = office.house.clock
    assert clock is not None
    claims = 0
    while await store.due(clock(), until=clock() + claim, limit=AT_ONCE):
        claims += 1
        clock.pass_(seconds=LONGEST_PAUSE.total_seconds() + 1)
    assert claims == MOST_TRIES
    assert (await stored(office, deadly))[:2] == ("failed", "broken")


async def test_a_handful_that_breaks_holds_up_nothing(office: Office) -> None:
    """As many as are looked at in one go, all older than the good one."""
    _, broken = await left_begun(office, "K-1002", **UNREADABLE)
    rows = desk_action.select().where(desk_action.c.id == broken)
    row = (await office.store.ask(lambda db: db.execute(rows).one()))._asdict()
    more = [{**row, "id": f"broken-{n}", "key": f"broken-{n}"} for n in range(AT_ONCE)]
    await office.store.change(lambda db: db.execute(desk_action.insert(), more).close())
    _, good = await left_begun(office, "K-1006")
    for _ in range(2):
        await sweep(office.actions)
    assert (await stored(office, good))[0] == "done"


async def test_without_such_a_bound_it_would_be_tried_for_ever(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handoff.desk.approvals.carrying.MOST_BROKEN", 10_000)
    _, broken = await left_begun(office, "K-1002", **UNKNOWN_WISH)
    assert await sweep_for_ever(office) > 2 * MOST_BROKEN
    assert (await stored(office, broken))[0] == "begun"


class Unreadable(SubscriberDesk):
    """The business has somebody of whom no view can be made."""

    def __init__(self, office: Office, whom: str) -> None:
        super().__init__(office.business)
        self.whom = whom

    async def as_handed_over(self, number: str) -> dict[str, Any]:
        if number == self.whom:
            raise ValueError("a row that nobody can read")
        return await super().as_handed_over(number)


async def test_a_view_that_cannot_be_made_holds_up_no_other(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "AT_ONCE", 1)
    chats = [await office.owned(number) for number in ("K-1002", "K-1006", "K-1013")]
    query = sa.select(support_case.c.conversation).order_by(support_case.c.number)
    first = await office.store.ask(lambda db: db.execute(query).scalars().first())
    subscriber = next(c.subscriber_id for c in chats if c.id == first)
    kept = Snapshots(SqlSnapshots(office.store), Unreadable(office, subscriber or ""))
    assert [await kept.take() for _ in range(6)].count(1) == 2
    left = await SqlSnapshots(office.store).without(10)
    assert [due.subscriber for due in left] == [subscriber]
    whole = Snapshots(SqlSnapshots(office.store), SubscriberDesk(office.business))
    assert await whole.take() == 1
