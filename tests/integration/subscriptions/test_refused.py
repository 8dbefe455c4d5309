"""Every refused input of the table: refused with its code, nothing changed, a sentence in both languages."""

import inspect
from pathlib import Path

import pytest
from sqlalchemy import Engine

from actions.refusals import REFUSALS
from actions.texts import load_texts
from subscriptions import Subscriptions
from subscriptions.errors import Code, SubscriptionError
from tests.integration.subscriptions.looking import state
from tests.integration.subscriptions.people import CountingProvider, Mailbox, SetClock
from tests.integration.subscriptions.refusals import Refused, World, all_refused
from tests.refusals_table import TARGET, table

ROWS = all_refused()
RESPONSES = Path(__file__).parents[3] / "data" / "responses"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.use_case}: {row.given}")
def test_refused_with_its_code_and_nothing_changes(
    row: Refused,
    business: Subscriptions,
    engine: Engine,
    clock: SetClock,
    provider: CountingProvider,
    mailbox: Mailbox,
) -> None:
    world = World(business, engine, clock, provider, mailbox)
    row.prepare(world)
    before = state(engine)
    with pytest.raises(SubscriptionError) as refused:
        row.call(world)
    assert refused.value.code is row.code
    assert row.leaves_trace or state(engine) == before


def test_every_fact_of_a_sentence_is_given(business: Subscriptions) -> None:
    """Each code has a sentence in both languages (the loader holds both to the same facts)."""
    texts = load_texts(RESPONSES)
    assert {code for code in Code if not texts.placeholders(REFUSALS[code].text) <= FACTS} == set()


# What sentences may name: the facts that use cases give. A row's own facts are checked where it is refused.
FACTS = frozenset(
    {
        "amount",
        "limit",
        "days",
        "months",
        "most",
        "until",
        "from_hour",
        "until_hour",
        "field",
        "number",
    }
)


def test_the_document_is_true() -> None:
    assert TARGET.read_text(encoding="utf-8") == table(), "run python -m tests.refusals_table"


def use_cases(business: Subscriptions) -> set[str]:
    """`noun.method` of everything that asks who calls."""
    return {
        f"{noun}.{name}"
        for noun, part in vars(business).items()
        if not noun.startswith("_")
        for name, method in inspect.getmembers(part, callable)
        if not name.startswith("_") and "caller" in inspect.signature(method).parameters
    }


def test_every_use_case_has_its_table(business: Subscriptions) -> None:
    asked = use_cases(business)
    told = {row.use_case for row in ROWS}
    assert asked - told == NEVER_REFUSED
    assert told - asked == FOR_THE_GATEWAY


# § 312k BGB and care in need: nothing makes these fail.
NEVER_REFUSED: set[str] = {
    "identity.report_compromise",  # Art. 32 GDPR: whoever reports a break-in is heard in every case
}

# Asked by the gateway itself about what it promised; nobody calls.
FOR_THE_GATEWAY = {"cases.promised_call"}
