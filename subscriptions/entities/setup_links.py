"""A link to a page of the payment provider on which a new way to pay is left, and its steps."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from subscriptions.entities.steps import illegal_step


class SetupState(StrEnum):
    """Whether the page was finished."""

    OPEN = "open"
    DONE = "done"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class SetupLink:
    """Found by the hash of the reference that the provider was given."""

    token_hash: str
    customer: str
    kind: str  # card, paypal, wallet
    provider_reference: str | None
    state: SetupState
    created_at: datetime
    expires_at: datetime


# What was finished counts, even when we had closed the link meanwhile.
SETUP_STEPS: Mapping[SetupState, frozenset[SetupState]] = {
    SetupState.OPEN: frozenset({SetupState.DONE, SetupState.EXPIRED}),
    SetupState.EXPIRED: frozenset({SetupState.DONE}),
    SetupState.DONE: frozenset(),
}


def setup_to(link: SetupLink, new: SetupState) -> SetupLink:
    """The next state of a link."""
    if new not in SETUP_STEPS[link.state]:
        raise illegal_step("setup_link", link.state, new)
    return replace(link, state=new)
