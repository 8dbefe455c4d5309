"""The pure steps caused by a subscriber or the bot: given a conversation, what happens next.

Invariants: a step decides and stores nothing; every change of controller raises `epoch` by one; under
QUEUE and AGENT the bot gets no work; the bot speaks only under BOT and the epoch it was asked in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from handoff.contract import BotReply, Button, Say
from handoff.conversations import instead, pledging
from handoff.conversations.effects import PromiseKind
from handoff.conversations.model import (
    Author,
    ClosedCase,
    Controller,
    Conversation,
    Draft,
    OpenedCase,
    Step,
)
from handoff.conversations.ports import Arrival
from handoff.conversations.proof import ProofRefused, level_at
from handoff.protocol import (
    ControlEvent,
    MessageEvent,
    PacketEvent,
    ReadEvent,
    ShownButton,
)


@dataclass(frozen=True, slots=True)
class Said:
    """A subscriber's words, cleaned already; `private` holds the meaning of a pressed button."""

    text: str
    cid: str
    key: str
    private: dict[str, Any] = field(default_factory=dict)


def unowned(c: Conversation) -> Conversation:
    """The row without an owner."""
    return replace(c, agent=None, agent_name="", lease_token=None, lease_until=None)


def welcome(c: Conversation, code: str = "welcome") -> Draft:
    """The bot's first words, and its first words after a person (AI Act, article 50)."""
    return said_by(c, MessageEvent(author="bot", code=code))


def said_by(c: Conversation, message: MessageEvent, *, key: str | None = None) -> Draft:
    """A message as draft under the epoch of `c`."""
    return Draft(
        kind="message",
        author=Author(message.author),
        epoch=c.epoch,
        body=message.model_dump(mode="json"),
        key=key,
    )


def notice(c: Conversation, code: str, facts: dict[str, str] | None = None) -> Draft:
    """A system message; clients word its code. Some carry buttons, whose meaning stays with us."""
    offered = instead.buttons(c, code)
    message = MessageEvent(
        author="system", code=code, facts=facts or {}, buttons=[shown_button(b) for b in offered]
    )
    private = {"buttons": [b.model_dump(mode="json") for b in offered]} if offered else {}
    return replace(said_by(c, message), private=private)


def control(c: Conversation, author: Author, *, key: str | None = None) -> Draft:
    """Tells everyone who owns the conversation from here on."""
    event = ControlEvent(
        controller=c.controller.value,
        epoch=c.epoch,
        agent=c.agent,
        agent_name=c.agent_name,
        reason=c.reason,
        case_number=c.case_number,
    )
    return Draft(
        kind="control", author=author, epoch=c.epoch, body=event.model_dump(mode="json"), key=key
    )


_PLAIN_WORDS = MessageEvent(author="subscriber").model_dump(mode="json")
"""All but the words and the `cid`, which their frame has checked: this is done for every message."""


def spoken(c: Conversation, said: Said) -> Draft:
    """The subscriber's words."""
    return Draft(
        kind="message",
        author=Author.SUBSCRIBER,
        epoch=c.epoch,
        body={**_PLAIN_WORDS, "text": said.text, "cid": said.cid},
        key=said.key,
        private=said.private,
    )


def received(c: Conversation, said: Said) -> Step:
    """A subscriber's message: work for the bot under BOT, reopening under CLOSED, else only kept."""
    message = spoken(c, said)
    if c.controller is Controller.CLOSED:
        after = to_bot(c)
        drafts = (message, control(after, Author.SYSTEM), welcome(after, "welcome_back"))
        return Step(after=after, drafts=drafts, asks_bot=True)
    return Step(after=c, drafts=(message,), asks_bot=c.controller is Controller.BOT)


def left_queue(c: Conversation, said: Said, kind: PromiseKind, now: datetime) -> Step:
    """Who waited chose something else instead: the bot goes on with just that; the case is held until it is arranged."""
    after = pledging.held(c, to_bot(c))
    step = received(after, said)
    drafts = (*step.drafts, control(after, Author.SUBSCRIBER))
    return replace(step, drafts=drafts, also=pledging.chosen_instead(kind, now))


def to_bot(c: Conversation) -> Conversation:
    """The row when the bot speaks again: no owner, no case, no waiting."""
    return replace(
        unowned(c),
        controller=Controller.BOT,
        epoch=c.epoch + 1,
        waiting_since=None,
        case_number=None,
        reason="",
        skill=None,
    )


def ended(c: Conversation) -> Conversation:
    """The row of a chat that is over; the next message of the subscriber opens it again, with the bot."""
    return replace(unowned(c), controller=Controller.CLOSED, epoch=c.epoch + 1, waiting_since=None)


def reassured(c: Conversation, told: tuple[str, dict[str, str]], *, key: str) -> Step:
    """Who waits already and asks again for a person is told again how things stand."""
    return Step(after=c, drafts=(replace(notice(c, *told), key=key),))


def queued(
    c: Conversation,
    arrival: Arrival,
    *,
    author: Author,
    key: str | None = None,
    before: tuple[Draft, ...] = (),
) -> Step:
    """Pass the chat to people: a case opens with its packet, and nothing more is wanted from the bot."""
    packet = arrival.packet
    after = replace(
        unowned(c),
        controller=Controller.QUEUE,
        epoch=c.epoch + 1,
        waiting_since=(pledging.held_case(c) and c.waiting_since) or arrival.at,
        case_number=arrival.case_number,
        reason=packet.reason,
        skill=packet.skill,
    )
    drafts = (
        *before,
        control(after, author, key=key),
        packet_draft(after, arrival),
        notice(after, arrival.notice, arrival.facts),
    )
    opened = OpenedCase(arrival.case_number, packet.reason, packet.skill, packet)
    return Step(
        after=after, drafts=drafts, ends_all_turns=True, opened=opened, also=arrival.pledges
    )


def packet_draft(c: Conversation, arrival: Arrival) -> Draft:
    """The case packet, for agents' eyes only."""
    return Draft(
        kind="packet",
        author=Author.SYSTEM,
        epoch=c.epoch,
        body=PacketEvent(packet=arrival.packet).model_dump(mode="json"),
        agents_only=True,
    )


def wanted(c: Conversation, epoch: int) -> bool:
    """Whether an answer of the bot is still wanted: it speaks, and under the epoch it was asked in."""
    return c.controller is Controller.BOT and c.epoch == epoch


def answered(
    c: Conversation,
    seq: int,
    replies: Sequence[BotReply],
    arrival: Arrival | None,
    *,
    before: tuple[Draft, ...] = (),
) -> Step:
    """The bot's words to the message `seq` behind `before` and, with `arrival`, its handoff.

    The hand-back brief is used up.
    """
    says = [reply for reply in replies if isinstance(reply, Say)]
    told = replace(c, handback=None, locale=says[-1].locale if says else c.locale)
    words = (_bot_words(c, say, seq, place) for place, say in enumerate(says))
    drafts = (*before, *words)
    if arrival is None:
        return Step(after=told, drafts=drafts, ends_turn=seq)
    return replace(queued(told, arrival, author=Author.BOT, before=drafts), ends_turn=seq)


def shown_button(button: Button) -> ShownButton:
    """A button as browsers may know it."""
    return ShownButton(title=button.title, style=button.style, order=button.order)


def _bot_words(c: Conversation, say: Say, seq: int, place: int) -> Draft:
    """A bot message: the browser learns a button's title and style, its meaning stays with us.

    What the bot took the message `seq` for stays with us too; the pump gives it to agents.
    """
    message = MessageEvent(
        author="bot",
        text=say.text,
        locale=say.locale,
        cards=say.cards,
        buttons=[shown_button(button) for button in say.buttons],
        links=say.links,
    )
    private: dict[str, Any] = {"buttons": [b.model_dump(mode="json") for b in say.buttons]}
    if say.understood is not None:
        known = say.understood.model_dump(mode="json", exclude={"guess"})
        private |= {"understood": {"seq": seq, **known}, "guess": say.understood.guess}
    return replace(said_by(c, message, key=f"b:{seq}:{place}"), private=private)


def identified(
    before: Conversation, after: Conversation, by: Literal["site", "code"], now: datetime
) -> Draft:
    """Tells everyone that it is known from here on who speaks, or known for surer."""
    facts = {"before": str(level_at(before, now)), "level": str(after.level), "by": by}
    if after.proven_at is not None:
        facts["proven_at"] = after.proven_at.isoformat()
    return notice(after, "identified", facts)


def failed(
    c: Conversation, seq: int, arrival: Arrival, *, refused: ProofRefused | None = None
) -> Step:
    """The bot gave no answer: the subscriber is told so and the chat goes to people."""
    told: tuple[Draft, ...] = (notice(c, "bot_unavailable"),)
    if refused is not None:
        told = (*told, _audited(c, refused))
    return replace(queued(c, arrival, author=Author.SYSTEM, before=told), ends_turn=seq)


def _audited(c: Conversation, refused: ProofRefused) -> Draft:
    """Agents read why a proof was refused; whom it named stays in the log, where no client sees it."""
    told = notice(c, "proof_refused", {"why": refused.why})
    return replace(told, agents_only=True, private={"claimed": refused.claimed})


def dropped(c: Conversation, seq: int) -> Step:
    """An answer nobody wants any more: the turn is done, nothing is said."""
    return Step(after=c, ends_turn=seq)


def read(c: Conversation, author: Author, up_to: int) -> Step:
    """A side has read up to a seq."""
    event = ReadEvent(author=author.value, up_to=up_to)
    draft = Draft(kind="read", author=author, epoch=c.epoch, body=event.model_dump(mode="json"))
    if author is Author.AGENT:
        return Step(after=replace(c, read_agent=up_to), drafts=(draft,))
    return Step(after=replace(c, read_subscriber=up_to), drafts=(draft,))


def closed_case(c: Conversation, outcome: str) -> ClosedCase | None:
    """The end of the conversation's open case, if it has one."""
    return ClosedCase(c.case_number, outcome) if c.case_number else None
