"""A topic of the catalogue talked through in steps.

Invariants: at most one thing is asked at a time and nothing that is known; a value that does not fit is explained
once, then a person takes over; words in doubt that are rather about something else are asked about.
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from typing_extensions import override

from actions.dialogue.answers import is_answer
from actions.dialogue.asking import SUBSCRIPTION, Asking
from actions.dialogue.fields import Facts
from actions.dialogue.guesses import choice, is_elsewhere
from actions.dialogue.pending import Pending, subject_of
from actions.dialogue.proposals import (
    VALID_FOR,
    propose,
    propose_again,
    recalled,
)
from actions.packet import handoff
from actions.refusals import REFUSALS
from actions.replies import Reply, answer, say
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Skill
from subscriptions.errors import Code, SubscriptionError

_EXPLAINED_ONCE = (
    2  # a refusal is no misunderstanding: it may be mended once, however impatient a matter is
)
FOR_THE_FRAME = frozenset({Code.IDENTITY_NEEDED, Code.STEP_UP_NEEDED})


class Topic(Asking):
    """An intent that is answered, perhaps after a question or two. Subclasses say what they ask and `tell`."""

    patience: ClassVar[int] = 2
    corrects: ClassVar[Mapping[Code, str]] = {}
    hands_over: ClassVar[Mapping[Code, Skill | None]] = {}
    """Refusals that only a person can go on from, with whose they are; None: those of the topic."""

    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        """What is known without asking, or the end of the topic."""
        return facts

    @abstractmethod
    async def tell(self, turn: Turn, voice: Voice, facts: Facts, pending: Pending) -> Reply:
        """The answer, once everything needed is known."""

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        return await self.go_on(turn, voice, self._begun(turn), self._found(turn))

    @override
    async def taken(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        pressed = Pending.read(turn.pressed)
        if turn.intent == "stop_flow" or (turn.intent == "deny" and pressed is not None):
            return self.dropped(turn, voice, pending)
        if pressed is not None and turn.intent == "inform" and _told(pending):
            return await self.go_on(turn, voice, pending, {})
        found = await self._answered(turn, voice, pending)
        if found and not _said_again(turn, pending, found):
            return await self.go_on(turn, voice, pending, found)
        if turn.intent == "deny":
            return self.dropped(turn, voice, pending)
        if turn.intent == "affirm" and not pending.asks:
            return await self.confirmed(turn, voice, pending)
        return await self._not_understood(turn, voice, pending)

    @override
    async def resumed(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        return await self.go_on(turn, voice, pending, {})

    @override
    def takes(self, turn: Turn, pending: Pending) -> bool:
        asked = self._field(pending.asks)
        tells = asked.answered(turn) if asked else self._found(turn)
        # What is none of our business may be an answer that does not fit: explained, but nobody is passed on for it.
        tried = turn.intent == "out_of_scope" and asked is not None and not turn.is_question
        patient = tried and pending.tries + 1 < self.patience
        return patient or is_answer(turn, pending, asked, tells=bool(tells))

    @override
    def moved_by(self, turn: Turn, pending: Pending) -> bool:
        return not self._found(turn).items() <= pending.facts.items()

    @override
    async def reminder(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        back = voice.text("flow.back_to", topic=voice.topic(self.intent))
        asked = self._field(pending.asks)
        gist = recalled(voice, pending, now=self.services.clock())
        if asked is None and gist:
            return propose_again(voice, f"{back} {gist}", pending)
        if asked is None:
            # In another language, or after a while, it is shown again; the words in between belong to something else.
            unsaid = replace(turn, intent=self.intent, text="", entities={}, pressed={})
            reply = await self.go_on(unsaid, voice, self._anew(turn, pending), {})
        else:
            reply = await self._asked(turn, voice, asked, pending)
        return reply.led_by(back)

    def dropped(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        """The matter is let go; nothing of it was done."""
        return answer(voice, voice.text("confirm.dropped"))

    async def confirmed(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        """A yes where only an answer was told: tell it again."""
        return await self.go_on(turn, voice, pending, {})

    async def go_on(
        self, turn: Turn, voice: Voice, pending: Pending, found: Mapping[str, str]
    ) -> Reply:
        """One step further: ask the next thing, or tell."""
        pending = replace(
            pending,
            facts={**pending.facts, **found},
            asks="",
            until=self.services.clock() + VALID_FOR,
            said=None,
            showing="",
            gist="",
        )
        try:
            facts = await self.prepare(turn, voice, pending.facts)
            if isinstance(facts, Reply):
                return facts
            pending = replace(pending, facts=facts)
            # What was misunderstood before an answer that fits counts no more.
            return await self._step(turn, voice, replace(pending, tries=0) if found else pending)
        except SubscriptionError as refusal:
            return await self._mended(turn, voice, pending, refusal)

    async def _step(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        facts = pending.facts
        for field in self.fields:
            if field.name not in facts and field.wanted(facts):
                return await self._asked(turn, voice, field, pending)
        return await self.tell(turn, voice, facts, pending)

    async def _not_understood(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        """Explained once; then a person, so that nobody goes round in circles."""
        field = self._field(pending.asks)
        again = replace(pending, tries=pending.tries + 1)
        if not pending.tries and not (field and field.free) and is_elsewhere(turn, self.intent):
            return replace(choice(turn, voice, "fallback.not_understood"), pending=again)
        if again.tries >= self.patience:
            return self._passed_on(turn, voice)
        if field is None:
            return await self._yes_or_no(voice, again)
        asked = await self._asked(turn, voice, field, again)
        return replace(asked, intro=voice.text(field.wrong))

    async def _yes_or_no(self, voice: Voice, pending: Pending) -> Reply:
        return propose(voice, voice.text("flow.yes_or_no"), pending)

    def mended_by(self, refusal: SubscriptionError) -> str:
        """The field that another answer to would mend a refusal; empty when none would."""
        return self.corrects.get(refusal.code, "")

    async def _mended(
        self, turn: Turn, voice: Voice, pending: Pending, refusal: SubscriptionError
    ) -> Reply:
        """A refusal that another answer can mend is explained, and asked for; every other one ends the matter."""
        if refusal.code is Code.WHICH_CONTRACT and "subscription" not in pending.facts:
            return await self._asked(turn, voice, SUBSCRIPTION, pending)
        if refusal.code in self.hands_over:
            return self._handed_over(turn, voice, refusal)
        field = self._field(self.mended_by(refusal))
        if field is None or refusal.code in FOR_THE_FRAME:
            raise refusal
        again = replace(pending, tries=pending.tries + 1)
        sentence = voice.refusal(REFUSALS[refusal.code].text, refusal.facts)
        if again.tries >= max(self.patience, _EXPLAINED_ONCE):
            words = say(voice, voice.text("reason.person_only"))
            passed = Reply((words,), handoff=handoff(self.services, turn, "policy"))
            return replace(passed, intro=sentence)
        asked = await self._asked(turn, voice, field, again)
        return replace(asked, intro=sentence)

    def _handed_over(self, turn: Turn, voice: Voice, refusal: SubscriptionError) -> Reply:
        """The sentence of a refusal, and at once the people who can go on from there."""
        sentence = voice.refusal(REFUSALS[refusal.code].text, refusal.facts)
        words = say(voice, f"{sentence} {voice.text('flow.over_to_person')}")
        request = handoff(self.services, turn, "catalogue")
        skill = self.hands_over[refusal.code] or self.services.skills.of(self.intent)
        return Reply((words,), handoff=request.model_copy(update={"skill": skill}))

    def _passed_on(self, turn: Turn, voice: Voice) -> Reply:
        words = say(voice, voice.text("fallback.person"))
        return Reply((words,), handoff=handoff(self.services, turn, "misunderstood"))

    def _anew(self, turn: Turn, pending: Pending) -> Pending:
        return replace(pending, key=f"{turn.key}:{self.intent}")

    def _begun(self, turn: Turn) -> Pending:
        """The matter this message goes on with, else a new one."""
        top = turn.open[0] if turn.open else None
        if top is not None and top.kind == self.intent:
            return top
        return Pending(
            kind=self.intent,
            subject=subject_of(turn.caller),
            key=f"{turn.key}:{self.intent}",
            until=self.services.clock() + VALID_FOR,
            facts={},
        )


def _said_again(turn: Turn, pending: Pending, found: Facts) -> bool:
    """A yes that repeats what was shown ("yes, on the 15th") is a yes."""
    return turn.intent == "affirm" and not pending.asks and found.items() <= pending.facts.items()


def _told(pending: Pending) -> bool:
    """Whether a button holds its answer, or only the wish to be shown again."""
    return not pending.asks or pending.asks in pending.facts
