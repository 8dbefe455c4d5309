"""A call back at a wished time: on which day, between which hours, under which number.

Invariants: a call is promised once and only after a yes; hours are those of Germany; a time that was told is never
asked for again; the number on file is shown masked and used without being typed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from typing_extensions import override

from actions.dialogue.fields import Choice, Facts, Field, value_of
from actions.dialogue.matter import Matter, Shown
from actions.dialogue.pending import Pending
from actions.replies import Reply, answer
from actions.services import ask
from actions.topics.open_calls import open_calls, spoken, window, withdraw_button
from actions.topics.waiting import DESK, waits_again
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button, Card, Promised
from subscriptions.errors import Code
from subscriptions.model.cases import CallbackReceipt
from subscriptions.policy.calendar import BERLIN, business_date, is_working_day
from subscriptions.policy.masking import mask_phone

_CALL = re.compile(
    r"\b(?:rückruf\w*|rueckruf\w*|zurück(?:zu)?rufen|zurückgerufen|anrufen|anruf|telefonisch|ruf(?:en|t|e|st)?\b[^!?]*\b(?:an|zurück|durch)\b"
    r"|call(?:ing)?\s+(?:me\s+)?back|callback|call-back|(?:call|ring|phone)\s+me|give me a (?:call|ring))\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:zugesagt|versprochen|wollte[nt]?|sollte[nt]?|angekündigt|gewartet|promised|supposed|was going|said|waited)\b",
    re.IGNORECASE,
)
_PARTS = (
    (re.compile(r"\b(?:vormittags?|in the morning|this morning)\b", re.IGNORECASE), "09:00/12:00"),
    (re.compile(r"\b(?:nachmittags?|afternoon)\b", re.IGNORECASE), "13:00/17:00"),
    (re.compile(r"\b(?:abends?|evening)\b", re.IGNORECASE), "17:00/19:00"),
)
_SLOTS = (time(10), time(15))
_MOST_SLOTS = 3
_ONE_CALL = timedelta(hours=1)
_WISHED = Promised(kind="callback", state="wished")


def call_button(voice: Voice, case: str = "", *, moves: bool = False) -> Button:
    """The way to a call, about a case if one is named; `moves`: to another time for one that is promised."""
    title = voice.text("calls.move_button" if moves else "calls.button")
    about = {"case": case} if case else {}
    return Button(title=title, intent="request_human", value={"call": "yes", **about})


def wants_a_call(turn: Turn) -> bool:
    """Whether a message asks to be called, now or at some time."""
    return turn.pressed.get("call") == "yes" or _CALL.search(turn.typed) is not None


def wants_a_call_at(turn: Turn) -> bool:
    """Whether it names a time for it and does not speak of a call that was promised."""
    return wants_a_call(turn) and _hours(turn) is not None and not _PAST.search(turn.typed)


def moves_a_call(turn: Turn) -> bool:
    """Whether a message names another time while a call is arranged."""
    return bool(turn.open) and turn.open[0].kind == CallBack.intent and _hours(turn) is not None


def _hours(turn: Turn) -> str | None:
    """`HH:MM`, or with a second time `HH:MM/HH:MM`."""
    times = turn.entities.get("time", ())
    if times:
        return "/".join(sorted(times[:2]))
    return next((hours for part, hours in _PARTS if part.search(turn.typed)), None)


class CallBack(Matter):
    """Promises a call. Begun through `request_human`, or from the card of a case."""

    intent = "call_back"
    fields = (
        Field("day", "calls.ask_when", read=value_of("date"), wanted=lambda _: False),
        Field("case", "calls.ask_when", wanted=lambda _: False),
        DESK,
        Field("hours", "calls.ask_when", read=_hours, wrong="calls.no_time"),
        Field("phone", "calls.ask_phone", read=value_of("phone"), wrong="calls.no_phone"),
    )
    corrects = {Code.CALLBACK_OUTSIDE_HOURS: "hours", Code.PHONE_INVALID: "phone"}

    @override
    async def go_on(
        self, turn: Turn, voice: Voice, pending: Pending, found: Mapping[str, str]
    ) -> Reply:
        """Whoever falls silent while it is arranged is owed a call all the same, unless one is promised already."""
        reply = await super().go_on(turn, voice, pending, found)
        if reply.pending is None or "instead" in reply.pending.facts:
            return reply
        return replace(reply, promised=(*reply.promised, _WISHED))

    @override
    def dropped(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        again = waits_again(self.services, turn, voice, pending)
        reply = again or super().dropped(turn, voice, pending)
        return replace(reply, promised=(Promised(kind="callback", state="withdrawn"),))

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        known = {"from_hour": self._rule("from"), "until_hour": self._rule("until"), **facts}
        if "T" in known.get("hours", ""):  # a button names day and hour
            known["day"], known["hours"] = known["hours"].split("T")
        if turn.identified and "on_file" not in known:
            details = await ask(self.services.subscriptions.profile.contact_details, turn.caller)
            known["on_file"] = _masked(details.phone or "")
            known |= await self._moved(turn, voice, known)
        if known.get("on_file"):
            known.setdefault("phone", "")
        return known

    async def _moved(self, turn: Turn, voice: Voice, facts: Facts) -> Facts:
        """The call that this one takes the place of: nobody is called twice because they asked twice."""
        calls = await open_calls(self.services, turn)
        moved = next((c for c in calls if facts.get("case") in (None, c.case_number)), None)
        return {"case": moved.case_number, "instead": window(voice, moved)} if moved else {}

    @override
    async def choices(self, name: str, turn: Turn, voice: Voice, facts: Facts) -> Sequence[Choice]:
        """The next hours at which we surely call."""
        if name != "hours":
            return ()
        now = self.services.clock()
        days = (business_date(now) + timedelta(days=ahead) for ahead in range(1, 8))
        moments = (
            datetime.combine(day, at, BERLIN)
            for day in days
            if is_working_day(day)
            for at in _SLOTS
        )
        found = [moment for _, moment in zip(range(_MOST_SLOTS), moments, strict=False)]
        return [Choice(voice.minute(at), f"{at:%Y-%m-%dT%H:%M}") for at in found]

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        begins, ends = self._window(facts)
        phone = mask_phone(facts["phone"]) if facts["phone"] else facts["on_file"]
        text = voice.text("calls.show", phone=phone, **spoken(voice, begins, ends))
        if facts.get("instead"):
            text = f"{voice.text('calls.instead', when=facts['instead'])} {text}"
        times = {"begins": begins.isoformat(), "ends": ends.isoformat()}
        return Shown(text, times, more=[voice.person_button()])

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        receipt = await ask(
            self.services.subscriptions.cases.call_back,
            turn.caller,
            facts["phone"] or None,
            datetime.fromisoformat(facts["begins"]),
            datetime.fromisoformat(facts["ends"]),
            key=key,
            case=facts.get("case"),
        )
        text = voice.text("calls.done", **spoken(voice, receipt.from_at, receipt.until_at))
        card = _receipt_card(voice, receipt)
        buttons = [withdraw_button(voice, receipt.id), voice.topic_button("case_status")]
        buttons.append(voice.person_button())
        reply = answer(voice, text, cards=[card], buttons=buttons)
        return replace(reply, promised=(_promised(receipt),))

    def _window(self, facts: Facts) -> tuple[datetime, datetime]:
        """Between which moments; without a day the next one on which that hour still comes."""
        told = [time.fromisoformat(hour) for hour in facts["hours"].split("/")]
        now = self.services.clock()
        today = business_date(now)
        day = _coming(date.fromisoformat(facts["day"]), today) if facts.get("day") else None
        if day is None:
            ahead = (today + timedelta(days=n) for n in range(8))
            day = next(d for d in ahead if is_working_day(d) and _at(d, told[0]) > now)
        begins = _at(day, told[0])
        closing = _at(day, time(int(facts["until_hour"]) % 24))
        ends = _at(day, told[1]) if len(told) > 1 else min(begins + _ONE_CALL, closing)
        # At closing time the window is empty: the business then says when we call.
        return begins, max(ends, begins)

    def _rule(self, side: str) -> str:
        return self.services.facts[f"callback_{side}_hour"]


def _promised(receipt: CallbackReceipt) -> Promised:
    return Promised(
        kind="callback",
        state="made",
        reference=receipt.id,
        case=receipt.case_number,
        due_at=receipt.until_at.isoformat(),
    )


def _masked(phone: str) -> str:
    """Masked already below level 2."""
    return phone if "*" in phone or not phone else mask_phone(phone)


def _coming(day: date, today: date) -> date:
    """A weekday that was read as the last one of its name: nobody wants to be called in the past."""
    within_a_week = today - timedelta(days=7) <= day < today
    return day + timedelta(days=7) if within_a_week else day


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, BERLIN)


def _receipt_card(voice: Voice, receipt: CallbackReceipt) -> Card:
    rows = [
        voice.row("calls.row_when", window(voice, receipt)),
        voice.row("calls.row_phone", receipt.phone),
        voice.row("cases.row_number", receipt.case_number),
        voice.row("card.reference", receipt.id),
    ]
    return Card(kind="receipt", title=voice.text("calls.receipt"), rows=rows)
