"""The time limits of three processes fit into each other: nothing is written after the gateway gave a turn up."""

from actions.services import LONGEST_IN_LINE
from handoff.adapters.rasa import LIMIT_SECONDS
from handoff.conversations.storage import Timing
from subscriptions.store.engine import ANSWERING

PROVIDER_SECONDS = 3
"""`subscriptions.provider.PaymentProvider` answers within this, or raises."""


def test_a_write_is_decided_before_the_gateway_gives_up() -> None:
    assert ANSWERING.write is not None
    assert LONGEST_IN_LINE + ANSWERING.write < LIMIT_SECONDS


def test_a_write_that_waits_for_its_lock_can_still_collect() -> None:
    assert ANSWERING.write is not None
    assert ANSWERING.lock + PROVIDER_SECONDS <= ANSWERING.write


def test_a_claimed_turn_outlasts_the_limit() -> None:
    assert Timing().claim.total_seconds() > LIMIT_SECONDS
