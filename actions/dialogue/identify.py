"""Proving who is speaking, inside the chat: a one-time code to the address on file, then on with the matter.

Invariants: what is said is the same whether or not an account exists; a typed address is only compared by the
business, the code goes to the address on file; digits are never kept in a matter; after three wrong codes nothing
but a new code or a person is offered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from typing_extensions import override

from actions.dialogue.fields import Choice, Facts, Field, matching
from actions.dialogue.pending import Pending
from actions.dialogue.topic import Topic
from actions.refusals import REFUSALS
from actions.replies import Reply, answer
from actions.services import ask
from actions.turn import AT_ONCE, Turn
from actions.voice import Voice
from handoff.contract import Identified
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Level
from subscriptions.model.identity import CodePurpose, Proof

_DIGITS = r"(?<![\w-])((?:[0-9０-９][ -]?){5}[0-9０-９])(?![\w-])"
_NUMBER = r"\b(K-?\s?\d{4,})\b"
_AGAIN = "again"


def _customer_number(typed: str) -> str:
    return f"K-{''.join(filter(str.isdigit, typed))}"


def _address(turn: Turn) -> str | None:
    email = turn.value("email")
    return email or matching(_NUMBER, form=_customer_number)(turn)


def _code(turn: Turn) -> str | None:
    return turn.pressed.get("code") or matching(_DIGITS)(turn)


class Identify(Topic):
    """Asks for the address unless we know who it is, sends a code to the one on file, and checks it."""

    intent = "identify"
    patience = 3
    fields = (
        Field("address", "identify.ask_address", read=_address, wrong="identify.no_address"),
        Field("code", "identify.ask_code", bare=_code, wrong="identify.no_code"),
    )

    @override
    def takes(self, turn: Turn, pending: Pending) -> bool:
        """Digits are the code, whatever else stands beside them: they are kept nowhere else."""
        if pending.asks == "code" and turn.intent not in AT_ONCE and _code(turn) is not None:
            return True
        return super().takes(turn, pending)

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        known = dict(facts)
        if turn.identified:
            known["address"] = turn.caller.subscriber or ""
        corrected = "handle" in known and known.get("address") != known.get("sent_for")
        if corrected or known.get("code") == _AGAIN:
            known = {k: v for k, v in known.items() if k not in ("code", "handle")}
            known["round"] = str(int(known.get("round", "0")) + 1)
        if "address" not in known or "handle" in known:
            return known
        return {**known, **await self._send(turn, known)}

    async def _send(self, turn: Turn, facts: Facts) -> Mapping[str, str]:
        receipt = await ask(
            self.services.subscriptions.identity.send_code,
            turn.caller,
            None if turn.identified else facts["address"],
            purpose=CodePurpose.CONFIRM if turn.identified else CodePurpose.IDENTIFY,
            key=f"{turn.key}:code:{facts.get('round', '0')}",
        )
        minutes = str(receipt.valid_minutes)
        sent = {"handle": receipt.handle, "sent_to": receipt.sent_to or "", "minutes": minutes}
        return {**sent, "sent_for": facts["address"]}

    @override
    async def _asked(self, turn: Turn, voice: Voice, field: Field, pending: Pending) -> Reply:
        reply = await super()._asked(turn, voice, field, pending)
        first = reply.says[0]
        said = first.model_copy(update={"buttons": [*first.buttons, voice.person_button()]})
        return replace(reply, says=(said, *reply.says[1:]))

    @override
    def question(self, voice: Voice, field: Field, facts: Facts) -> str:
        if field.name == "address":
            return voice.text("identify.ask_address", topic=voice.topic(facts["for"]))
        if facts.get("sent_to"):
            return voice.text(
                "identify.ask_code_sent", address=facts["sent_to"], minutes=facts["minutes"]
            )
        return voice.text("identify.ask_code", minutes=facts["minutes"])

    @override
    async def choices(self, name: str, turn: Turn, voice: Voice, facts: Facts) -> Sequence[Choice]:
        return [Choice(voice.text("button.new_code"), _AGAIN)] if name == "code" else ()

    @override
    async def tell(self, turn: Turn, voice: Voice, facts: Facts, pending: Pending) -> Reply:
        try:
            proof: Proof = await ask(
                self.services.subscriptions.identity.check_code,
                turn.caller,
                facts["handle"],
                facts["code"],
                key=f"{turn.key}:check",
            )
        except SubscriptionError as refusal:
            return await self._wrong(turn, voice, pending, refusal)
        said = answer(voice, voice.text("identify.done"))
        return replace(said, identified=_identified(proof))

    async def _wrong(
        self, turn: Turn, voice: Voice, pending: Pending, refusal: SubscriptionError
    ) -> Reply:
        """The code does not fit: once more while tries are left, then a new code or a person."""
        if refusal.code not in (Code.CODE_WRONG, Code.CODE_EXPIRED, Code.CODE_TOO_OFTEN):
            raise refusal
        sentence = voice.refusal(REFUSALS[refusal.code].text, refusal.facts)
        asked = await self._asked(turn, voice, self.fields[1], pending)
        said = asked.says[0].model_copy(update={"text": sentence})
        return replace(asked, says=(said,))

    @override
    async def reminder(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        asked = self._field(pending.asks) or self.fields[0]
        return await self._asked(turn, voice, asked, pending)


def _identified(proof: Proof) -> Identified:
    return Identified(
        subscriber_id=proof.subscriber,
        level=2 if proof.level is Level.CONFIRMED else 1,
        proven_at=proof.proven_at.isoformat(),
    )
