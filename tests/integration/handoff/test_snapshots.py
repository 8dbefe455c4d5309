"""The 360° view as it was when a case was handed over, and what has changed since."""

import asyncio

from handoff.adapters.sql.retention import SqlRetention
from handoff.adapters.sql.snapshots import SqlSnapshots
from handoff.desk.snapshots.keeping import Snapshots
from handoff.desk.subscribers import SubscriberDesk
from tests.integration.handoff.actions_house import MAYA, Office
from tests.integration.handoff.house import cid, in_queue, signed_in


def snapshots(office: Office) -> Snapshots:
    return Snapshots(SqlSnapshots(office.store), SubscriberDesk(office.business))


async def now(office: Office, number: str) -> dict[str, object]:
    return await SubscriberDesk(office.business).overview(number, agent="maya")


async def test_each_case_gets_one_and_the_view_is_in_the_audit(office: Office) -> None:
    await office.owned("K-1002")
    await office.owned("K-1006")
    await in_queue(office.flow)  # nobody knows who writes: nothing to keep
    kept = snapshots(office)
    assert (await kept.take(), await kept.take()) == (2, 0)
    looked = office.rows("audit", action="overview.view")
    assert sorted((row["customer"], row["actor"]) for row in looked) == [
        ("K-1002", "desk"),
        ("K-1006", "desk"),
    ]


async def test_two_nodes_keep_one(office: Office) -> None:
    await office.owned("K-1002")
    await asyncio.gather(*[snapshots(office).take() for _ in range(4)])
    assert await snapshots(office).take() == 0


async def test_what_the_agent_did_shows_as_changed_since(office: Office) -> None:
    c = await office.owned("K-1002")
    kept = snapshots(office)
    nothing = await kept.since(c.id, "K-1002", await now(office, "K-1002"))
    assert nothing is not None
    assert nothing.changes == []
    await office.does(c, {"kind": "refund", "invoice": "RE-1002-0015", "minor": 400})
    await office.does(c, {"kind": "pause", "months": 1})
    since = await kept.since(c.id, "K-1002", await now(office, "K-1002"))
    assert since is not None
    assert [(change.area, change.text.en) for change in since.changes] == [
        ("money", "Refund of €4.00 for invoice RE-1002-0015."),
        ("money", "Next debit: €7.99 on 13 January 2027, before: €7.99 on 13 December 2026."),
        ("contract", "Stream Basic is paused from 13 December 2026 to 13 January 2027."),
    ]
    assert since.as_of == nothing.as_of


async def test_a_new_case_is_compared_with_its_own_handover(office: Office) -> None:
    c = await office.owned("K-1002")
    kept = snapshots(office)
    await kept.take()
    await office.does(c, {"kind": "refund", "invoice": "RE-1002-0015", "minor": 400})
    await office.flow.release(c.id, agent=MAYA, epoch=c.epoch, cid=cid(), to="bot", outcome="")
    assert office.house.clock is not None
    office.house.clock.pass_(minutes=5)
    await office.flow.ask_person(c.id, cid=cid())
    assert await kept.take() == 1
    since = await kept.since(c.id, "K-1002", await now(office, "K-1002"))
    assert since is not None
    assert since.changes == []


async def test_who_looks_first_looks_at_the_handover(office: Office) -> None:
    """Nobody waits for the job; a chat that was never handed over has nothing to compare with."""
    c = await office.owned("K-1002")
    kept = snapshots(office)
    seen = await now(office, "K-1002")
    since = await kept.since(c.id, "K-1002", seen)
    assert since is not None
    assert (since.as_of, since.changes) == (seen["as_of"], [])
    assert await kept.take() == 0
    chat = (await signed_in(office.flow, "K-1006")).conversation.id
    assert await kept.since(chat, "K-1006", await now(office, "K-1006")) is None


async def test_somebody_the_business_does_not_know_is_asked_about_once(office: Office) -> None:
    await office.owned("K-9999")
    kept = snapshots(office)
    assert (await kept.take(), await kept.take()) == (1, 0)


async def test_what_is_forgotten_takes_its_snapshot_and_actions_along(office: Office) -> None:
    c = await office.owned("K-1002")
    await snapshots(office).take()
    await office.does(c, {"kind": "credit", "minor": 100})
    await office.flow.release(c.id, agent=MAYA, epoch=c.epoch, cid=cid(), to="closed", outcome="")
    assert office.house.clock is not None
    office.house.clock.pass_(days=91)
    assert await SqlRetention(office.store).forget(90) == 1
    assert await office.actions.of(c.id) == []
    assert await SqlSnapshots(office.store).of(c.id) is None
