"""Looking up what was asked and not answered, before anything of it is asked again.

Invariants: nothing is done by looking; what the provider does not know is never taken in only after a sensible time,
because what was sent late may still arrive; the look-up stands in no transaction.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from subscriptions.asking.booking import By
from subscriptions.asking.errands import Dated, Errand
from subscriptions.errors import SubscriptionError
from subscriptions.policy.settling import is_lost
from subscriptions.provider import ProviderUnavailableError
from subscriptions.store import audit
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading, writing
from subscriptions.store.write import add_notice

Q = TypeVar("Q", bound=Dated)
A = TypeVar("A")
T = TypeVar("T")


def look_up(backing: Backing, errand: Errand[Q, A], reference: str) -> bool:
    """Ask what became of it and book that; says whether it is known now. Raises ProviderUnavailableError."""
    now = backing.clock()
    with reading(backing.engine) as db:
        question = errand.question(db, reference)
    if question is None:
        return True
    answer = errand.look_up(backing.provider, question, now)
    if answer is None and not is_lost(question.at, now):
        return False
    by = By(f"provider:{backing.provider.name}", now, backing.limits, now)
    with writing(backing.engine) as db:
        settled = errand.settle(db, reference, answer, by)
        if settled is not None:
            for notice in settled.notices:
                add_notice(db, settled.customer, notice, now)
            facts = dict(settled.facts)
            audit.append(db, audit.Entry(now, by.actor, "asking.look_up", settled.customer, facts))
    return True


def after_looking_up(
    backing: Backing, customer: str, errands: Sequence[Errand[Any, Any]], act: Callable[[], T]
) -> T:
    """What `act` gives; when something unknown holds it up, that is looked up, and it is tried once more."""
    try:
        return act()
    except SubscriptionError as error:
        if error.code not in {errand.refusal for errand in errands}:
            raise
    _catch_up(backing, customer, errands)
    return act()


def _catch_up(backing: Backing, customer: str, errands: Sequence[Errand[Any, Any]]) -> None:
    """Look up what of a customer is unknown, as far as the provider answers."""
    for errand in errands:
        with reading(backing.engine) as db:
            references = errand.unknown_of(db, customer)
        for reference in references:
            try:
                look_up(backing, errand, reference)
            except ProviderUnavailableError:
                return
