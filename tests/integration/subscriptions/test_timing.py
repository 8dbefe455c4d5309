"""Whether an account exists shows in no statement and in no time: codes, resets, tries, new e-mail addresses.

The times are compared by the Mann-Whitney test on calls in random order; a planted difference of 2 ms must be found by
the same test, or it would prove nothing.
"""

import random
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from statistics import NormalDist
from time import perf_counter, sleep

import pytest
from sqlalchemy import event

from subscriptions import Connections, Subscriptions, open_subscriptions
from subscriptions.errors import SubscriptionError
from subscriptions.model.base import Level
from subscriptions.outbox import Message, Outbox
from subscriptions.outbox.choice import open_outbox
from tests.integration.subscriptions.people import NOBODY, SetClock, bot_for

KNOWN, UNKNOWN = "anna.lindqvist@example.org", "nobody.at.all@example.org"
PAIRS = 200
WARM = 5  # the first calls fill caches
SURE = 1e-5  # one run in 100,000 may cry wolf
Ask = Callable[[Subscriptions, str, str], object]


def ask_code(business: Subscriptions, typed: str, key: str) -> object:
    return business.identity.send_code(NOBODY, typed, key=key)


def ask_reset(business: Subscriptions, typed: str, key: str) -> object:
    return business.identity.request_reset(NOBODY, typed, key=key)


def ask_unlock(business: Subscriptions, typed: str, key: str) -> object:
    return business.identity.unlock(NOBODY, typed, key=key)


def ask_email(business: Subscriptions, typed: str, key: str) -> object:
    """Here the question is whether the new address belongs to somebody else."""
    marcus = bot_for("K-1002", Level.CONFIRMED)
    return business.profile.change_email(marcus, typed, key=key)


def try_code(business: Subscriptions, typed: str, key: str) -> object:
    """A wrong try on the code that was just asked for."""
    handle = business.identity.send_code(NOBODY, typed, key=key).handle
    try:
        return business.identity.check_code(NOBODY, handle, "135790", key=f"{key}:c")
    except SubscriptionError as error:
        return error.code, tuple(error.facts.items())


ASKED = [ask_code, ask_reset, ask_unlock, ask_email, try_code]


def mann_whitney(first: list[float], second: list[float]) -> float:
    """How likely such different samples are by chance, if both come from the same distribution (two-sided)."""
    ranked = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    ranks = sum(rank for rank, (_, sample) in enumerate(ranked, start=1) if sample == 0)
    n, m = len(first), len(second)
    expected, spread = n * (n + m + 1) / 2, (n * m * (n + m + 1) / 12) ** 0.5
    return 2 * (1 - NormalDist().cdf(abs(ranks - expected) / spread))


def test_the_test_tells_equal_from_different() -> None:
    noise = random.Random(1)
    samples = [[noise.gauss(5, 1) for _ in range(PAIRS)] for _ in range(40)]
    equal = [mann_whitney(a, b) for a, b in zip(samples[::2], samples[1::2], strict=True)]
    assert sum(p < 0.05 for p in equal) <= 4
    assert mann_whitney(samples[0], [value + 0.5 for value in samples[1]]) < SURE


@pytest.mark.parametrize("ask", ASKED, ids=lambda ask: ask.__name__)
def test_the_statements_are_the_same(business: Subscriptions, clock: SetClock, ask: Ask) -> None:
    """Also when the limit is reached: the first call sends, the second does not."""
    statements: list[str] = []
    event.listen(
        business._engine,
        "before_cursor_execute",
        lambda *given: statements.append(str(given[2]).split(" RETURNING")[0]),
    )
    told = {}
    for typed in (KNOWN, UNKNOWN):
        statements.clear()
        for n in range(2):
            ask(business, typed, f"{typed}:{n}")
        told[typed] = statements.copy()
    assert told[KNOWN] == told[UNKNOWN]
    assert len(told[KNOWN]) > 10


def times(business: Subscriptions, clock: SetClock, ask: Ask) -> dict[str, list[float]]:
    """Seconds that each call took, known and unknown in random order; every call is outside of the limits."""
    taken: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    order, keys = random.Random(7), count()
    for pair in range(PAIRS + WARM):
        clock.forward(timedelta(hours=2))
        for typed in order.sample([KNOWN, UNKNOWN], 2):
            begun = perf_counter()
            ask(business, typed, f"t{next(keys)}")
            if pair >= WARM:
                taken[typed].append(perf_counter() - begun)
    return taken


@pytest.fixture
def real_outbox(tmp_path: Path) -> Outbox:
    """What `make run` uses: queued, into a file."""
    return open_outbox(f"file:{tmp_path / 'outbox.jsonl'}")


def on_sqlite(template: Path, folder: Path, clock: SetClock, outbox: Outbox) -> Subscriptions:
    """The business on a copy of the seeded file."""
    copy = folder / "timed.db"
    copy.write_bytes(template.read_bytes())
    return open_subscriptions(f"sqlite:///{copy}", clock, connections=Connections(outbox=outbox))


@pytest.mark.parametrize("ask", [ask_code, ask_reset, try_code], ids=lambda ask: ask.__name__)
def test_the_times_are_the_same(
    sqlite_template: Path, tmp_path: Path, clock: SetClock, real_outbox: Outbox, ask: Ask
) -> None:
    with on_sqlite(sqlite_template, tmp_path, clock, real_outbox) as business:
        taken = times(business, clock, ask)
    assert len(taken[KNOWN]) == len(taken[UNKNOWN]) == PAIRS
    assert mann_whitney(taken[KNOWN], taken[UNKNOWN]) > SURE
    sent = (tmp_path / "outbox.jsonl").read_text().count(KNOWN)
    assert sent == PAIRS + WARM, "each of the known calls sent a message"


def test_an_outbox_that_takes_its_time_does_not_show(
    sqlite_template: Path, tmp_path: Path, clock: SetClock
) -> None:
    def slow(message: Message) -> None:
        sleep(0.002)

    with on_sqlite(sqlite_template, tmp_path, clock, slow) as business:
        taken = times(business, clock, ask_code)
    assert mann_whitney(taken[KNOWN], taken[UNKNOWN]) > SURE


def test_a_difference_of_two_milliseconds_would_be_found(
    sqlite_template: Path, tmp_path: Path, clock: SetClock, real_outbox: Outbox
) -> None:
    def leaking(business: Subscriptions, typed: str, key: str) -> object:
        receipt = ask_code(business, typed, key)
        if typed == KNOWN:
            sleep(0.002)
        return receipt

    with on_sqlite(sqlite_template, tmp_path, clock, real_outbox) as business:
        taken = times(business, clock, leaking)
    assert mann_whitney(taken[KNOWN], taken[UNKNOWN]) < SURE
