"""Letting the paper rest, go elsewhere or to a charity for some days, and taking that back.

Invariants: days, issues and money are shown as the business counts them before anybody confirms; nothing goes abroad
without a person.
"""

from collections.abc import Sequence
from datetime import date

from typing_extensions import override

from actions.dialogue.fields import Choice, Facts, Field, matching, short_words, value_of
from actions.dialogue.matter import Matter, Shown
from actions.packet import handoff
from actions.replies import Reply, answer, say
from actions.services import ask
from actions.topics import delivery_words as said
from actions.topics.delivery import of_print
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Card
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Level
from subscriptions.model.delivery import (
    SuspensionKind,
    SuspensionQuote,
    SuspensionReceipt,
    SuspensionState,
)
from subscriptions.model.profile import NewAddress

_HOME = "DE"
_HOME_POSTCODE = 5  # digits


# A street has a number; what follows it ("in Hamburg") is none of it.
_STREET = matching(r"^(.*\d\s?[a-z]?)(?:,|\s+in\b|$)")


def _street(turn: Turn) -> str | None:
    """A street as it was typed; days have numbers too and are none."""
    return None if turn.value("date") or turn.value("period") else _STREET(turn)


def _city(turn: Turn) -> str | None:
    """All that was typed, if it is a name and no answer to something else."""
    return None if turn.intent in ("affirm", "deny") else short_words(4)(turn)


def _kinds(voice: Voice) -> Sequence[Choice]:
    return [Choice(voice.text(f"delivery.do_{k.value}"), k.value) for k in SuspensionKind]


def _is_new(facts: Facts) -> bool:
    return facts.get("wish") != said.WITHDRAW


def _goes_elsewhere(facts: Facts) -> bool:
    return facts.get("wish") == SuspensionKind.REDIRECT.value


class SuspendDelivery(Matter):
    """Asks what shall happen, from when until when and perhaps where to; done after a yes."""

    intent = "suspend_delivery"
    needs = Level.IDENTIFIED
    fields = (
        Field("wish", "delivery.ask_kind", read=said.wish, choices=_kinds),
        Field("from_on", "delivery.ask_from", read=said.first_day, wanted=_is_new),
        Field("until_on", "delivery.ask_until", read=said.last_day, wanted=_is_new),
        Field(
            "street",
            "delivery.ask_place",
            read=value_of("street"),
            bare=_street,
            wanted=_goes_elsewhere,
        ),
        Field(
            "postcode",
            "delivery.ask_postcode",
            read=value_of("postcode"),
            bare=matching(r"\b(\d{4,5})\b"),
            wanted=_goes_elsewhere,
        ),
        Field(
            "city",
            "delivery.ask_city",
            read=value_of("city"),
            bare=_city,
            wanted=_goes_elsewhere,
        ),
        Field("country", "delivery.ask_place", read=said.country, wanted=lambda _: False),
        Field("reference", "delivery.ask_which", wanted=lambda facts: not _is_new(facts)),
    )
    corrects = {
        Code.DATE_TOO_SOON: "from_on",
        Code.SUSPENSION_OVERLAPS: "from_on",
        Code.SUSPENSION_TOO_LONG: "until_on",
        Code.BAD_INPUT: "until_on",
        Code.ADDRESS_INVALID: "street",
    }

    @override
    def amended_by(self, turn: Turn) -> bool:
        """What was just entered may be taken back or want other days."""
        return said.wish(turn) is not None or said.last_day(turn) is not None

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        printed = await of_print(self.services, turn, voice, facts)
        if isinstance(printed, Reply):
            return printed
        known = dict(printed)
        alive = await self._alive(turn, known)
        if known.get("from_on") in {each.reference for each in alive}:
            # The button beside the days: what stands in the way is taken back instead.
            known |= {"wish": said.WITHDRAW, "reference": known.pop("from_on")}
        if known.get("wish") == said.WITHDRAW:
            return _one_of(voice, known, alive)
        if _is_abroad(known):
            words = say(voice, voice.text("delivery.abroad"))
            return Reply((words,), handoff=handoff(self.services, turn, "catalogue"))
        known |= _end(known)
        await self._quoted(turn, known)
        return known

    @override
    async def choices(self, name: str, turn: Turn, voice: Voice, facts: Facts) -> Sequence[Choice]:
        if name not in ("wish", "from_on", "reference"):
            return ()
        alive = await self._alive(turn, facts)
        if name == "wish":
            return [Choice(voice.text("delivery.do_withdraw"), said.WITHDRAW)] if alive else ()
        key = "delivery.choose_withdraw" if name == "from_on" else "delivery.choose_which"
        return [Choice(voice.text(key, **_days(voice, each)), each.reference) for each in alive]

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        if facts["wish"] == said.WITHDRAW:
            alive = {each.reference: each for each in await self._alive(turn, facts)}
            each = alive[facts["reference"]]
            what = voice.text(f"delivery.done_{each.kind.value}")
            return Shown(voice.text("delivery.withdraw_shown", what=what, **_days(voice, each)), {})
        quote = await self._quote(turn, facts)
        text = [
            voice.text(f"delivery.{quote.kind.value}_shown", **_days(voice, quote)),
            voice.text("delivery.shall_i"),
        ]
        return Shown(" ".join(text), {}, cards=[_card(voice, "card.delivery_change", quote, facts)])

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        if facts["wish"] == said.WITHDRAW:
            return await self._withdraw(turn, voice, facts, key)
        delivery = self.services.subscriptions.delivery
        first, last = (date.fromisoformat(facts[name]) for name in ("from_on", "until_on"))
        subscription, place = facts.get("subscription"), _place(facts)
        if place is not None:
            receipt = await ask(
                delivery.redirect,
                turn.caller,
                first,
                last,
                place,
                key=key,
                subscription=subscription,
            )
        else:
            kind = SuspensionKind(facts["wish"])
            receipt = await ask(
                delivery.suspend,
                turn.caller,
                first,
                last,
                kind,
                key=key,
                subscription=subscription,
            )
        card = _card(voice, "card.delivery_changed", receipt, facts)
        ways = [voice.topic_button("delivery_problem"), voice.person_button()]
        return answer(voice, voice.text("delivery.changed"), cards=[card], buttons=ways)

    async def _withdraw(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        ways = [voice.topic_button("suspend_delivery"), voice.person_button()]
        try:
            receipt = await ask(
                self.services.subscriptions.delivery.withdraw_suspension,
                turn.caller,
                facts["reference"],
                key=key,
            )
        except SubscriptionError as refusal:
            if refusal.code is not Code.DATE_TOO_SOON:
                raise
            return answer(voice, voice.text("delivery.ends_anyway"), buttons=ways)
        gone = receipt.state is SuspensionState.WITHDRAWN
        key = "delivery.withdrawn" if gone else "delivery.shortened"
        text = voice.text(key, **({} if gone else {"until": voice.day(receipt.until_on)}))
        card = _card(voice, "card.delivery_changed", receipt, facts)
        return answer(voice, text, cards=[card], buttons=ways)

    async def _alive(self, turn: Turn, facts: Facts) -> tuple[SuspensionReceipt, ...]:
        delivery = self.services.subscriptions.delivery
        return await ask(delivery.suspensions, turn.caller, facts.get("subscription"))

    async def _quoted(self, turn: Turn, facts: Facts) -> None:
        """Refused as soon as the days (and the place) are known, not only after the yes."""
        needed = ["wish", "from_on", "until_on"]
        needed += ["street", "postcode", "city"] if _goes_elsewhere(facts) else []
        if all(name in facts for name in needed):
            await self._quote(turn, facts)

    async def _quote(self, turn: Turn, facts: Facts) -> SuspensionQuote:
        return await ask(
            self.services.subscriptions.delivery.suspension_quote,
            turn.caller,
            date.fromisoformat(facts["from_on"]),
            date.fromisoformat(facts["until_on"]),
            SuspensionKind(facts["wish"]),
            address=_place(facts),
            subscription=facts.get("subscription"),
        )


def _one_of(voice: Voice, facts: Facts, alive: Sequence[SuspensionReceipt]) -> Facts | Reply:
    """With the only one that can be taken back, or that there is none."""
    if not alive:
        buttons = [voice.topic_button("suspend_delivery"), voice.person_button()]
        return answer(voice, voice.text("delivery.nothing_to_withdraw"), buttons=buttons)
    if facts.get("reference") in {each.reference for each in alive}:
        return facts
    rest = {name: value for name, value in facts.items() if name != "reference"}
    return {**rest, "reference": alive[0].reference} if len(alive) == 1 else rest


def _end(facts: Facts) -> dict[str, str]:
    """The last day where a duration was said, once the first day is known."""
    until, first = facts.get("until_on", ""), facts.get("from_on")
    if first is None or not until.startswith("P"):
        return {}
    last = said.lasting(date.fromisoformat(first), until)
    return {"until_on": last.isoformat()} if last else {}


def _is_abroad(facts: Facts) -> bool:
    """A country that is not ours, unless the place itself has a postcode of ours."""
    named = facts.get("country", _HOME) != _HOME
    return _goes_elsewhere(facts) and named and len(facts.get("postcode", "")) != _HOME_POSTCODE


def _place(facts: Facts) -> NewAddress | None:
    if not _goes_elsewhere(facts):
        return None
    return NewAddress("delivery", facts["street"], facts["postcode"], facts["city"])


def _days(voice: Voice, told: SuspensionQuote | SuspensionReceipt) -> dict[str, str]:
    return {"first": voice.day(told.from_on), "last": voice.day(told.until_on)}


def _card(
    voice: Voice, title: str, told: SuspensionQuote | SuspensionReceipt, facts: Facts
) -> Card:
    rows = [
        voice.row("card.what", voice.text(f"delivery.done_{told.kind.value}")),
        voice.row("card.first_day", voice.day(told.from_on)),
        voice.row("card.last_day", voice.day(told.until_on)),
        voice.row("card.issues", str(told.issues)),
    ]
    if told.city is not None and "street" in facts:
        place = f"{facts['street']}, {facts['postcode']} {told.city}"
        rows.append(voice.row("card.goes_to", place))
    if told.credit is not None:
        rows.append(voice.row("card.credit_next", voice.money(told.credit)))
    if told.resumes_on is not None:
        rows.append(voice.row("card.comes_again", voice.day(told.resumes_on)))
    if isinstance(told, SuspensionReceipt):
        rows.append(voice.row("card.reference", told.reference))
        return Card(kind="receipt", title=voice.text(title), rows=rows)
    return Card(kind="quote", title=voice.text(title), rows=rows)
