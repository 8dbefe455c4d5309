"""A one-time code proves who speaks: kept with the words beside it, once, and only while the bot speaks."""

from datetime import timedelta

import pytest

from handoff.contract import Identified
from handoff.conversations.flow import Flow
from handoff.conversations.model import Controller
from handoff.conversations.ports import BotTurn, Visitor
from handoff.conversations.proof import Proof, ProofRefused
from tests.integration.handoff.house import (
    MAYA,
    Clock,
    House,
    anonymous,
    asked,
    cid,
    codes,
    handoff,
    log_of,
    say,
    signed_in,
)

NOBODY = Visitor(None, 0, None, "de")


@pytest.fixture
def clock(house: House) -> Clock:
    assert house.clock is not None
    return house.clock


def code(clock: Clock, who: str = "K-1001", level: int = 2, **ago: float) -> Identified:
    at = clock() - timedelta(**ago)
    return Identified.model_validate(
        {"subscriber_id": who, "level": level, "proven_at": at.isoformat()}
    )


async def who(flow: Flow, conversation: str) -> tuple[str | None, int]:
    row = await flow.get(conversation)
    return row.subscriber_id, row.level


async def proven(flow: Flow, clock: Clock) -> tuple[str, BotTurn]:
    """An anonymous chat whose visitor has just proven to be K-1001."""
    conversation = await anonymous(flow)
    turn = await asked(flow, conversation, "123456")
    assert await flow.answer(turn, [code(clock), say("Danke, Frau Lindqvist.")])
    return conversation, turn


async def test_words_and_proof_are_stored_together_and_the_next_turn_knows(
    flow: Flow, clock: Clock
) -> None:
    conversation, _ = await proven(flow, clock)
    row = await flow.get(conversation)
    assert (row.subscriber_id, row.level, row.proven_at) == ("K-1001", 2, clock())
    assert codes(await log_of(flow, conversation))[2:] == ["identified", "Danke, Frau Lindqvist."]
    turn = await asked(flow, conversation, "Was schulde ich?")
    assert (turn.metadata.subscriber_id, turn.metadata.level) == ("K-1001", 2)
    assert turn.metadata.proven_at == clock().isoformat()


async def test_the_log_replays_the_change_to_both_sides_without_the_number(
    flow: Flow, clock: Clock
) -> None:
    conversation, _ = await proven(flow, clock)
    for for_agents in (True, False):
        replayed = await flow.events(conversation, since=0, for_agents=for_agents)
        (told,) = [e for e in replayed if e.body.get("code") == "identified"]
        assert (told.body["facts"]["before"], told.body["facts"]["level"]) == ("0", "2")
        assert "K-1001" not in str([e.body for e in replayed])


async def test_the_same_answer_twice_is_one_proof(flow: Flow, clock: Clock) -> None:
    conversation, turn = await proven(flow, clock)
    assert not await flow.answer(turn, [code(clock), say("Danke, Frau Lindqvist.")])
    again = await asked(flow, conversation)
    assert await flow.answer(again, [code(clock), say("noch einmal")])
    log = codes(await log_of(flow, conversation))
    assert (log.count("identified"), log[-1]) == (1, "noch einmal")


async def test_an_answer_after_a_take_over_identifies_nobody(flow: Flow, clock: Clock) -> None:
    conversation = await anonymous(flow)
    turn = await asked(flow, conversation)
    await flow.take(conversation, agent=MAYA, epoch=1, cid=cid())
    assert not await flow.answer(turn, [code(clock), say("zu spät")])
    await flow.release(conversation, agent=MAYA, epoch=2, cid=cid(), to="bot", outcome="")
    assert await who(flow, conversation) == (None, 0)
    assert "identified" not in codes(await log_of(flow, conversation))


async def test_nor_does_one_of_an_older_epoch_or_a_refused_one_then(
    flow: Flow, clock: Clock
) -> None:
    conversation = await anonymous(flow)
    turn = await asked(flow, conversation)
    await flow.take(conversation, agent=MAYA, epoch=1, cid=cid())
    await flow.release(conversation, agent=MAYA, epoch=2, cid=cid(), to="bot", outcome="")
    assert not await flow.answer(turn, [code(clock), say("alt")])
    assert not await flow.answer(turn, [code(clock, hours=1), say("alt und verfallen")])
    assert await who(flow, conversation) == (None, 0)


REFUSED = [
    ("another_subscriber", {"who": "K-1002"}),
    ("too_old", {"minutes": 11}),
    ("in_future", {"minutes": -1}),
]


@pytest.mark.parametrize(("why", "said"), REFUSED)
async def test_a_refused_proof_stores_nothing_and_ends_with_a_person(
    flow: Flow, clock: Clock, why: str, said: dict[str, float]
) -> None:
    entered = await signed_in(flow)
    conversation = entered.conversation.id
    turn = await asked(flow, conversation)
    before = await flow.get(conversation)
    with pytest.raises(ProofRefused) as refused:
        await flow.answer(turn, [code(clock, **said), say("Herr Weber schuldet 19,90 €.")])
    assert refused.value.why == why
    assert await flow.get(conversation) == before
    assert await flow.bot_failed(turn, reason="bot_unavailable", refused=refused.value)
    row = await flow.get(conversation)
    assert (row.controller, row.skill, row.subscriber_id, row.level) == (
        Controller.QUEUE,
        "SEC",
        "K-1001",
        1,
    )
    log = await log_of(flow, conversation)
    assert "Weber" not in str([e.body for e in log])
    (audited,) = [e for e in log if e.body.get("code") == "proof_refused"]
    assert audited.body["facts"] == {"why": why}
    assert audited.private == {"claimed": said.get("who", "K-1001")}
    seen = await flow.events(conversation, since=0, for_agents=False)
    assert "proof_refused" not in codes(seen)


async def test_without_the_check_a_foreign_proof_would_be_taken(
    flow: Flow, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: it is this rule, and nothing before it, that refuses."""
    monkeypatch.setattr(
        "handoff.conversations.proof._checked",
        lambda _c, said, now: Proof(said.subscriber_id, said.level, now),
    )
    conversation = (await signed_in(flow)).conversation.id
    turn = await asked(flow, conversation)
    assert await flow.answer(turn, [code(clock, "K-1002"), say("fremd")])
    assert (await flow.get(conversation)).subscriber_id == "K-1002"


async def test_a_proof_and_a_handoff_make_a_packet_of_the_proven_subscriber(
    flow: Flow, clock: Clock
) -> None:
    conversation = await anonymous(flow)
    turn = await asked(flow, conversation)
    assert await flow.answer(turn, [say("Moment."), code(clock), handoff("policy")])
    (packet,) = [e.body["packet"] for e in await log_of(flow, conversation) if e.kind == "packet"]
    assert (packet["subscriber_id"], packet["level"]) == ("K-1001", 2)


async def test_a_proof_alone_is_no_answer(flow: Flow, clock: Clock) -> None:
    conversation = await anonymous(flow)
    turn = await asked(flow, conversation)
    await flow.answer(turn, [code(clock)])
    assert (await flow.get(conversation)).controller is Controller.QUEUE
    assert await who(flow, conversation) == (None, 0)


async def test_the_level_in_a_packet_falls_back_by_time(flow: Flow, clock: Clock) -> None:
    conversation, _ = await proven(flow, clock)
    clock.pass_(minutes=11)
    await flow.ask_person(conversation, cid=cid())
    packet = (await log_of(flow, conversation))[-2].body["packet"]
    assert (packet["subscriber_id"], packet["level"]) == ("K-1001", 1)


async def test_whoever_proved_it_keeps_session_and_chat(flow: Flow, clock: Clock) -> None:
    entered = await flow.enter(NOBODY, session=None)
    turn = await asked(flow, entered.conversation.id)
    await flow.answer(turn, [code(clock), say("Danke")])
    for _ in range(2):  # an answer to the first may have been lost
        again = await flow.enter(NOBODY, session=entered.session)
        assert (again.session, again.conversation.id) == (entered.session, entered.conversation.id)
    assert await flow.keep_session(entered.session)
    signed = await signed_in(flow, "K-1002", session=entered.session)
    assert signed.conversation.id != entered.conversation.id


async def test_signing_in_at_the_host_site_is_told_once(flow: Flow) -> None:
    before = await flow.enter(NOBODY, session=None)
    after = await signed_in(flow, session=before.session)
    await signed_in(flow, session=after.session)
    log = await log_of(flow, before.conversation.id)
    assert codes(log) == ["welcome", "identified"]
    assert log[-1].body["facts"] == {"before": "0", "level": "1", "by": "site"}
