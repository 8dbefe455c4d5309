"""The pure steps of people: take a chat, speak in it, give it away, and lose it.

Invariants: only the owner under the current epoch speaks or releases; of two who take at once one wins;
the waiting age survives every way back into the queue.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from handoff.contract import HandbackBrief
from handoff.conversations.effects import Ending, Pledge
from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.model import (
    Author,
    Controller,
    Conversation,
    Destination,
    Draft,
    OpenedCase,
    Step,
)
from handoff.conversations.ports import Agent, Arrival
from handoff.conversations.steps import (
    closed_case,
    control,
    ended,
    notice,
    packet_draft,
    said_by,
    to_bot,
    unowned,
    welcome,
)
from handoff.protocol import MessageEvent, NoteEvent

_LEFT = (Ending("unanswered"),)
"""A person ends the case: what they did not answer by then stays unanswered."""


@dataclass(frozen=True, slots=True)
class Lease:
    """What makes somebody the owner, until when; `token` tells one ownership from the next."""

    token: str
    until: datetime


def agent_key(agent: Agent, cid: str) -> str:
    """Two agents may pick the same `cid`; neither may hide the other's write. Also tells whose words they are."""
    return f"a:{agent.id}:{cid}"


def check_takeable(c: Conversation, epoch: int) -> None:
    """Raises TAKEN(agent_name), CLOSED or STALE_EPOCH when the chat cannot be taken as it was seen."""
    if c.controller is Controller.AGENT:
        raise ConversationError(Refusal.TAKEN, agent_name=c.agent_name)
    if c.controller is Controller.CLOSED:
        raise ConversationError(Refusal.CLOSED)
    if c.epoch != epoch:
        raise ConversationError(Refusal.STALE_EPOCH, epoch=str(c.epoch))


def taken(
    c: Conversation, agent: Agent, lease: Lease, *, key: str, arrival: Arrival | None
) -> Step:
    """The agent owns the chat. From the bot (no case yet) a case opens with `arrival`."""
    packet = arrival.packet if arrival else None
    after = replace(
        c,
        controller=Controller.AGENT,
        epoch=c.epoch + 1,
        agent=agent.id,
        agent_name=agent.name,
        lease_token=lease.token,
        lease_until=lease.until,
        waiting_since=c.waiting_since or (arrival.at if arrival else None),
        case_number=arrival.case_number if arrival else c.case_number,
        reason=packet.reason if packet else c.reason,
        skill=packet.skill if packet else c.skill,
    )
    drafts = [control(after, Author.AGENT, key=key)]
    if arrival is not None:
        drafts.append(packet_draft(after, arrival))
    drafts.append(notice(after, "agent_joined", {"agent": agent.name}))
    opened = (
        OpenedCase(arrival.case_number, packet.reason, packet.skill, packet)
        if arrival and packet
        else None
    )
    return Step(after=after, drafts=tuple(drafts), ends_all_turns=True, opened=opened)


def check_owner(c: Conversation, agent: Agent, epoch: int) -> None:
    """Raises NOT_OWNER, CLOSED or STALE_EPOCH (with who owns the chat now) unless the agent may speak."""
    facts = {"agent_name": c.agent_name, "controller": c.controller.value}
    if c.epoch != epoch:
        raise ConversationError(Refusal.STALE_EPOCH, **facts)
    if c.controller is not Controller.AGENT or c.agent != agent.id:
        raise ConversationError(Refusal.NOT_OWNER, **facts)


def replied(c: Conversation, agent: Agent, text: str, *, key: str, cid: str) -> Step:
    """The owner's words to the subscriber: what was promised here is kept."""
    message = MessageEvent(author="agent", name=agent.name, text=text, cid=cid)
    return Step(after=c, drafts=(said_by(c, message, key=key),), also=(Ending("kept"),))


def noted(c: Conversation, agent: Agent, text: str, *, key: str) -> Step:
    """A private note; anyone at the desk may write one, whoever owns the chat."""
    return Step(after=c, drafts=(_note(c, agent.name, text, key=key),))


def outcome_note(c: Conversation, agent: str, outcome: str) -> tuple[Draft, ...]:
    """What came of the case, as a note for whoever reads the log later; nothing when nothing was said."""
    return (_note(c, agent, outcome),) if outcome else ()


def _note(c: Conversation, agent: str, text: str, *, key: str | None = None) -> Draft:
    event = NoteEvent(author="agent", name=agent, text=text)
    return Draft(
        kind="note",
        author=Author.AGENT,
        epoch=c.epoch,
        body=event.model_dump(mode="json"),
        key=key,
        agents_only=True,
    )


def handed_back(c: Conversation, agent: Agent, outcome: str, *, key: str) -> Step:
    """Back to the bot, which says again that it is one and learns with its next turn what happened."""
    brief = HandbackBrief(agent=agent.name, outcome=outcome)
    after = replace(to_bot(c), handback=brief)
    drafts = (
        control(after, Author.AGENT, key=key),
        *outcome_note(after, agent.name, outcome),
        notice(after, "handed_back", {"agent": agent.name}),
        welcome(after, "welcome_back"),
    )
    return Step(after=after, drafts=drafts, closed=closed_case(c, outcome), also=_LEFT)


def closed(c: Conversation, agent: Agent, outcome: str, *, key: str) -> Step:
    """The matter is settled; the next message of the subscriber opens the chat again, with the bot."""
    brief = HandbackBrief(agent=agent.name, outcome=outcome, closed=True)
    after = replace(ended(c), handback=brief)
    drafts = (
        control(after, Author.AGENT, key=key),
        *outcome_note(after, agent.name, outcome),
        notice(after, "case_closed", {"case_number": c.case_number or ""}),
    )
    return Step(after=after, drafts=drafts, closed=closed_case(c, outcome), also=_LEFT)


def requeued(
    c: Conversation,
    told: tuple[Draft, ...],
    *,
    author: Author,
    key: str | None,
    pledges: tuple[Pledge, ...] = (),
) -> Step:
    """Back into the queue with its age and its case, because the agent gave it up or is gone."""
    after = requeued_row(c)
    return Step(after=after, drafts=(control(after, author, key=key), *told), also=pledges)


def passed_on(step: Step, agent: Agent, to: Destination, *, name: str, note: str) -> Step:
    """The chat that waits again is for somebody: that person, team or skill; agents read who passed it on, and the note."""
    after = replace(step.after, skill=to.id if to.kind == "skill" else step.after.skill)
    facts = {"agent": agent.name, "kind": to.kind, "to": name}
    told = replace(notice(after, "passed_on", facts), agents_only=True)
    drafts = (*step.drafts, told, *outcome_note(after, agent.name, note))
    return replace(step, after=after, drafts=drafts, passed_to=to)


def requeued_row(c: Conversation) -> Conversation:
    """The row of a chat that waits again; its notices are drafted under it."""
    return replace(
        unowned(c),
        controller=Controller.QUEUE,
        epoch=c.epoch + 1,
        waiting_since=c.waiting_since or c.updated_at,
    )
