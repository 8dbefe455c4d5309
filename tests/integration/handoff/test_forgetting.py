"""Who was erased by the business is in no chat any more, once nobody works on it, and the assistant forgets it too."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from handoff.adapters.sql import tables as t
from handoff.adapters.sql.files import SqlFiles
from handoff.adapters.sql.indexing import SqlIndexing
from handoff.adapters.sql.retention import SqlRetention
from handoff.adapters.sql.snapshots import SqlSnapshots
from handoff.adapters.sql.store import SqlStore
from handoff.conversations.flow import Flow
from handoff.desk.forgetting import MADE_UP, Forgetting
from handoff.desk.snapshots.keeping import Snapshots
from handoff.desk.subscribers import SubscriberDesk
from handoff.desk.work.files import File
from subscriptions import Subscriptions
from tests.integration.handoff.house import MAYA, Clock, House, cid, log_of, signed_in
from tests.integration.subscriptions.making_privacy import (
    asked_for_erasure,
    nothing_left_to_do,
)
from tests.integration.subscriptions.people import AGENT, SetClock

ERASED, OTHER = "K-1002", "K-1006"
WORDS = "mein Hund heißt Baldrian"
DAYS = 90


class Assistant:
    """Forgets, or is away."""

    def __init__(self) -> None:
        self.forgot: list[str] = []
        self.away = False

    async def __call__(self, conversation: str) -> bool:
        if not self.away:
            self.forgot.append(conversation)
        return not self.away


@pytest.fixture
def assistant() -> Assistant:
    return Assistant()


@pytest.fixture
def store(house: House, flow: Flow) -> SqlStore:
    assert flow
    return house.stores[0]


@pytest.fixture
def forgetting(
    store: SqlStore, business: Subscriptions, clock: Clock, assistant: Assistant
) -> Forgetting:
    return Forgetting(SqlRetention(store), business, assistant, days=DAYS, clock=clock)


async def served(flow: Flow, number: str, business: Subscriptions, store: SqlStore) -> str:
    """A chat of this subscriber with all that hangs on one; Maya has it."""
    chat = (await signed_in(flow, number)).conversation
    await flow.receive(chat.id, cid=cid(), text=WORDS)
    await flow.ask_person(chat.id, cid=cid())
    await Snapshots(SqlSnapshots(store), SubscriberDesk(business)).take()
    waiting = await flow.get(chat.id)
    await flow.take(chat.id, agent=MAYA, epoch=waiting.epoch, cid=cid())
    await flow.note(chat.id, agent=MAYA, cid=cid(), text=f"sagt: {WORDS}")
    file = File("Baldrian.png", "image/png", b"png")
    await SqlFiles(store).add_file(f"file of {number}", chat.id, file, by="maya")
    await SqlIndexing(store).index()
    return chat.id


async def ended(flow: Flow, conversation: str) -> None:
    epoch = (await flow.get(conversation)).epoch
    await flow.release(conversation, agent=MAYA, epoch=epoch, cid=cid(), to="closed", outcome=WORDS)


def erase(business: Subscriptions, engine: Engine) -> None:
    nothing_left_to_do(engine, ERASED)
    business.privacy.execute_erasure(AGENT, asked_for_erasure(engine, ERASED), key="e")


async def places(store: SqlStore, *needles: str) -> set[str]:
    """The tables in which any of these words still stands."""

    def look(db: sa.Connection) -> set[str]:
        found = set()
        for table in t.metadata.sorted_tables:
            for row in db.execute(table.select()):
                told = " ".join(str(value) for value in row).lower()
                if any(needle.lower() in told for needle in needles):
                    found.add(table.name)
        return found

    return await store.ask(look)


async def test_after_erasure_no_table_holds_the_person_and_others_keep_their_chats(
    flow: Flow,
    store: SqlStore,
    business: Subscriptions,
    business_engine: Engine,
    forgetting: Forgetting,
    assistant: Assistant,
) -> None:
    gone = await served(flow, ERASED, business, store)
    stays = await served(flow, OTHER, business, store)
    await ended(flow, gone)
    before = await places(store, ERASED, "Baldrian")
    assert {"conversation", "event", "case_snapshot", "attachment", "search_entry"} <= before
    assert await forgetting.erased() == 0
    erase(business, business_engine)
    assert await forgetting.erased() == 1
    assert await forgetting.erased() == 0
    assert await places(store, ERASED, gone) - {"desk_audit", "forgotten"} == set()
    assert await log_of(flow, stays) != []
    assert "attachment" in await places(store, "Baldrian"), "of the other one"
    assert (await forgetting.elsewhere(), assistant.forgot) == (1, [gone])
    assert await places(store, gone) <= {"desk_audit"}
    assert await forgetting.elsewhere() == 0


async def test_a_chat_that_somebody_has_goes_when_it_ended(
    flow: Flow,
    store: SqlStore,
    business: Subscriptions,
    business_engine: Engine,
    forgetting: Forgetting,
) -> None:
    chat = await served(flow, ERASED, business, store)
    erase(business, business_engine)
    assert await forgetting.erased() == 0
    assert await log_of(flow, chat) != []
    await ended(flow, chat)
    assert await forgetting.erased() == 1
    assert await log_of(flow, chat) == []


async def test_what_may_not_be_erased_stays_in_the_chats_too(
    flow: Flow,
    store: SqlStore,
    business: Subscriptions,
    business_engine: Engine,
    forgetting: Forgetting,
) -> None:
    """An erasure that was asked for and not carried out: a contract runs, an invoice is open."""
    chat = await served(flow, ERASED, business, store)
    await ended(flow, chat)
    asked_for_erasure(business_engine, ERASED)
    assert await forgetting.erased() == 0
    assert await log_of(flow, chat) != []


async def test_an_assistant_that_is_away_is_asked_again(
    flow: Flow,
    store: SqlStore,
    business: Subscriptions,
    business_engine: Engine,
    forgetting: Forgetting,
    assistant: Assistant,
) -> None:
    chat = await served(flow, ERASED, business, store)
    await ended(flow, chat)
    erase(business, business_engine)
    assert await forgetting.erased() == 1
    assistant.away = True
    assert await forgetting.elsewhere() == 0
    assistant.away = False
    assert (await forgetting.elsewhere(), assistant.forgot) == (1, [chat])


async def test_old_chats_are_forgotten_by_the_assistant_too(
    flow: Flow,
    store: SqlStore,
    business: Subscriptions,
    forgetting: Forgetting,
    assistant: Assistant,
    clock: Clock,
) -> None:
    chat = await served(flow, OTHER, business, store)
    await ended(flow, chat)
    clock.pass_(days=DAYS + 1)
    assert (await forgetting.old(), await forgetting.elsewhere()) == (1, 1)
    assert assistant.forgot == [chat]


def test_who_was_erased_is_told_from_that_moment_on(
    business: Subscriptions, business_engine: Engine, business_clock: SetClock
) -> None:
    erase(business, business_engine)
    now = business_clock()
    told: Sequence[str] = business.privacy.erased_since(now)
    assert list(told) == [ERASED]
    assert business.privacy.erased_since(now - MADE_UP) == (ERASED,)
    assert business.privacy.erased_since(now + timedelta(seconds=1)) == ()
