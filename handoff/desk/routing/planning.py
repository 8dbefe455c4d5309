"""What a sweep wants changed, from what it sees: offers that are over, new chats, new offers, new reasons.

Invariants: pure; an offer that ran out while the looker was blind (the database was away, the process stood still) is
prolonged once, because its agent may have had no way to answer; nothing is stored that is stored already.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from handoff.desk.routing.assign import assign
from handoff.desk.routing.model import LIVELY, Assignment, Changes, LiveOffer, Look, Outcome

BLIND = timedelta(seconds=4)
"""A look this long after the one before was preceded by blindness."""


Choose = Callable[[Look], Assignment]


def plan(look: Look, *, last: datetime | None, choose: Choose = assign) -> Changes:
    """The changes; `last` is when this looker looked before, None at its first look."""
    ended: list[tuple[LiveOffer, Outcome]] = []
    prolonged: list[LiveOffer] = []
    blind = last is None or look.now - last > BLIND
    for offer in look.offers:
        outcome = _outcome(offer, look)
        if outcome == "timeout" and blind and (last is None or offer.until > last):
            prolonged.append(replace(offer, until=look.now + timedelta(seconds=look.rules.accept)))
        elif outcome is not None:
            ended.append((offer, outcome))
    after = _after(look, ended)
    choice = choose(after)
    return Changes(
        admitted=tuple(chat for chat in look.chats if chat.stored != chat.deadline),
        ended=tuple(ended),
        prolonged=tuple(prolonged),
        offered=choice.offers,
        why=tuple(
            (chat, choice.why[chat.conversation])
            for chat in after.chats
            if choice.why.get(chat.conversation, chat.why) != chat.why
        ),
    )


def _outcome(offer: LiveOffer, look: Look) -> Outcome | None:
    """How an offer ended by now, if it did. Whoever left or is away is no longer asked, and not blamed."""
    if offer.void:
        return "withdrawn"
    if look.standings.get(offer.agent) != "available":
        return "gone"
    return "timeout" if offer.until <= look.now else None


def _after(look: Look, ended: list[tuple[LiveOffer, Outcome]]) -> Look:
    """What is seen once the ended offers are over: their agents are not asked now, their chats wait for somebody else.

    A chat with an offer that still stands needs nobody.
    """
    out = {offer.agent for offer, _ in ended}
    over = {offer.conversation: offer.agent for offer, _ in ended}
    standing = {o.conversation for o in look.offers} - over.keys()
    chats = tuple(
        replace(chat, dropped_by=chat.dropped_by | {over[chat.conversation]})
        if chat.conversation in over
        else chat
        for chat in look.chats
        if chat.conversation not in standing
    )
    people = tuple(p for p in look.people if p.login not in out)
    return replace(look, chats=chats, people=people)


def load_of(*, chats: int, lively: int, offers: int, quiet_percent: int) -> int:
    """What an agent has to do: lively chats and offers whole, quiet chats in part."""
    return (lively + offers) * LIVELY + (chats - lively) * quiet_percent
