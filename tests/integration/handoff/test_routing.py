"""The line on real databases: offers made, accepted, declined, run out; several nodes; transfers; deadlines."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from handoff.adapters.sql import SqlAccounts
from handoff.adapters.sql import tables as t
from handoff.adapters.sql import tables_routing as r
from handoff.adapters.sql.retention import SqlRetention
from handoff.adapters.sql.tables_promises import promise
from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.model import Controller, Destination
from handoff.conversations.ports import Agent
from handoff.desk.routing.model import Rules, Team
from handoff.desk.routing.planning import plan
from handoff.desk.routing.ports import Due, Profile
from tests.integration.handoff.desk_line import Line
from tests.integration.handoff.house import House, cid, codes, in_queue, log_of, signed_in

ACCEPT = Rules().accept


@pytest.fixture
def line(house: House) -> Line:
    return Line(house)


def later(line: Line, **how_long: float) -> None:
    assert line.house.clock is not None
    line.house.clock.pass_(**how_long)


async def take(line: Line, agent: Agent, conversation: str) -> None:
    chat = await line.flow.get(conversation)
    await line.flow.take(conversation, agent=agent, epoch=chat.epoch, cid=cid())


async def there(line: Line, *agents: Agent) -> None:
    """Heartbeats: they are still there."""
    for agent in agents:
        await line.flow.heartbeat(agent)


async def test_a_chat_is_offered_to_whoever_is_there_and_accepting_is_taking(line: Line) -> None:
    maya = await line.person("maya")
    chat = await line.waits()
    standing = await line.standing(chat.id)
    assert (standing.offered_to, standing.offered_name, standing.why) == ("maya", "Maya", "")
    assert standing.offered_until is not None
    assert standing.offered_until - chat.updated_at >= timedelta(seconds=ACCEPT)
    await take(line, maya, chat.id)
    assert await line.offers() == [("maya", "accepted")]
    await line.settled()
    assert await line.offers() == [("maya", "accepted")]


async def test_with_nobody_there_the_chat_says_so_and_is_offered_to_the_first_who_comes(
    line: Line,
) -> None:
    chat = await line.waits()
    assert (await line.standing(chat.id)).why == "nobody"
    await line.person("maya")
    await line.settled()
    standing = await line.standing(chat.id)
    assert (standing.offered_to, standing.why) == ("maya", "")


async def test_an_offer_that_runs_out_goes_to_the_next_and_its_agent_is_not_responding(
    line: Line,
) -> None:
    maya = await line.person("maya")
    chat = await line.waits()
    jon = await line.person("jon")
    for _ in range(ACCEPT):
        later(line, seconds=1)
        await there(line, maya, jon)
        await line.routing.sweep()
    await line.settled()
    assert await line.offers() == [("maya", "timeout"), ("jon", "")]
    assert line.standings == {"maya": "not_responding", "jon": "available"}
    assert await line.flow.agents_available() == 1
    await take(line, jon, chat.id)
    second = await line.waits()
    assert (await line.standing(second.id)).offered_to == "jon"
    other = await line.waits()
    assert (await line.standing(other.id)).why == "busy"
    await line.routing.back(maya)
    await line.settled()
    assert (await line.standing(other.id)).offered_to == "maya"
    assert await line.told() == ["agent_back"]


async def test_saying_that_one_takes_chats_is_being_back(line: Line) -> None:
    maya = await line.person("maya")
    await line.waits()
    for _ in range(ACCEPT + 1):
        later(line, seconds=1)
        await there(line, maya)
        await line.routing.sweep()
    assert await line.flow.agents_available() == 0
    await line.flow.set_available(maya, on=False)
    await line.flow.set_available(maya, on=True)
    assert await line.flow.agents_available() == 1


async def test_a_declined_chat_goes_on_and_does_not_come_back_for_a_while(line: Line) -> None:
    maya = await line.person("maya")
    chat = await line.waits()
    await line.routing.decline(chat.id, agent=maya, epoch=chat.epoch, cid=cid())
    await line.settled()
    standing = await line.standing(chat.id)
    assert (standing.offered_to, standing.why) == (None, "dropped")
    assert await line.told() == ["offer_declined"]
    await line.routing.decline(chat.id, agent=maya, epoch=chat.epoch, cid=cid())
    assert await line.told() == ["offer_declined"]
    later(line, seconds=Rules().drop + 1)
    await there(line, maya)
    await line.settled()
    assert (await line.standing(chat.id)).offered_to == "maya"


async def test_a_decline_that_found_nothing_and_arrives_again_ends_no_later_offer(
    line: Line,
) -> None:
    maya = await line.person("maya", available=False)
    chat = await line.waits()
    late = {"agent": maya, "epoch": chat.epoch, "cid": "decline-late"}
    await line.routing.decline(chat.id, **late)
    await line.flow.set_available(maya, on=True)
    await line.settled()
    assert (await line.standing(chat.id)).offered_to == "maya"
    await line.routing.decline(chat.id, **late)
    assert (await line.standing(chat.id)).offered_to == "maya"
    await line.routing.decline(chat.id, **{**late, "cid": "decline-anew"})
    assert (await line.standing(chat.id)).offered_to is None


async def test_whoever_is_faster_by_hand_has_the_chat(line: Line) -> None:
    await line.person("maya")
    chat = await line.waits()
    jon = await line.person("jon")
    await take(line, jon, chat.id)
    assert await line.offers() == [("maya", "withdrawn")]
    assert (await line.flow.get(chat.id)).agent == "jon"


async def test_who_leaves_is_asked_no_more(line: Line) -> None:
    maya = await line.person("maya")
    chat = await line.waits()
    await line.flow.set_available(maya, on=False)
    jon = await line.person("jon")
    await line.settled()
    assert await line.offers() == [("maya", "gone"), ("jon", "")]
    later(line, seconds=46)
    await there(line, maya)
    await line.settled()
    assert (await line.offers())[-1] == ("jon", "gone")
    assert (await line.standing(chat.id)).why == "nobody"
    await there(line, jon)
    await line.settled()
    assert (await line.standing(chat.id)).offered_to == "jon"


async def test_two_nodes_offer_every_chat_once_and_nobody_two(house: House) -> None:
    nodes = [Line(house) for _ in range(3)]
    for n in range(6):
        await nodes[0].person(f"agent{n}")
    chats = [await in_queue(nodes[n % 3].flow) for n in range(9)]
    for _ in range(3):
        await asyncio.gather(*(node.routing.sweep() for node in nodes))
    await nodes[0].settled()
    asked = Counter(agent for agent, _ in await nodes[0].offers())
    assert asked == Counter({f"agent{n}": 1 for n in range(6)})
    standings = [await nodes[1].standing(chat.id) for chat in chats]
    assert [bool(s.offered_to) for s in standings].count(True) == 6
    assert [s.why for s in standings if not s.offered_to] == ["busy"] * 3


@pytest.mark.postgres
async def test_what_a_step_holds_is_left_to_the_next_sweep(server_url: str) -> None:
    house = House(server_url)
    try:
        line = Line(house)
        await line.person("maya")
        chat = await in_queue(line.flow)
        later(line, seconds=1)  # who asked first is first in line; at the same moment either is
        other = await in_queue(line.flow)
        holder = sa.create_engine(server_url, poolclass=sa.NullPool)
        with holder.begin() as held:
            held.execute(
                sa.select(t.conversation).where(t.conversation.c.id == chat.id).with_for_update()
            )
            async with asyncio.timeout(4):  # a lock would be waited for until it is given up
                await line.routing.sweep()
            assert await line.offers() == []
        await line.settled()
        assert await line.offers() == [("maya", "")]
        assert (await line.standing(chat.id)).offered_to == "maya"
        assert (await line.standing(other.id)).why == "busy"
        holder.dispose()
    finally:
        house.close()


async def test_what_was_decided_about_an_older_state_is_dropped(line: Line) -> None:
    maya = await line.person("maya")
    chat = await in_queue(line.flow)
    look = await line.store.look()
    await take(line, maya, chat.id)
    changes = plan(look, last=look.now)
    assert changes.offered
    await line.store.store(changes, look.rules)
    assert await line.offers() == []


async def test_a_chat_given_up_keeps_its_age_and_is_not_for_whoever_gave_it_up(line: Line) -> None:
    maya = await line.person("maya")
    chat = await line.waits()
    await take(line, maya, chat.id)
    later(line, seconds=20)
    await there(line, maya)
    owned = await line.flow.get(chat.id)
    await line.flow.release(
        chat.id, agent=maya, epoch=owned.epoch, cid=cid(), to="queue", outcome=""
    )
    await line.settled()
    again = await line.flow.get(chat.id)
    assert again.waiting_since == chat.waiting_since
    standing = await line.standing(chat.id)
    assert (standing.offered_to, standing.why) == (None, "dropped")
    assert standing.deadline == (chat.waiting_since or chat.updated_at) + timedelta(
        seconds=Rules().target
    )


async def passed_on(line: Line, agent: Agent, conversation: str, kind: str, name: str) -> None:
    chat = await line.flow.get(conversation)
    to = Destination(kind, name)  # type: ignore[arg-type]
    await line.flow.transfer(
        conversation, agent=agent, epoch=chat.epoch, cid=cid(), to=to, note="Please look at C-1"
    )
    await line.settled()


async def test_a_chat_is_passed_on_to_a_person_a_team_and_a_skill(line: Line) -> None:
    await line.store.put_team(Team("tech", "Tech"), by="test")
    maya = await line.person("maya")
    jon = await line.person("jon", Profile(skills=("BIL",), teams=("tech",)))
    lea = await line.person("lea", Profile(skills=("SEC",)))
    chat = await in_queue(line.flow)
    await take(line, maya, chat.id)
    await passed_on(line, maya, chat.id, "agent", "jon")
    standing = await line.standing(chat.id)
    assert (standing.wanted, standing.offered_to) == ("jon", "jon")
    log = await log_of(line.flow, chat.id)
    assert codes(log)[-4:] == ["queue", "agent_left", "passed_on", "Please look at C-1"]
    assert [event.agents_only for event in log[-4:]] == [False, False, True, True]
    assert log[-2].body["facts"] == {"agent": "Maya", "kind": "agent", "to": "Jon"}
    await take(line, jon, chat.id)
    await passed_on(line, jon, chat.id, "skill", "SEC")
    row = await line.flow.get(chat.id)
    standing = await line.standing(chat.id)
    assert (row.skill, standing.wanted, standing.offered_to) == ("SEC", None, "lea")
    await take(line, lea, chat.id)
    await passed_on(line, lea, chat.id, "team", "tech")
    standing = await line.standing(chat.id)
    assert standing.team == "tech"
    assert standing.offered_to is None, "the one in the team gave it up a moment ago"
    assert (await line.flow.get(chat.id)).waiting_since == chat.waiting_since


async def test_only_the_owner_and_supervisors_pass_on(line: Line) -> None:
    maya, jon = await line.person("maya"), await line.person("jon")
    ines = await line.person("ines", Profile(capacity=0), role="supervisor")
    chat = await in_queue(line.flow)
    await take(line, maya, chat.id)
    with pytest.raises(ConversationError) as refused:
        await passed_on(line, jon, chat.id, "agent", "jon")
    assert refused.value.code is Refusal.NOT_OWNER
    with pytest.raises(ConversationError) as refused:
        await passed_on(line, maya, chat.id, "agent", "nobody")
    assert refused.value.code is Refusal.UNKNOWN_DESTINATION
    with pytest.raises(ConversationError) as refused:
        await passed_on(line, maya, chat.id, "skill", "XYZ")
    assert refused.value.code is Refusal.UNKNOWN_DESTINATION
    await passed_on(line, ines, chat.id, "agent", "jon")
    row = await line.flow.get(chat.id)
    assert (row.controller, row.agent) == (Controller.QUEUE, None)
    assert (await line.standing(chat.id)).offered_to == "jon"
    await passed_on(line, ines, chat.id, "agent", "maya")
    assert await line.offers() == [("jon", "withdrawn"), ("maya", "")]


async def test_a_supervisor_without_capacity_is_offered_nothing(line: Line) -> None:
    await line.person("ines", Profile(capacity=0), role="supervisor")
    chat = await line.waits()
    assert (await line.standing(chat.id)).why == "nobody"
    assert await line.flow.agents_available() == 0


async def test_a_silent_chat_weighs_less_than_a_lively_one(line: Line) -> None:
    maya = await line.person("maya", Profile(capacity=1))
    first = await line.waits()
    await take(line, maya, first.id)
    second = await line.waits()
    assert (await line.standing(second.id)).why == "busy"
    await line.store.set_rules(Rules(quiet_percent=0), by="test")
    later(line, seconds=Rules().quiet + 1)
    await there(line, maya)
    await line.settled()
    assert (await line.standing(second.id)).offered_to == "maya"


async def test_a_near_debit_moves_a_chat_to_the_front(line: Line) -> None:
    assert line.house.clock is not None
    first = await line.waits()
    later(line, seconds=30)
    entered = await signed_in(line.flow, "K-1001")
    await line.flow.ask_person(entered.conversation.id, cid=cid())
    await line.settled()
    near = line.house.clock.now + timedelta(seconds=10)
    line.calendar.due_of["K-1001"] = None
    assert await line.routing.date() == 0
    line.calendar.due_of["K-1001"] = Due(near, "debit")
    assert await line.routing.date() == 1
    assert await line.routing.date() == 0
    assert line.calendar.asked == ["K-1001", "K-1001"]
    await line.settled()
    assert (await line.standing(entered.conversation.id)).deadline == near
    assert await line.flow.place_in_line(entered.conversation.id) == 1
    assert await line.flow.place_in_line(first.id) == 2
    await line.person("maya")
    await line.settled()
    assert (await line.standing(entered.conversation.id)).offered_to == "maya"


async def test_what_was_promised_sooner_moves_a_chat_to_the_front(line: Line) -> None:
    assert line.house.clock is not None
    first = await line.waits()
    later(line, seconds=30)
    second = await line.waits()
    assert await line.flow.place_in_line(second.id) == 2
    promised = {
        "id": "P-1",
        "conversation": second.id,
        "kind": "written",
        "made_at": line.house.clock.now,
        "due_at": line.house.clock.now + timedelta(seconds=5),
        "state": "open",
    }
    await line.sql.change(lambda db: db.execute(promise.insert().values(promised)).close())
    await line.settled()
    assert (await line.standing(second.id)).deadline == promised["due_at"]
    assert await line.flow.place_in_line(second.id) == 1
    kept = promise.update().where(promise.c.id == "P-1").values(state="kept")
    await line.sql.change(lambda db: db.execute(kept).close())
    await line.settled()
    assert await line.flow.place_in_line(first.id) == 1


async def test_a_forgotten_conversation_leaves_the_audit_and_nothing_of_the_line(
    line: Line,
) -> None:
    maya = await line.person("maya")
    chat = await line.waits()
    await line.routing.decline(chat.id, agent=maya, epoch=chat.epoch, cid=cid())
    await line.settled()
    await take(line, maya, chat.id)
    mine = await line.flow.get(chat.id)
    closing = {"epoch": mine.epoch, "cid": cid(), "to": "closed", "outcome": ""}
    await line.flow.release(chat.id, agent=maya, **closing)  # type: ignore[arg-type]
    later(line, days=91)
    assert await SqlRetention(line.sql).forget(90) == 1
    for table in (r.offer, r.case_routing, r.chat_drop):
        query = sa.select(sa.func.count()).select_from(table)
        assert await line.sql.ask(lambda db, query=query: db.execute(query).scalar_one()) == 0  # type: ignore[misc]
    assert await line.told() == ["offer_declined"]


async def test_the_list_shows_offer_deadline_and_reason(line: Line) -> None:
    await line.person("maya")
    first, second = await line.waits(), await line.waits()
    rows = {row.conversation.id: row.routed for row in (await line.flow.inbox()).rows}
    one, other = rows[first.id], rows[second.id]
    assert one is not None
    assert other is not None
    assert (one.offered_to, one.why) == ("maya", "")
    assert (other.offered_to, other.why) == (None, "busy")
    some = (await line.flow.inbox([second.id])).rows
    assert [row.routed for row in some] == [other]


async def test_rules_and_teams_are_kept_and_audited_and_rubbish_counts_as_unset(
    line: Line,
) -> None:
    assert await line.store.rules() == Rules()
    rules = Rules(accept=20, kept_skills=("SEC",), targets={"BIL": 30})
    await line.store.set_rules(rules, by="ines")
    assert await line.store.rules() == rules
    team = Team("tech", "Tech", frozenset({"TEC"}))
    await line.store.put_team(team, by="ines")
    await line.store.put_team(team, by="ines")
    assert await line.store.teams() == (team,)
    await line.person("maya", Profile(languages=("de",), teams=("tech", "no-such"), capacity=2))
    assert await line.store.profile("maya") == Profile(
        languages=("de",), teams=("tech",), capacity=2
    )
    assert await line.store.profile("nobody") is None
    assert not await line.store.put_profile("nobody", Profile(), by="ines")
    assert await line.told() == ["routing_rules_set", "team_set", "team_set"]
    broken = r.desk_rule.update().values(value={"accept": "soon"})
    await line.sql.change(lambda db: db.execute(broken).close())
    assert await line.store.rules() == Rules()


async def test_when_its_account_is_removed_an_agent_is_asked_no_more(line: Line) -> None:
    await line.store.put_team(Team("tech", "Tech"), by="test")
    await line.person("maya", Profile(teams=("tech",)))
    chat = await line.waits()
    await SqlAccounts(line.sql).remove_account("maya")
    await line.settled()
    assert await line.offers() == [("maya", "gone")]
    assert (await line.standing(chat.id)).why == "nobody"
