"""Who comes in: sessions are resumed by their party only, and change when the party does."""

from datetime import datetime, timedelta

import pytest

from handoff.adapters.sql.transaction import SqlWriting
from handoff.conversations import entrance
from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.flow import Flow
from handoff.conversations.ports import Visitor
from tests.integration.handoff.house import MAYA, House, cid, signed_in

NOBODY = Visitor(None, 0, None, "de")


async def test_a_session_resumes_its_conversation(flow: Flow) -> None:
    first = await flow.enter(NOBODY, session=None)
    again = await flow.enter(NOBODY, session=first.session)
    assert again.conversation.id == first.conversation.id
    assert (again.session, again.is_new) == (first.session, False)


async def test_an_unknown_session_of_nobody_is_expired(flow: Flow) -> None:
    with pytest.raises(ConversationError) as refused:
        await flow.enter(NOBODY, session="guessed")
    assert refused.value.code is Refusal.SESSION_EXPIRED


async def test_a_session_ends_by_time_and_by_being_ended(house: House) -> None:
    flow = house.node()
    first = await flow.enter(NOBODY, session=None)
    assert await flow.keep_session(first.session)
    assert house.clock is not None
    house.clock.pass_(hours=23)
    await flow.enter(NOBODY, session=first.session)
    house.clock.pass_(hours=23)
    assert await flow.keep_session(first.session), "use prolongs it"
    house.clock.pass_(hours=25)
    assert not await flow.keep_session(first.session)
    other = await flow.enter(NOBODY, session=None)
    await flow.end_session(other.session)
    assert not await flow.keep_session(other.session)


async def test_an_open_socket_keeps_its_session(house: House) -> None:
    """The socket asks every minute; for days nobody need write or come back."""
    flow = house.node()
    first = await flow.enter(NOBODY, session=None)
    assert house.clock is not None
    for _ in range(100):
        house.clock.pass_(minutes=50)
        assert await flow.keep_session(first.session)
    assert (await flow.enter(NOBODY, session=first.session)).conversation == first.conversation


async def test_a_session_in_use_is_written_once_in_an_hour(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow, written = house.node(), []
    first = await flow.enter(NOBODY, session=None)
    plain = SqlWriting.prolong_session

    def noted(tx: SqlWriting, digest: str, *, expires: datetime) -> None:
        written.append(expires)
        plain(tx, digest, expires=expires)

    monkeypatch.setattr(SqlWriting, "prolong_session", noted)
    assert house.clock is not None
    for _ in range(150):
        house.clock.pass_(minutes=1)
        assert await flow.keep_session(first.session)
    assert len(written) == 2


async def test_a_revoked_session_is_not_renewed(house: House) -> None:
    flow = house.node()
    first = await flow.enter(NOBODY, session=None)
    await flow.end_session(first.session)
    assert house.clock is not None
    house.clock.pass_(hours=2)
    assert not await flow.keep_session(first.session)
    digest, until = entrance.digest(first.session), house.clock() + timedelta(hours=1)
    await house.stores[0].write(lambda tx: tx.prolong_session(digest, expires=until), about=None)
    assert not await flow.keep_session(first.session)


async def test_a_subscriber_finds_the_open_conversation_on_another_device(flow: Flow) -> None:
    first = await signed_in(flow)
    other = await signed_in(flow)
    assert other.conversation.id == first.conversation.id
    assert other.session != first.session


async def test_a_session_of_another_subscriber_is_not_resumed(flow: Flow) -> None:
    anna = await signed_in(flow, "K-1001")
    marcus = await signed_in(flow, "K-1002", session=anna.session)
    assert marcus.conversation.id != anna.conversation.id
    assert marcus.conversation.subscriber_id == "K-1002"
    assert await flow.keep_session(anna.session)


async def test_signing_in_adopts_the_anonymous_chat_and_changes_the_secret(flow: Flow) -> None:
    before = await flow.enter(NOBODY, session=None)
    await flow.receive(before.conversation.id, cid=cid(), text="hallo")
    after = await signed_in(flow, "K-1001", session=before.session)
    assert after.conversation.id == before.conversation.id
    assert (after.conversation.subscriber_id, after.conversation.level) == ("K-1001", 1)
    assert after.session != before.session
    assert not await flow.keep_session(before.session)


async def test_a_weaker_proof_does_not_undo_a_stronger_one(house: House) -> None:
    flow = house.node()
    assert house.clock is not None
    proven = Visitor("K-1001", 2, "Anna", "de", proven_at=house.clock())
    await flow.enter(proven, session=None)
    again = await signed_in(flow, "K-1001")
    assert (again.conversation.level, again.conversation.proven_at) == (2, house.clock())


async def test_a_closed_conversation_is_left_behind_by_a_new_visit(flow: Flow) -> None:
    anna = await signed_in(flow)
    await flow.take(anna.conversation.id, agent=MAYA, epoch=1, cid=cid())
    await flow.release(
        anna.conversation.id, agent=MAYA, epoch=2, cid=cid(), to="closed", outcome=""
    )
    assert (await signed_in(flow)).conversation.id != anna.conversation.id
