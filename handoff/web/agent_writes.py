"""What an agent's frame wants written, as a step of the conversation.

Invariants: every frame that changes a conversation has a `cid` and a row here; nothing but the frame and who sent it decides.
"""

from collections.abc import Awaitable

from handoff.conversations.ports import Agent, ConversationFlow, Receipt
from handoff.protocol import AgentSend, Delete, Edit, Release, Take

Write = Take | AgentSend | Edit | Delete | Release
WRITES: tuple[type[Write], ...] = (Take, AgentSend, Edit, Delete, Release)


def step_of(flow: ConversationFlow, agent: Agent, frame: Write) -> Awaitable[Receipt]:
    """The step, not begun yet."""
    chat, cid = frame.conversation, frame.cid
    match frame:
        case Take(epoch=epoch):
            return flow.take(chat, agent=agent, epoch=epoch, cid=cid)
        case AgentSend(note=True, text=text):
            return flow.note(chat, agent=agent, cid=cid, text=text)
        case AgentSend(epoch=epoch, text=text):
            return flow.reply(chat, agent=agent, epoch=epoch, cid=cid, text=text)
        case Edit(epoch=epoch, seq=seq, text=text):
            return flow.edit(chat, agent=agent, epoch=epoch, cid=cid, seq=seq, text=text)
        case Delete(seq=seq):
            return flow.delete(chat, agent=agent, cid=cid, seq=seq)
        case Release(epoch=epoch, to=to, outcome=outcome):
            return flow.release(chat, agent=agent, epoch=epoch, cid=cid, to=to, outcome=outcome)
