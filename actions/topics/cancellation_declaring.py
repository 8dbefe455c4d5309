"""Declarations that take effect by being said: received at once, whatever else is open or not known yet.

Invariants (§§ 312k, 356a BGB): no question, offer, survey or sign-in stands before the receipt; a mere question ("how do I
cancel?") declares nothing, but a yes under its answer does; a declaration that arrives twice has one receipt.
"""

from abc import abstractmethod
from typing import ClassVar

from typing_extensions import override

from actions.dialogue.contracts import contract_meant
from actions.dialogue.fields import Facts
from actions.dialogue.matter import Matter
from actions.dialogue.pending import Pending, subject_of
from actions.dialogue.proposals import VALID_FOR, propose
from actions.packet import handoff
from actions.replies import Reply, answer, say
from actions.services import Services
from actions.topics.cancellation_declared import names_an_end, negates, only_asks
from actions.turn import Turn
from actions.voice import Voice


class Declaring(Matter):
    """A declaration. Subclasses `declare` it, and `show` what they answer to somebody who only asks."""

    writes = True
    patience = 1
    by_button: ClassVar[str]
    still_wanted: ClassVar[str]
    not_wanted: ClassVar[str]

    @abstractmethod
    async def declare(self, turn: Turn, voice: Voice, facts: Facts, text: str) -> Reply:
        """Take the declaration with its words; the receipt first, then what follows."""

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        if turn.intent == self.intent and negates(turn):
            return nothing_ended(voice, self.not_wanted)
        facts = await self._told(turn)
        if turn.intent == self.intent and only_asks(turn):
            return await self.go_on(turn, voice, self._fresh(turn), facts)
        return await self.declare(turn, voice, facts, turn.typed or voice.text(self.by_button))

    @override
    def named_in(self, turn: Turn) -> bool:
        return not turn.typed or names_an_end(turn.typed)

    @override
    def takes(self, turn: Turn, pending: Pending) -> bool:
        if turn.intent != self.intent:
            return super().takes(turn, pending)
        # Said again it is another declaration, unless it answers what is asked just now.
        asked = self._field(pending.asks)
        return asked is not None and asked.answered(turn) is not None

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        return await self.declare(turn, voice, facts, voice.text(self.by_button))

    @override
    async def reminder(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        if pending.asks:
            return await super().reminder(turn, voice, pending)
        return propose(voice, voice.text(self.still_wanted), pending)

    async def _told(self, turn: Turn) -> dict[str, str]:
        """What the words say beyond the declaration itself."""
        found = self._found(turn)
        if "subscription" in found:
            return found
        meant = await contract_meant(self.services, turn)
        return {**found, "subscription": meant} if meant else found

    def _fresh(self, turn: Turn) -> Pending:
        """A matter of this message alone: nothing is taken over from an earlier one."""
        until = self.services.clock() + VALID_FOR
        return Pending(self.intent, subject_of(turn.caller), f"{turn.key}:{self.intent}", until, {})


def to_person(services: Services, turn: Turn, voice: Voice, text: str) -> Reply:
    """A sentence, and a person as the catalogue wants it."""
    return Reply((say(voice, text),), handoff=handoff(services, turn, "catalogue"))


def nothing_ended(voice: Voice, text: str) -> Reply:
    """To somebody who does not want an end: that nothing was done, and what may help instead."""
    ways = [voice.topic_button(way) for way in ("pause_subscription", "ask_for_better_offer")]
    return answer(voice, voice.text(text), buttons=[*ways, voice.person_button()])
