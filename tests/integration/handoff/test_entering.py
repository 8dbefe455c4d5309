"""Who comes in: sessions are resumed by their party only, and change when the party does."""

import pytest

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
    assert await flow.session_alive(first.session)
    assert house.clock is not None
    house.clock.pass_(hours=23)
    await flow.enter(NOBODY, session=first.session)
    house.clock.pass_(hours=23)
    assert await flow.session_alive(first.session), "use prolongs it"
    house.clock.pass_(hours=2)
    assert not await flow.session_alive(first.session)
    other = await flow.enter(NOBODY, session=None)
    await flow.end_session(other.session)
    assert not await flow.session_alive(other.session)


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
    assert await flow.session_alive(anna.session)


async def test_signing_in_adopts_the_anonymous_chat_and_changes_the_secret(flow: Flow) -> None:
    before = await flow.enter(NOBODY, session=None)
    await flow.receive(before.conversation.id, cid=cid(), text="hallo")
    after = await signed_in(flow, "K-1001", session=before.session)
    assert after.conversation.id == before.conversation.id
    assert (after.conversation.subscriber_id, after.conversation.level) == ("K-1001", 1)
    assert after.session != before.session
    assert not await flow.session_alive(before.session)


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
