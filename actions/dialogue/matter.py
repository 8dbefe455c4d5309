"""A matter: a topic that changes something after a yes.

Invariants: what is done was shown before and confirmed; the key is made when the matter begins, so that a yes that arrives
twice is executed once; an order that costs money is executed by its priced button only (§ 312j(3) BGB).
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace

from typing_extensions import override

from actions.dialogue.fields import Facts
from actions.dialogue.frame import Broken
from actions.dialogue.pending import Pending
from actions.dialogue.proposals import (
    gist_of,
    is_order,
    let_go,
    order_again,
    propose,
    propose_again,
    propose_order,
    without_order,
)
from actions.dialogue.topic import FOR_THE_FRAME, Topic
from actions.refusals import refuse
from actions.replies import Reply
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button, Card, Link, OrderTerms
from subscriptions.errors import Code, SubscriptionError


@dataclass(frozen=True, slots=True)
class Shown:
    """What is about to be done. `facts` are those of the yes, a token for example; `more` are other choices.

    `gist` calls it to mind later, in a sentence; without it what the card lists, else the text. With `order` it costs money: price and terms stand beside the only button that does it.
    """

    text: str
    facts: Facts
    cards: Sequence[Card] = ()
    more: Sequence[Button] = ()
    links: Sequence[Link] = ()
    order: OrderTerms | None = None
    gist: str = ""


class Matter(Topic):
    """A topic that changes something. Subclasses say what they ask, `show` and `execute`."""

    @abstractmethod
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        """The proposal, or an answer when there is nothing to confirm."""

    @abstractmethod
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        """Do it once for the key and say what was done, with its reference."""

    @override
    async def tell(self, turn: Turn, voice: Voice, facts: Facts, pending: Pending) -> Reply:
        shown = await self.show(turn, voice, facts)
        if isinstance(shown, Reply):
            return shown
        ready = replace(pending, facts={**without_order(facts), **shown.facts}, gist=gist_of(shown))
        if shown.order is not None:
            return propose_order(voice, shown.text, ready, shown)
        return propose(
            voice, shown.text, ready, cards=shown.cards, more=shown.more, links=shown.links
        )

    @override
    async def confirmed(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        if not pending.open_at(self.services.clock()):
            # What was shown may have changed meanwhile: it is shown again, under a new key.
            reply = await self.go_on(turn, voice, self._anew(turn, pending), {})
            return replace(reply, intro=voice.text("flow.shown_again"))
        if order_again(pending, turn.pressed):
            return await self._yes_or_no(voice, pending)
        return await self.done(turn, voice, pending)

    @override
    async def let_go(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        return let_go(voice, self._anew(turn, pending))

    async def done(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        """Execute it; a refusal that another answer can mend asks for that answer."""
        try:
            reply = await self.execute(turn, voice, pending.facts, pending.key)
            return replace(reply, did=pending.showing)
        except SubscriptionError as refusal:
            if refusal.code in FOR_THE_FRAME:
                raise
            ours = refusal.code in {*self.hands_over, Code.WHICH_CONTRACT}
            if ours or self.mended_by(refusal):
                return await self._mended(turn, voice, self._anew(turn, pending), refusal)
            return refuse(self.services, turn, voice, refusal, writes=True)
        except Exception as error:
            raise Broken from error

    @override
    async def _yes_or_no(self, voice: Voice, pending: Pending) -> Reply:
        key = "plans.use_the_button" if is_order(pending) else "flow.yes_or_no"
        return propose_again(voice, voice.text(key), pending)
