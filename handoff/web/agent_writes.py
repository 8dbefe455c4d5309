"""What an agent's frame wants written, as a step of the conversation.

Invariants: every frame that changes a conversation has a `cid` and a row here; nothing but the frame and who sent it decides.
"""

from collections.abc import Awaitable

from handoff.conversations.model import Destination
from handoff.conversations.ports import Agent, ConversationFlow, Receipt
from handoff.desk.routing.desk import Routing
from handoff.protocol import AgentSend, Decline, Delete, Edit, Release, Take, Transfer

_Saying = AgentSend | Edit | Delete
Write = Take | _Saying | Release | Transfer | Decline
WRITES: tuple[type[Write], ...] = (Take, AgentSend, Edit, Delete, Release, Transfer, Decline)


def step_of(
    flow: ConversationFlow, routing: Routing, agent: Agent, frame: Write
) -> Awaitable[Receipt]:
    """The step, not begun yet."""
    chat, cid = frame.conversation, frame.cid
    match frame:
        case Take(epoch=epoch):
            return flow.take(chat, agent=agent, epoch=epoch, cid=cid)
        case Decline():
            return _declined(flow, routing, agent, frame)
        case Release() | Transfer():
            return _given_away(flow, agent, frame)
        case _:
            return _said(flow, agent, frame)


def _said(flow: ConversationFlow, agent: Agent, frame: _Saying) -> Awaitable[Receipt]:
    chat, cid = frame.conversation, frame.cid
    match frame:
        case AgentSend(note=True, text=text):
            return flow.note(chat, agent=agent, cid=cid, text=text)
        case AgentSend(epoch=epoch, text=text, seen=seen):
            return flow.reply(chat, agent=agent, epoch=epoch, cid=cid, text=text, seen=seen)
        case Edit(epoch=epoch, seq=seq, text=text):
            return flow.edit(chat, agent=agent, epoch=epoch, cid=cid, seq=seq, text=text)
        case Delete(seq=seq):
            return flow.delete(chat, agent=agent, cid=cid, seq=seq)


def _given_away(
    flow: ConversationFlow, agent: Agent, frame: Release | Transfer
) -> Awaitable[Receipt]:
    chat, cid, epoch = frame.conversation, frame.cid, frame.epoch
    if isinstance(frame, Release):
        to, outcome = frame.to, frame.outcome
        return flow.release(chat, agent=agent, epoch=epoch, cid=cid, to=to, outcome=outcome)
    whom, note = Destination(frame.to, frame.id), frame.note
    return flow.transfer(chat, agent=agent, epoch=epoch, cid=cid, to=whom, note=note)


async def _declined(
    flow: ConversationFlow, routing: Routing, agent: Agent, frame: Decline
) -> Receipt:
    """An offer is no event of the conversation: the receipt tells how far its log goes."""
    await routing.decline(frame.conversation, agent=agent, epoch=frame.epoch, cid=frame.cid)
    return Receipt((await flow.get(frame.conversation)).last_seq)
