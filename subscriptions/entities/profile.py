"""How somebody is reached and what they agreed to, with the steps of a change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from subscriptions.entities.steps import illegal_step


class ContactField(StrEnum):
    """What of the contact data changes."""

    EMAIL = "email"
    PHONE = "phone"
    NAME = "name"


class ChangeState(StrEnum):
    """Where a change stands. An e-mail address is asked for first and done when the new mailbox confirms it."""

    ASKED = "asked"
    DONE = "done"
    UNDONE = "undone"


_C = ChangeState
CHANGE_STEPS: Mapping[ChangeState, frozenset[ChangeState]] = {
    _C.ASKED: frozenset({_C.DONE, _C.UNDONE}),
    _C.DONE: frozenset({_C.UNDONE}),
    _C.UNDONE: frozenset(),
}


@dataclass(frozen=True, slots=True)
class ContactChange:
    """One change of contact data. The hashes are of the links that confirm and undo it."""

    id: str
    customer: str
    field: ContactField
    old: str | None
    new: str
    at: datetime
    undo_hash: str
    undo_until: datetime
    state: ChangeState = ChangeState.ASKED
    confirm_hash: str | None = None
    done_at: datetime | None = None
    undone_at: datetime | None = None


def change_to(change: ContactChange, new: ChangeState, at: datetime) -> ContactChange:
    """The next state of a change."""
    if new not in CHANGE_STEPS[change.state]:
        raise illegal_step("contact_change", change.state, new)
    if new is ChangeState.DONE:
        return replace(change, state=new, done_at=at)
    return replace(change, state=new, undone_at=at)


@dataclass(frozen=True, slots=True)
class Preferences:
    """How somebody wants to be written to. `letters_locale` None: the language of the customer."""

    customer: str
    channel: str = "email"
    letters_locale: str | None = None
    less_contact: bool = False


class ConsentState(StrEnum):
    """What an entry of the consent log says."""

    ASKED = "asked"  # waits for the confirmation by mail
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Consent:
    """One entry of the log, which only grows; the newest entry of a purpose and channel holds."""

    customer: str
    purpose: str
    channel: str
    given: bool
    source: str
    text_version: str
    at: datetime
    token_hash: str | None = None
    token_until: datetime | None = None

    @property
    def state(self) -> ConsentState:
        """What this entry says."""
        if self.given:
            return ConsentState.GIVEN
        return ConsentState.ASKED if self.token_hash else ConsentState.WITHDRAWN
