"""What became of a cancellation, and staying after all.

Invariants: only what the business found is said; an end is taken back after a yes and once; about another price only a
person talks.
"""

from typing_extensions import override

from actions.dialogue.asking import SUBSCRIPTION
from actions.dialogue.fields import Facts, Field
from actions.dialogue.matter import Matter, Shown
from actions.dialogue.pending import Pending
from actions.replies import Reply, answer
from actions.services import ask
from actions.topics.cancellation_cards import ending_card, taken_back_card
from actions.topics.cancellation_declaring import to_person
from actions.topics.cancellation_offer import offered
from actions.topics.cancellation_words import wish_after_end
from actions.turn import Turn
from actions.voice import Voice
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Level
from subscriptions.model.cancellation import EndingState, EndingStatus

_CARDS = 3  # the newest; older ones are history


class CancellationStatus(Matter):
    """Tells how it stands; takes the cancellation back for whoever wants to stay."""

    intent = "cancellation_status"
    needs = Level.IDENTIFIED
    patience = 1
    replaces = frozenset({"cancellation_status"})
    fields = (Field("wish", SUBSCRIPTION.ask, read=wish_after_end, wanted=lambda _: False),)

    @override
    def takes(self, turn: Turn, pending: Pending) -> bool:
        # Asked again without anything new it is a question, not an answer that does not fit.
        new = turn.intent != self.intent or bool(self._found(turn))
        return new and super().takes(turn, pending)

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        wish = facts.get("wish")
        endings = await ask(self.services.subscriptions.cancellation.status, turn.caller)
        if not endings:
            return to_person(self.services, turn, voice, voice.text("ending.none_found"))
        if wish == "price":
            return to_person(self.services, turn, voice, voice.text("ending.other_price"))
        reversible = [
            e
            for e in endings
            if e.can_take_back and facts.get("subscription", e.subscription) == e.subscription
        ]
        if wish == "offer" and len(reversible) == 1:
            offer = await offered(self.services, turn, voice, reversible[0].reference)
            return offer or to_person(self.services, turn, voice, voice.text("ending.no_offer"))
        if wish:
            return self._stay(turn, voice, reversible, endings)
        return self._told(voice, endings)

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        take_back = self.services.subscriptions.cancellation.take_back
        taken = await ask(take_back, turn.caller, key=key, subscription=facts["subscription"])
        text = voice.text("ending.goes_on", plan=voice.plan(taken.plan))
        return answer(
            voice,
            text,
            cards=[taken_back_card(voice, taken)],
            buttons=[voice.topic_button("subscription_status")],
        )

    @override
    def dropped(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        return answer(voice, voice.text("ending.stands"))

    def _stay(
        self,
        turn: Turn,
        voice: Voice,
        reversible: list[EndingStatus],
        endings: tuple[EndingStatus, ...],
    ) -> Shown | Reply:
        """The proposal to take an end back."""
        if len(reversible) > 1:
            raise SubscriptionError(Code.WHICH_CONTRACT, contracts=len(reversible))
        if not reversible:
            if endings[0].state is EndingState.TAKEN_BACK:
                return self._told(voice, endings)
            raise SubscriptionError(Code.NOTHING_TO_TAKE_BACK)
        (ending,) = reversible
        plan = voice.plan(ending.plan) if ending.plan else ending.reference
        day = voice.day(ending.ends_on) if ending.ends_on else ""
        text = voice.text("ending.shall_it_go_on", plan=plan, date=day)
        return Shown(text, {"subscription": ending.subscription or ""})

    def _told(self, voice: Voice, endings: tuple[EndingStatus, ...]) -> Reply:
        newest = endings[0]
        cards = [ending_card(voice, ending) for ending in endings[:_CARDS]]
        stay = voice.topic_button(self.intent, wish="stay")
        stay = stay.model_copy(update={"title": voice.text("button.stay")})
        ways = [stay] if any(e.can_take_back for e in endings) else []
        received = voice.minute(newest.received_at)
        text = voice.text(
            f"ending.told_{newest.state.value}", received=received, **_day(voice, newest)
        )
        return answer(voice, text, cards=cards, buttons=[*ways, voice.person_button()])


def _day(voice: Voice, ending: EndingStatus) -> dict[str, str]:
    """The day of the end, for the states whose sentence names it."""
    dated = ending.state in (EndingState.SCHEDULED, EndingState.ENDED)
    return {"date": voice.day(ending.ends_on)} if dated and ending.ends_on else {}
