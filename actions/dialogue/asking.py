"""How a topic asks for what it does not know, and finds what a message tells of it.

Invariants: at most one thing is asked at a time, with its answers as buttons and a way to stop.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from actions.dialogue.answers import NO_FIRST, offered
from actions.dialogue.contracts import (
    called_by,
    choices_of,
    contract_called,
    running_contracts,
)
from actions.dialogue.fields import Choice, Facts, Field, buttons_for, chosen
from actions.dialogue.frame import BotAction
from actions.dialogue.pending import Pending
from actions.replies import Reply, answer
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button
from subscriptions.model.plans import ContractStatus

SUBSCRIPTION = Field("subscription", "flow.which_contract", bare=contract_called)
"""Asked of whoever has several contracts, in every topic that is about one."""


class Asking(BotAction):
    """An action with fields. Subclasses say which, and what the answers to offer are."""

    fields: ClassVar[tuple[Field, ...]] = ()

    async def choices(self, name: str, turn: Turn, voice: Voice, facts: Facts) -> Sequence[Choice]:
        """The answers to offer for a field when they depend on the subscriber."""
        return ()

    async def _asked(self, turn: Turn, voice: Voice, field: Field, pending: Pending) -> Reply:
        """The question for a field, with its answers as buttons."""
        asking = replace(pending, asks=field.name, facts=_without(pending.facts, field.name))
        if field is SUBSCRIPTION:
            called = called_by(voice, await self.contracts(turn))
            asking = replace(asking, facts={**asking.facts, **called})
        offered = await self._offered(field, turn, voice, asking.facts)
        stop = Button(title=voice.text("button.stop"), intent="stop_flow", value=asking.on_button())
        buttons = [*buttons_for(offered, field.name, asking.on_button()), stop]
        reply = answer(voice, self.question(voice, field, asking.facts), buttons=buttons)
        return replace(reply, pending=asking)

    def question(self, voice: Voice, field: Field, facts: Facts) -> str:
        """The question for a field, with those facts that its text names."""
        needed = self.services.texts.placeholders(field.ask)
        return voice.text(field.ask, **{name: facts[name] for name in sorted(needed)})

    async def _offered(
        self, field: Field, turn: Turn, voice: Voice, facts: Facts
    ) -> Sequence[Choice]:
        if field is SUBSCRIPTION:
            return choices_of(voice, await self.contracts(turn))
        return [*field.choices(voice), *await self.choices(field.name, turn, voice, facts)]

    async def contracts(self, turn: Turn) -> Sequence[ContractStatus]:
        """Those that the question which contract is about."""
        return await running_contracts(self.services, turn)

    async def _answered(self, turn: Turn, voice: Voice, pending: Pending) -> dict[str, str]:
        """What a message tells of this matter: the answer to the open question, other fields, corrections."""
        found = self._found(turn)
        asked = self._field(pending.asks)
        if asked is None:
            return found
        value = asked.found(turn) or chosen(
            turn.typed, await self._offered(asked, turn, voice, pending.facts)
        )
        value = value or asked.bare(turn) or _only_choice(turn, pending)
        return {**found, asked.name: value} if value else found

    def _found(self, turn: Turn) -> dict[str, str]:
        fields = (*self.fields, SUBSCRIPTION)
        pairs = [(field.name, field.found(turn)) for field in fields]
        if NO_FIRST.match(turn.typed):
            # "No, the newspaper" after the question which contract, when the answer to it was shown already.
            pairs.append((SUBSCRIPTION.name, contract_called(turn)))
        return {name: value for name, value in pairs if value is not None}

    def _field(self, name: str) -> Field | None:
        return next((f for f in (*self.fields, SUBSCRIPTION) if f.name == name), None)


def _only_choice(turn: Turn, pending: Pending) -> str | None:
    """A yes to a question with one answer on offer is that answer; what it leads to is shown before it is done."""
    choices = offered(turn.last_say, pending) if turn.intent == "affirm" else []
    return choices[0].value if len(choices) == 1 else None


def _without(facts: Facts, name: str) -> dict[str, str]:
    return {known: value for known, value in facts.items() if known != name}
