"""Proposals: what is about to be done, in one sentence, with Yes and No or the priced order button under it.

Invariants: nothing is executed by proposing; the button carries the proposal itself, so a press means
exactly what stood beside it, whenever it comes before `until`; what costs money has no Yes, only the order button.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from actions.dialogue.pending import Pending
from actions.replies import Reply, answer
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
    yes = Button(title=voice.text("button.yes"), intent="affirm", value=pending.value())
    reply = answer(voice, text, cards=cards, buttons=[yes, _no(voice, pending), *more], links=links)
    return replace(reply, pending=pending)


def propose_order(
    voice: Voice, text: str, pending: Pending, offered: Offered | None = None
) -> Reply:
    """Ask for the press of the order button; price and terms are kept, so that it can be shown again."""
    if offered is not None and offered.order is not None:
        terms = {"order_price": offered.order.price, "order_terms": offered.order.terms}
        pending = replace(pending, facts={**pending.facts, **terms})
    order = OrderTerms(price=pending.fact("order_price"), terms=pending.fact("order_terms"))
    button = Button(
        title=voice.text("button.order"),
        intent="affirm",
        value={**pending.value(), _ORDERED: "yes"},
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
    return Button(title=voice.text("button.no"), intent="deny", value=pending.value())
