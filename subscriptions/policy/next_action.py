"""The next best action for a customer: at most one, with its rule and the customer's benefit.

Invariants: the order is solve the problem > way to pay > save offer > bigger plan (a legal duty would
come second; none arises from what is stored yet); nothing is sold while something is owed, cancelled or
recently offered.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from subscriptions.model.catalogue import Plan
from subscriptions.model.contracts import SubscriptionState
from subscriptions.model.payments import Failure, FailureClass
from subscriptions.policy.reasons import Words
from subscriptions.policy.segments import Segment


@dataclass(frozen=True, slots=True)
class NextAction:
    """What an agent may do now; `rule` names the line of the policy that chose it."""

    kind: str
    rule: str
    what: Words
    benefit: Words


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything the choice depends on. `siblings` are the plans of the product by rank."""

    failure: Failure | None
    owes: bool
    state: SubscriptionState | None
    segment: Segment
    plan: Plan | None
    siblings: Sequence[Plan]
    offered_recently: bool


def choose(situation: Situation) -> NextAction | None:
    """The one action that fits, or none: silence is fine."""
    if situation.failure is not None:
        return _for_failure(situation.failure)
    if situation.owes or situation.offered_recently or situation.plan is None:
        return None
    if situation.state is SubscriptionState.CANCEL_SCHEDULED:
        return _save(situation.plan, situation.siblings)
    if situation.state is SubscriptionState.ACTIVE and situation.segment is Segment.LOYAL:
        return _bigger(situation.plan, situation.siblings)
    return None


def _for_failure(failure: Failure) -> NextAction:
    if failure.needs_person or failure.kind is FailureClass.OWN_ERROR:
        return NextAction(
            kind="solve",
            rule="failure_needs_person",
            what=Words(
                "Nachfragen, was nicht stimmt; nicht erneut abbuchen.",
                "Ask what is wrong; do not debit again.",
            ),
            benefit=Words(
                "Ein Mensch klärt das Problem, ohne Mahnung.", "A person solves it, no reminders."
            ),
        )
    if failure.retry_allowed:
        return NextAction(
            kind="way_to_pay",
            rule="retry_permitted",
            what=Words(
                "Einen neuen Versuch oder einen anderen Zahlungsweg anbieten.",
                "Offer to try again, or another way to pay.",
            ),
            benefit=Words(
                "Der offene Betrag ist mit einem Schritt erledigt.",
                "The open amount is settled in one step.",
            ),
        )
    return NextAction(
        kind="way_to_pay",
        rule="method_exhausted",
        what=Words("Um einen neuen Zahlungsweg bitten.", "Ask for a new way to pay."),
        benefit=Words(
            "Der Zugang bleibt ohne Unterbrechung.", "Access continues without interruption."
        ),
    )


def _same_term(plan: Plan, siblings: Sequence[Plan]) -> list[Plan]:
    fitting = [p for p in siblings if p.product == plan.product and p.interval is plan.interval]
    return sorted(fitting, key=lambda p: p.rank)


def _save(plan: Plan, siblings: Sequence[Plan]) -> NextAction | None:
    smaller = [p for p in _same_term(plan, siblings) if p.rank < plan.rank]
    if not smaller:
        return None
    offer = smaller[-1]
    return NextAction(
        kind="save_offer",
        rule="cancelled_smaller_plan_exists",
        what=Words(f"Einmal {offer.name_de} anbieten.", f"Offer {offer.name_en} once."),
        benefit=Words("Dabeibleiben und weniger zahlen.", "Stay and pay less."),
    )


def _bigger(plan: Plan, siblings: Sequence[Plan]) -> NextAction | None:
    bigger = [p for p in _same_term(plan, siblings) if p.rank > plan.rank]
    if not bigger:
        return None
    offer = bigger[0]
    return NextAction(
        kind="add_on",
        rule="loyal_bigger_plan_exists",
        what=Words(
            f"Auf {offer.name_de} hinweisen, wenn es zum Anliegen passt.",
            f"Mention {offer.name_en} if it fits the question.",
        ),
        benefit=Words(", ".join(offer.features_de), ", ".join(offer.features_en)),
    )
