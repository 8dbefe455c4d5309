"""Walks through the dialogues with random answers, and says how each walk ended.

Invariants: the same seed walks the same way; a walk is bounded; every answer on the way is checked for words, for a way
on, and for a bug behind it.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from handoff.contract import Button
from tests.chats import Answer, Chat

LONGEST = 30
VALUES: Sequence[tuple[str, dict[str, str]]] = (
    ("DE89 3704 0044 0532 0130 00", {"iban": "DE89370400440532013000"}),
    ("anna@example.org", {"email": "anna@example.org"}),
    ("0171 2345678", {"phone": "+491712345678"}),
    ("29,99 Euro", {"amount": "2999"}),
    ("Lindenweg 5, 10115 Berlin", {"postcode": "10115", "city": "Berlin"}),
    ("zwei Monate", {"duration": "P2M"}),
    ("die Januarrechnung", {"month": "2026-01"}),
    ("F-1001", {"case": "F-1001"}),
    ("WELCOME10", {"voucher": "WELCOME10"}),
    ("123456", {}),
    ("Das kam so nicht an, und keiner meldet sich.", {}),
    ("x", {}),
)
ACTS = ("affirm", "affirm", "affirm", "deny", "inform", "stop_flow", "repeat", "switch_language")
BETWEEN = ("explain_charge", "balance_next_charge", "subscription_status", "about_bot", "thank")
MISSES = ("nlu_fallback", "out_of_scope")


class DeadEnd(AssertionError):
    """A walk came to an answer without a way on, without words, or with a bug behind it."""


@dataclass(frozen=True)
class Walk:
    """How a walk ended: `person`, `closed` (solved or dropped), and after how many messages."""

    end: str
    messages: int


async def walk(chat: Chat, intent: str, seed: int, today: date) -> Walk:
    """Begin with an intent and answer at random until the matter ends; raises DeadEnd."""
    dice = random.Random(seed)
    answer = await chat.says("bitte", intent)
    for messages in range(1, LONGEST):
        check(answer)
        if answer.handoff is not None:
            return Walk("person", messages)
        if not answer.open:
            return Walk("closed", messages)
        answer = await step(chat, answer, dice, today)
    return await stopped(chat, answer)


async def step(chat: Chat, answer: Answer, dice: random.Random, today: date) -> Answer:
    """One random message: mostly what is offered, sometimes a value, an act, another topic, nonsense."""
    way = dice.random()
    if way < 0.5 and answer.buttons:
        return await chat.presses(dice.choice(answer.buttons))
    if way < 0.75:
        text, entities = dice.choice((*VALUES, a_day(dice, today)))
        return await chat.says(text, "inform", entities=entities)
    if way < 0.9:
        return await chat.says("ja, nein, weiter", dice.choice(ACTS))
    intent = dice.choice((*BETWEEN, *MISSES))
    return await chat.says("etwas dazwischen", intent)


def a_day(dice: random.Random, today: date) -> tuple[str, dict[str, str]]:
    """A day around today."""
    day = today + timedelta(days=dice.randint(-10, 120))
    return f"{day:%d.%m.%Y}", {"date": day.isoformat()}


async def stopped(chat: Chat, answer: Answer) -> Walk:
    """Whoever has enough says stop, once for each open matter, and is free."""
    for _ in range(len(answer.open)):
        answer = await chat.says("stopp", "stop_flow")
        check(answer)
    if answer.open:
        raise DeadEnd(f"stop does not end {answer.open}: {answer.text}")
    return Walk("closed", LONGEST)


def check(answer: Answer) -> None:
    """Words, a way on, and no bug."""
    if not answer.text.strip() and answer.handoff is None:
        raise DeadEnd("no words")
    if answer.handoff is not None:
        bugs = [t.result_en for t in answer.handoff.tried if "could not be reached" in t.result_en]
        broke = answer.handoff.reason in ("bot_unavailable", "write_failed")
        if bugs or broke:
            raise DeadEnd(f"something broke: {answer.handoff.reason} {bugs} {answer.text}")
        return
    if answer.open and not has_way_on(answer.buttons):
        raise DeadEnd(f"no way on: {answer.text}")


def has_way_on(buttons: Sequence[Button]) -> bool:
    """Whether something can be pressed."""
    return bool(buttons)
