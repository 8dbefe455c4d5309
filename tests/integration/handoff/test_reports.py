"""Facts for reports: computed once or again they are the same, and what was changed by hand is found."""

from datetime import timedelta

import sqlalchemy as sa

from handoff.adapters.sql import tables_reports as r
from handoff.adapters.sql.reports import SqlReports
from handoff.adapters.sql.retention import SqlRetention
from handoff.conversations.flow import Flow
from handoff.desk.reports.facts import CaseFact, TalkFact
from tests.integration.handoff.house import MAYA, House, anonymous, asked, cid, owned, say

AGES = timedelta(days=3650)


async def lived(house: House, flow: Flow) -> None:
    """A talk that the bot ended alone, and a case that Maya answered after a minute and closed."""
    assert house.clock is not None
    turn = await asked(flow, await anonymous(flow), "wo ist meine Rechnung")
    await flow.answer(turn, [say("Hier.")])
    chat = await owned(flow)
    house.clock.pass_(minutes=1)
    await flow.reply(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), text="Guten Tag")
    house.clock.pass_(minutes=4)
    await flow.release(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), to="closed", outcome="ok")


async def kept(house: House, reports: SqlReports) -> tuple[list[TalkFact], list[CaseFact]]:
    """All facts there are."""
    assert house.clock is not None
    return await reports.facts(house.clock() - AGES, house.clock() + AGES)


async def everything(house: House, reports: SqlReports) -> list[str]:
    """All conversations."""
    assert house.clock is not None
    return await reports.changed_between(house.clock() - AGES, house.clock() + AGES)


async def test_what_was_lived_is_told_once(house: House) -> None:
    flow = house.node()
    reports = SqlReports(house.stores[0])
    await lived(house, flow)
    assert await reports.catch_up() == 2
    talks, cases = await kept(house, reports)
    assert [(talk.asked, talk.handed) for talk in talks] == [(1, False)]
    (case,) = cases
    assert (case.first_answer, case.handling, case.resolution) == (60, 300, 300)
    assert (case.end, case.answers, dict(case.agents)) == ("closed", 1, {"maya": 300})
    await reports.catch_up()
    assert await kept(house, reports) == (talks, cases)


async def test_computed_again_it_is_what_was_stored_and_a_changed_number_is_found(
    house: House,
) -> None:
    flow = house.node()
    reports = SqlReports(house.stores[0])
    await lived(house, flow)
    chats = await everything(house, reports)
    await reports.catch_up()
    assert await reports.differences(chats) == []
    (key,) = [case.key for case in (await kept(house, reports))[1]]
    changed = r.case_fact.update().values(first_answer=59)
    await house.stores[0].change(lambda db: db.execute(changed).close())
    assert await reports.differences(chats) == [key]
    await reports.compute(chats)
    assert await reports.differences(chats) == []


async def test_a_fact_that_is_missing_is_found(house: House) -> None:
    flow = house.node()
    reports = SqlReports(house.stores[0])
    await lived(house, flow)
    await reports.catch_up()
    await house.stores[0].change(lambda db: db.execute(sa.delete(r.talk_fact)).close())
    assert len(await reports.differences(await everything(house, reports))) == 1


async def test_the_numbers_outlive_the_words(house: House) -> None:
    assert house.clock is not None
    flow = house.node()
    reports = SqlReports(house.stores[0])
    await lived(house, flow)
    await reports.catch_up()
    before = await kept(house, reports)
    house.clock.pass_(days=91)
    assert await SqlRetention(house.stores[0]).forget(90) == 2
    await reports.catch_up()
    assert await kept(house, reports) == before
    assert await everything(house, reports) == []


async def test_what_goes_on_later_changes_the_fact(house: House) -> None:
    assert house.clock is not None
    flow = house.node()
    reports = SqlReports(house.stores[0])
    chat = await owned(flow)
    await reports.catch_up()
    assert [case.first_answer for case in (await kept(house, reports))[1]] == [None]
    house.clock.pass_(minutes=2)
    await flow.reply(chat.id, agent=MAYA, epoch=chat.epoch, cid=cid(), text="Guten Tag")
    assert await reports.catch_up() == 1
    assert [case.first_answer for case in (await kept(house, reports))[1]] == [120]
