"""No dialogue is a dead end: random walks from every intent end solved, dropped or with a person."""

import random
from collections import Counter
from datetime import UTC, datetime

import pytest

from actions.turn import ACTS, MISSES, SMALL_TALK
from handoff.contract import Say
from tests.chats import Answer, rules_of_the_assistant
from tests.unit.actions.crawler import DeadEnd, check, walk

INTENTS = sorted(set(rules_of_the_assistant()) - ACTS - MISSES - SMALL_TALK)
# In dunning, a returned debit, streaming and paid up, training, press, unknown.
PEOPLE = ("K-1001", "K-1003", "K-1002", "K-1004", "K-1011", None)
WALKS = 4
SEED = 20261122


@pytest.mark.parametrize("intent", INTENTS)
async def test_every_walk_ends(chat, intent: str) -> None:
    today = datetime.now(UTC).date()
    dice = random.Random(f"{SEED}:{intent}")
    ends: Counter[str] = Counter()
    for _ in range(WALKS):
        seed, person = dice.randrange(10**9), dice.choice(PEOPLE)
        locale = dice.choice(("de", "en"))
        try:
            ends[(await walk(chat(person, locale=locale), intent, seed, today)).end] += 1
        except DeadEnd as dead:
            raise AssertionError(f"{intent} for {person}, seed {seed}: {dead}") from dead
    assert ends.total() == WALKS


def test_a_dead_end_would_be_found() -> None:
    question = Say(text="Wann?", locale="de")
    with pytest.raises(DeadEnd, match="no way on"):
        check(Answer([question], None, {"open": [{"kind": "promise_to_pay"}]}))
    with pytest.raises(DeadEnd, match="no words"):
        check(Answer([], None, {}))
