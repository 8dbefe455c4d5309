"""The day of month on which is debited: asked, shown from when, changed after a yes.

Invariants: only the day of the month counts, whatever date it was said with; from when it holds is what the business
says; whoever may not change it yet gets a person.
"""

import re

from typing_extensions import override

from actions.dialogue.contracts import running_contracts
from actions.dialogue.fields import Facts, Field
from actions.dialogue.matter import Matter, Shown
from actions.replies import Reply, answer
from actions.services import ask
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Card
from subscriptions.errors import Code
from subscriptions.model.base import Level
from subscriptions.model.methods import DebitDay

_FIRST = re.compile(
    r"\b(?:monatsanfang|anfang (?:des|vom) monat\w*|(?:start|beginning) of (?:the|each|every) month)\b",
    re.I,
)
_NUMBERED = re.compile(r"\b(\d{1,2})(?:\.(?!\d)|(?:st|nd|rd|th)\b)", re.I)
_BARE = re.compile(r"\b(\d{1,2})\b")


def _day(turn: Turn) -> str | None:
    """The day of month that is wanted: of several the last ("from the 1st to the 15th")."""
    numbered = _NUMBERED.findall(turn.typed)
    if numbered:
        return str(int(numbered[-1]))
    if _FIRST.search(turn.typed):
        return "1"
    dates = turn.entities.get("date", ())
    return str(int(dates[-1][-2:])) if dates else None


def _bare_day(turn: Turn) -> str | None:
    found = _BARE.findall(turn.typed)
    return str(int(found[-1])) if found else None


class ChangeDebitDate(Matter):
    """Another day of month for the debit."""

    intent = "change_debit_date"
    needs = Level.IDENTIFIED
    fields = (Field("day", "methods.ask_day", read=_day, bare=_bare_day, wrong="methods.no_day"),)
    corrects = {Code.DEBIT_DAY_INVALID: "day"}
    hands_over = {Code.DEBIT_DAY_TOO_OFTEN: None}

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        methods, day = self.services.subscriptions.methods, int(facts["day"])
        then = await ask(methods.debit_day, turn.caller, day)
        now = await ask(methods.debit_day, turn.caller)
        if await self._is_so_already(turn, now, day):
            return self._unchanged(voice, now, day)
        said = [voice.text("methods.day_proposal", day=facts["day"])]
        if then.next_debit_on is not None:
            said.append(voice.text("methods.day_first", date=voice.day(then.next_debit_on)))
        if now.next_debit_on is not None:
            said.append(voice.text("methods.day_so_far", date=voice.day(now.next_debit_on)))
        if then.changeable_from is not None:
            said.append(voice.text("methods.day_again", date=voice.day(then.changeable_from)))
        return Shown(" ".join((*said, voice.text("methods.day_question"))), {})

    async def _is_so_already(self, turn: Turn, now: DebitDay, day: int) -> bool:
        """Whether the only contract is debited on that day anyway: the change, rare as it is, would be spent on nothing."""
        if now.day is not None or now.next_debit_on is None or now.next_debit_on.day != day:
            return False
        return len(await running_contracts(self.services, turn)) == 1

    def _unchanged(self, voice: Voice, now: DebitDay, day: int) -> Reply:
        date = voice.day(now.next_debit_on) if now.next_debit_on else ""
        text = voice.text("methods.day_already", day=str(day), date=date)
        return answer(voice, text, buttons=[voice.topic_button("balance_next_charge")])

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        changed = await ask(
            self.services.subscriptions.methods.change_debit_day,
            turn.caller,
            int(facts["day"]),
            key=key,
        )
        text = voice.text("methods.day_changed", day=str(changed.day))
        ways = [
            voice.topic_button("balance_next_charge"),
            voice.topic_button("subscription_status"),
        ]
        return answer(voice, text, cards=[_card(voice, changed)], buttons=ways)


def _card(voice: Voice, changed: DebitDay) -> Card:
    rows = [voice.row("methods.row_day", voice.text("methods.day_of_month", day=str(changed.day)))]
    if changed.next_debit_on is not None:
        rows.append(voice.row("methods.row_next", voice.day(changed.next_debit_on)))
    if changed.changeable_from is not None:
        rows.append(voice.row("methods.row_changeable", voice.day(changed.changeable_from)))
    return Card(kind="receipt", title=voice.text("methods.card_day"), rows=rows)
