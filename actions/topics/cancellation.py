"""The cancellation: a declaration, taken at once from anybody, with its receipt before anything else.

Invariants (§ 312k BGB): no question, offer, survey or sign-in stands before the receipt; which contract is meant is asked
after it, and only when it cannot be known; at most one offer follows; who cannot be matched is never turned away.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import ClassVar

from typing_extensions import override

from actions.dialogue.asking import SUBSCRIPTION
from actions.dialogue.contracts import running_contracts
from actions.dialogue.fields import Facts, Field
from actions.dialogue.frame import BotAction
from actions.dialogue.matter import Shown
from actions.dialogue.pending import Pending
from actions.replies import Reply, answer, say
from actions.services import ask
from actions.topics.cancellation_cards import cancellation_card
from actions.topics.cancellation_declaring import Declaring, to_person
from actions.topics.cancellation_offer import CANCELLING, accepted, declined, offered
from actions.topics.cancellation_words import stays_after_all, wished_end
from actions.topics.open_calls import WITHDRAWING, cancels_a_call_only
from actions.turn import MISSES, Turn
from actions.voice import Voice
from subscriptions.errors import SubscriptionError
from subscriptions.model.cancellation import CancellationReceipt, DeclarationOutcome
from subscriptions.model.plans import ContractStatus
from subscriptions.policy.calendar import business_date

_O = DeclarationOutcome
_NO = frozenset({"deny", "stop_flow"})
_STATUS = "cancellation_status"


class CancelSubscription(Declaring):
    """Takes the declaration, hands out the receipt, then asks or offers what may follow."""

    intent = CANCELLING
    replaces = frozenset({CANCELLING})
    by_button: ClassVar[str] = "cancellation.by_button"
    still_wanted: ClassVar[str] = "cancellation.still_wanted"
    not_wanted: ClassVar[str] = "cancellation.not_wanted"
    fields = (Field("wished", SUBSCRIPTION.ask, read=wished_end, wanted=lambda _: False),)

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        if cancels_a_call_only(turn):
            return await self.actions[WITHDRAWING].act(turn, voice)
        if turn.intent in _NO and stays_after_all(turn):
            return await self.actions[_STATUS].act(replace(turn, intent=_STATUS), voice)
        return await super().act(turn, voice)

    @override
    async def declare(self, turn: Turn, voice: Voice, facts: Facts, text: str) -> Reply:
        receipt = await ask(
            self.services.subscriptions.cancellation.declare,
            turn.caller,
            text,
            key=f"{turn.key}:cancel",
            subscription=facts.get("subscription"),
            wished=self._wished(facts),
        )
        key = "cancellation.repeated" if receipt.repeated else "cancellation.received"
        # The receipt stands alone; whatever follows is a sentence of its own after it.
        said = say(voice, voice.text(key), cards=[cancellation_card(voice, receipt)])
        return Reply((said,)).then(await self._after(turn, voice, facts, receipt))

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        """The answer to a question about cancelling; the yes under it declares it."""
        ends_on = await self._earliest_end(turn, facts.get("subscription"))
        if ends_on is None:
            return Shown(voice.text("cancellation.how"), {})
        return Shown(voice.text("cancellation.how_until", date=voice.day(ends_on)), {})

    @override
    async def tell(self, turn: Turn, voice: Voice, facts: Facts, pending: Pending) -> Reply:
        if "offer" in facts:
            again = await offered(self.services, turn, voice, facts["cancellation"])
            return again or answer(voice, voice.text("error.offer_gone"))
        if "declared" in facts:
            return await self.declare(turn, voice, facts, turn.typed or voice.text(self.by_button))
        return await super().tell(turn, voice, facts, pending)

    @override
    def takes(self, turn: Turn, pending: Pending) -> bool:
        # "Stop the paper on 1 June" under an offer is a wish of its own, and no other day for the end.
        another = turn.intent not in {self.intent, *MISSES}
        return not ("offer" in pending.facts and another) and super().takes(turn, pending)

    @override
    async def taken(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        if "declared" in pending.facts and not await self._still_asked(turn, pending):
            return await BotAction.let_go(self, turn, voice, pending)
        if "offer" not in pending.facts:
            return await super().taken(turn, voice, pending)
        if turn.value("date"):
            return await self.act(turn, voice)  # "no, by the 15th": another day for the end
        if turn.intent in _NO:
            if stays_after_all(turn):
                return await self.act(turn, voice)
            return await declined(self.services, turn, voice, pending)
        if turn.intent == "affirm" and turn.typed and not _spoken_of_just_now(turn):
            # A yes to something else must not take a cancellation back.
            return await self.go_on(turn, voice, pending, {})
        return await super().taken(turn, voice, pending)

    @override
    def amended_by(self, turn: Turn) -> bool:
        # A day says when only after something was declared; after a question it says nothing.
        told = turn.value("date") is not None or (turn.intent in _NO and stays_after_all(turn))
        return told and _declared_before(turn)

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        if "offer" in facts:
            matter = replace(self._fresh(turn), key=key, facts=facts)
            return await accepted(self.services, turn, voice, matter)
        return await super().execute(turn, voice, facts, key)

    @override
    def dropped(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        if "declared" not in pending.facts:
            return super().dropped(turn, voice, pending)
        # The declaration is there; a person finds out which contract it means.
        return to_person(self.services, turn, voice, voice.text("cancellation.person_matches"))

    @override
    async def reminder(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        if "offer" in pending.facts:
            return Reply(())  # an offer is made once
        return await super().reminder(turn, voice, pending)

    async def _after(
        self, turn: Turn, voice: Voice, facts: Facts, receipt: CancellationReceipt
    ) -> Reply:
        """What follows the receipt."""
        if not receipt.matched:
            text = voice.text("cancellation.unmatched")
            return to_person(self.services, turn, voice, text)
        if receipt.outcome is _O.PERSON:
            return to_person(self.services, turn, voice, voice.text("cancellation.nothing_runs"))
        if receipt.outcome is _O.WHICH_CONTRACT:
            return await self._which(turn, voice, facts)
        if receipt.outcome is _O.ENDED_ALREADY or receipt.ends_on is None:
            buttons = [voice.topic_button(_STATUS), voice.person_button()]
            return answer(voice, voice.text("cancellation.ended_already"), buttons=buttons)
        note = self._other_day(voice, facts, receipt.ends_on)
        noted = Reply((say(voice, note),)) if note else Reply(())
        return noted.then(await self._offer_or_way_back(turn, voice, receipt))

    async def _offer_or_way_back(
        self, turn: Turn, voice: Voice, receipt: CancellationReceipt
    ) -> Reply:
        offer = None
        if not receipt.repeated:
            offer = await offered(self.services, turn, voice, receipt.reference)
        if offer is not None:
            return offer
        stay = voice.topic_button(_STATUS, wish="stay")
        stay = stay.model_copy(update={"title": voice.text("button.stay")})
        buttons = [stay, voice.person_button()]
        return answer(voice, voice.text("cancellation.take_back"), buttons=buttons)

    async def _which(self, turn: Turn, voice: Voice, facts: Facts) -> Reply:
        """Several run: asked after the receipt; the day of receipt counts whatever the answer is."""
        known = {name: value for name, value in facts.items() if name != "subscription"}
        matter = replace(self._fresh(turn), facts={**known, "declared": "yes"})
        return await self._asked(turn, voice, SUBSCRIPTION, matter)

    async def _still_asked(self, turn: Turn, pending: Pending) -> bool:
        """Whether it is asked just now which contract is meant, or the chosen one ends already and only has its receipt.

        An old button declares nothing: the end may have been taken back since.
        """
        if any(matter.key == pending.key for matter in turn.open):
            return True
        running = {contract.subscription for contract in await self.contracts(turn)}
        return pending.facts.get("subscription") not in running

    @override
    async def _asked(self, turn: Turn, voice: Voice, field: Field, pending: Pending) -> Reply:
        asked = await super()._asked(turn, voice, field, pending)
        first = asked.says[0]
        # Nothing is left to stop: the declaration has been received.
        kept = [button for button in first.buttons if button.intent != "stop_flow"]
        said = first.model_copy(update={"buttons": [*kept, voice.person_button()]})
        return replace(asked, says=(said,))

    @override
    async def contracts(self, turn: Turn) -> Sequence[ContractStatus]:
        contracts = await super().contracts(turn)
        return [contract for contract in contracts if contract.ends_on is None]

    def _wished(self, facts: Facts) -> date | None:
        """The day that was named, if it is one to end on: a past one ("signed in May") is none."""
        today, told = business_date(self.services.clock()), facts.get("wished", "")
        if not told:
            return None
        if len(told) == len("MM-DD"):
            this_year = on_day(today.year, told)
            return this_year if this_year > today else on_day(today.year + 1, told)
        day = date.fromisoformat(told)
        return day if day > today else None

    def _other_day(self, voice: Voice, facts: Facts, ends_on: date) -> str | None:
        """Why the contract does not end on the day that was wished."""
        wished = self._wished(facts)
        if wished is None or wished == ends_on:
            return None
        key = "cancellation.not_earlier" if wished < ends_on else "cancellation.not_later"
        return voice.text(key, wished=voice.day(wished), date=voice.day(ends_on))

    async def _earliest_end(self, turn: Turn, subscription: str | None) -> date | None:
        """When the contract would end if it were cancelled now; None for a stranger or with several contracts."""
        if not turn.identified:
            return None
        try:
            contracts = await running_contracts(self.services, turn)
        except SubscriptionError:
            return None
        meant = [c for c in contracts if subscription in (None, c.subscription)]
        notice = meant[0].notice if len(meant) == 1 else None
        return notice.earliest_end if notice else None


def on_day(year: int, month_and_day: str) -> date:
    """That day of a year; the 29th of February is the 1st of March where there is none."""
    month, day = map(int, month_and_day.split("-"))
    return date(year, month, 1) + timedelta(days=day - 1)


def _spoken_of_just_now(turn: Turn) -> bool:
    """Whether the last answer was about the cancellation."""
    return bool(turn.steps) and turn.steps[-1].intent == CANCELLING


def _declared_before(turn: Turn) -> bool:
    """Whether a declaration is being talked of: a matter of ours that follows one, or its receipt just now."""
    ours = (matter.facts for matter in turn.open if matter.kind == CANCELLING)
    if any("declared" in facts or "offer" in facts for facts in ours):
        return True
    replies = turn.last_say.replies if turn.last_say and turn.steps else ()
    received = any(
        card.get("kind") == "receipt" for said in replies for card in said.get("cards") or ()
    )
    return received and _spoken_of_just_now(turn)
