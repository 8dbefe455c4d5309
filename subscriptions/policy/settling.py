"""In which steps an attempt goes where the provider says it is, whatever order the news came in.

Invariants: only steps of the attempt's own machine are made; older news never undoes newer; what contradicts
the machine is left to a person.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from subscriptions.entities.attempts import ATTEMPT_STEPS, Attempt, AttemptState, attempt_to
from subscriptions.entities.methods import MethodKind
from subscriptions.model.settlement import Outcome
from subscriptions.policy.failures import classify

_A = AttemptState
BACK = frozenset({_A.RETURNED, _A.REFUNDED})
# A call is given up after three seconds; what was on its way then has arrived, or never will, long before this.
LOST_AFTER = timedelta(hours=1)


def is_lost(asked_at: datetime, now: datetime) -> bool:
    """Whether something that the provider does not know of will not reach it any more."""
    return now - asked_at >= LOST_AFTER


def outcome_for(attempt: Attempt, told: AttemptState) -> Outcome:
    """Whether news of a state is applied, stale or a conflict."""
    if told in BACK and attempt.kind is not MethodKind.SEPA:
        return Outcome.CONFLICT  # a chargeback of a card: not ours to book
    if steps_to(attempt, told):
        return Outcome.APPLIED
    known = told is attempt.state or (told is _A.SUCCEEDED and attempt.state in BACK)
    return Outcome.STALE if known else Outcome.CONFLICT


def steps_to(attempt: Attempt, told: AttemptState) -> tuple[AttemptState, ...]:
    """The steps from the stored state to the told one; money that went back has been here before."""
    if told in ATTEMPT_STEPS[attempt.state]:
        return (told,)
    if attempt.state in {_A.UNKNOWN, _A.SUBMITTED} and told in BACK:
        return (_A.SUCCEEDED, told)
    return ()


def stepped(attempt: Attempt, new: AttemptState, raw_code: str | None, at: datetime) -> Attempt:
    """The attempt after one step that the provider told, with the class of what went wrong."""
    if new in {_A.SUBMITTED, _A.NOT_SUBMITTED}:
        return attempt_to(attempt, new)
    if new is _A.SUCCEEDED:
        return replace(attempt_to(attempt, new), settled_at=at)
    failure = classify(attempt.kind, raw_code)
    return replace(attempt_to(attempt, new, raw_code), failure_class=failure)
