"""The use case of looking for customers: who may, what is too little to look for, what is written down.

Invariants: only a person at the desk looks; every page is in the audit with the numbers it shows, before it is shown, and
without the words, which may be a person's.
"""

from collections.abc import Sequence

from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller
from subscriptions.overview.values import People, Someone
from subscriptions.policy.access import require_agent
from subscriptions.policy.masking import mask_address
from subscriptions.policy.names import words_of
from subscriptions.store import audit, finding
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.write import note_view

PAGE = 20
LEAST = 2
MOST = 200


def wanted(caller: Caller, words: str) -> str:
    """What to look for; raises IDENTITY_NEEDED for everybody who is no agent, BAD_INPUT for less than two letters or digits."""
    require_agent(caller)
    asked = " ".join(words.split())
    if len(asked) > MOST or sum(map(len, words_of(asked))) < LEAST:
        raise SubscriptionError(Code.BAD_INPUT)
    return asked


def find(backing: Backing, caller: Caller, words: str, after: str) -> People:
    """Look here. Raises as `wanted` does."""
    asked = wanted(caller, words)
    with reading(backing.engine) as db:
        found = finding.find(db, asked, after=after, most=PAGE + 1)
    shown = tuple(_shown(one) for one in found[:PAGE])
    more = shown[-1].number if len(found) > PAGE else None
    return noted(backing, caller, People(shown, more))


def _shown(known: finding.Known) -> Someone:
    customer = known.customer
    return Someone(
        number=customer.number,
        name=customer.name,
        locale=customer.locale,
        email=mask_address(customer.email),
        since=customer.since,
        invoice=known.invoice,
    )


def noted(backing: Backing, caller: Caller, found: People) -> People:
    """Write down who saw whom."""
    facts: audit.Facts = {"shown": _numbers(found.people), "more": found.more is not None}
    entry = audit.Entry(backing.clock(), caller.actor, "overview.find", None, facts)
    note_view(backing.engine, entry)
    return found


def _numbers(people: Sequence[Someone]) -> str:
    return " ".join(one.number for one in people)
