"""The time limits of three processes fit into each other: nothing is written after the gateway gave a turn up."""

from actions.services import LONGEST_IN_LINE
from handoff.adapters.rasa import LIMIT_SECONDS
from handoff.conversations.storage import Timing
from handoff.jobs import HOLD_SECONDS
from subscriptions.store.engine import ANSWERING

PROVIDER_SECONDS = 3
"""`subscriptions.provider.PaymentProvider` answers within this, or raises."""


def test_a_write_is_decided_before_the_gateway_gives_up() -> None:
    assert ANSWERING.write is not None
    assert LONGEST_IN_LINE + ANSWERING.write < LIMIT_SECONDS


def test_a_write_that_waits_for_its_lock_can_still_collect() -> None:
    assert ANSWERING.write is not None
    assert ANSWERING.lock + PROVIDER_SECONDS <= ANSWERING.write


def test_a_claim_outlasts_two_renewals_that_fail() -> None:
    assert Timing().claim.total_seconds() >= 3 * HOLD_SECONDS


def test_a_killed_node_s_turn_is_another_s_before_the_bot_would_be_given_up() -> None:
    assert Timing().claim.total_seconds() < LIMIT_SECONDS
