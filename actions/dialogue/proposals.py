"""Proposals: what is about to be done, in one sentence, with Yes and No or the priced order button under it.

Invariants: nothing is executed by proposing; the button carries the proposal itself and the showing it stood under, so a
press means exactly what stood beside it, and nothing once that showing is over; what costs money has no Yes, only the order button.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from actions.dialogue.pending import Pending
from actions.replies import Reply, answer
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button, Card, Link, OrderTerms

VALID_FOR = timedelta(minutes=30)
_ORDERED = "ordered"
_OF_AN_ORDER = frozenset({"order_price", "order_terms", _ORDERED})


class Offered(Protocol):
    """What stands around an order button."""

    @property
    def order(self) -> OrderTerms | None:
        """Price and terms."""
        ...

    @property
    def cards(self) -> Sequence[Card]:
        """What is ordered."""
        ...

    @property
    def text(self) -> str:
        """What is said."""
        ...

    @property
    def gist(self) -> str:
        """What calls it to mind."""
        ...

    @property
    def more(self) -> Sequence[Button]:
        """Other choices."""
        ...


def propose(
    voice: Voice,
    text: str,
    pending: Pending,
    *,
    cards: Sequence[Card] = (),
    more: Sequence[Button] = (),
    links: Sequence[Link] = (),
) -> Reply:
    """Ask for a plain yes or no."""
    pending = _showing(voice, pending, text)
    yes = Button(title=voice.text("button.yes"), intent="affirm", value=pending.on_button())
    reply = answer(voice, text, cards=cards, buttons=[yes, _no(voice, pending), *more], links=links)
    return replace(reply, pending=pending)


def propose_order(
    voice: Voice, text: str, pending: Pending, offered: Offered | None = None
) -> Reply:
    """Ask for the press of the order button; price and terms are kept, so that it can be shown again."""
    if offered is not None and offered.order is not None:
        terms = {"order_price": offered.order.price, "order_terms": offered.order.terms}
        pending = replace(pending, facts={**pending.facts, **terms})
    pending = _showing(voice, pending, text)
    order = OrderTerms(price=pending.fact("order_price"), terms=pending.fact("order_terms"))
    button = Button(
        title=voice.text("button.order"),
        intent="affirm",
        value={**pending.on_button(), _ORDERED: "yes"},
        style="order",
        order=order,
    )
    cards, more = (offered.cards, offered.more) if offered else ((), ())
    reply = answer(voice, text, cards=cards, buttons=[button, _no(voice, pending), *more])
    return replace(reply, pending=pending)


def propose_again(voice: Voice, text: str, pending: Pending) -> Reply:
    """Ask once more for what confirms it: the press of the order button, or a yes."""
    again = propose_order if is_order(pending) else propose
    return again(voice, text, pending)


def _showing(voice: Voice, pending: Pending, text: str) -> Pending:
    """The matter with the showing that a yes belongs to; one that is only called to mind stays the same."""
    if pending.showing:
        return pending
    showing, gist = f"{voice.seed}:{pending.kind}", pending.gist or text
    return replace(pending, showing=showing, gist=gist, locale=voice.locale)


def gist_of(offered: Offered) -> str:
    """What calls a showing to mind when its card has scrolled away: what, from when, for how much."""
    if offered.gist:
        return offered.gist
    if offered.order is not None:
        return f"{offered.order.terms} {offered.order.price}"
    rows = [f"{row.label}: {row.value}" for card in offered.cards for row in card.rows]
    return f"{'; '.join(rows)}." if rows else offered.text


def recalled(voice: Voice, pending: Pending, *, now: datetime) -> str:
    """What was shown in a sentence and the question for the yes; nothing where it has to be shown anew."""
    if not pending.gist or pending.locale != voice.locale or not pending.open_at(now):
        return ""
    if is_order(pending):
        return f"{pending.gist} {voice.text('plans.use_the_button')}"
    asks = "?" in pending.gist
    return pending.gist if asks else f"{pending.gist} {voice.text('flow.still_wanted')}"


def let_go(voice: Voice, pending: Pending) -> Reply:
    """To the yes of a showing that is over: nothing was done, and the way to see it again."""
    again = replace(pending, asks="", showing="", facts=without_order(pending.facts))
    button = Button(title=voice.text("button.show_again"), intent="inform", value=again.on_button())
    text = voice.text("confirm.no_longer_open")
    return answer(voice, text, buttons=[button, voice.person_button()])


def stands(turn: Turn, pressed: Pending) -> bool:
    """Whether a pressed yes belongs to what is shown now, or was carried out already and only has its receipt again."""
    if turn.intent != "affirm" or not pressed.showing:
        return True
    done = any(step.did == pressed.showing for step in turn.steps)
    return done or any(
        (matter.key, matter.showing) == (pressed.key, pressed.showing) for matter in turn.open
    )


def is_order(pending: Pending) -> bool:
    """Whether what was shown costs money."""
    return "order_price" in pending.facts


def without_order(facts: Mapping[str, str]) -> dict[str, str]:
    """The facts of a matter that is shown anew: whether it costs money is told by the new quote alone."""
    return {name: fact for name, fact in facts.items() if name not in _OF_AN_ORDER}


def order_again(pending: Pending, pressed: Mapping[str, str]) -> bool:
    """Whether this is an order and the yes to it was not the press of its button."""
    return is_order(pending) and pressed.get(_ORDERED) != "yes"


def _no(voice: Voice, pending: Pending) -> Button:
    return Button(title=voice.text("button.no"), intent="deny", value=pending.on_button())
