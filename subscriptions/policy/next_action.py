"""The next best action for a customer: at most one, with its rule and the customer's benefit.

Invariants: the order is solve the problem > legal duty > way to pay > save offer > add-on (domain paper,
section 8); the first that fits is hidden, never replaced by a lesser one, when a complaint, a hold or a contact
cap stands against it; nothing is sold while something is owed, cancelled or recently offered.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from subscriptions.model.base import Words
from subscriptions.model.catalogue import Plan
from subscriptions.model.contracts import SubscriptionState
from subscriptions.model.payments import Failure, FailureClass
from subscriptions.policy.segments import Segment


class Trouble(StrEnum):
    """What goes wrong for a customer and is ours to solve, the worst first."""

    COMPROMISED = "compromised"
    PROMISE_MISSED = "promise_missed"
    OVERCHARGED = "overcharged"
    LOCKED = "locked"
    ISSUES_MISSING = "issues_missing"


class Against(StrEnum):
    """What stands against an action."""

    HOLD = "hold"
    COMPLAINT = "complaint"
    OPEN_CASE = "open_case"
    PROMISED = "promised"  # the customer pays by a date; until then everything rests
    PAYMENT_CAP = "payment_cap"
    BENEFIT_CAP = "benefit_cap"
    UNWANTED = "unwanted"  # objected to advertising, or wants less contact


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
    troubles: frozenset[Trouble] = frozenset()
    price_rises: bool = False
    against: frozenset[Against] = frozenset()


def choose(situation: Situation) -> NextAction | None:
    """The one action that fits, or none: silence is fine."""
    found = next((action for rule in _RULES if (action := rule(situation)) is not None), None)
    if found is None or _AGAINST.get(found.kind, frozenset()) & situation.against:
        return None
    return found


_MONEY = frozenset({Against.HOLD, Against.COMPLAINT, Against.PROMISED, Against.PAYMENT_CAP})
_SALE = frozenset(Against) - {Against.PAYMENT_CAP}
_AGAINST = {"way_to_pay": _MONEY, "save_offer": _SALE, "add_on": _SALE}

_SOLUTIONS = {
    Trouble.COMPROMISED: NextAction(
        "solve",
        "compromised_login",
        Words(
            "Zugang mit der Sicherheit zurückgeben, bevor etwas anderes besprochen wird.",
            "Give access back with the security team before anything else.",
        ),
        Words("Das Konto gehört wieder nur einer Person.", "The account is theirs alone again."),
    ),
    Trouble.PROMISE_MISSED: NextAction(
        "solve",
        "promise_missed",
        Words(
            "Um Entschuldigung bitten und die versprochene Antwort jetzt geben.",
            "Apologise, and give the promised answer now.",
        ),
        Words("Niemand muss noch einmal nachfragen.", "Nobody has to ask again."),
    ),
    Trouble.OVERCHARGED: NextAction(
        "solve",
        "overcharged",
        Words(
            "Die falsche Abbuchung nennen und das Geld zurückgeben.",
            "Name the wrong charge and give the money back.",
        ),
        Words("Das Geld kommt zurück, ohne danach zu fragen.", "The money comes back unasked."),
    ),
    Trouble.LOCKED: NextAction(
        "solve",
        "login_locked",
        Words("Die Anmeldung entsperren.", "Unlock the login."),
        Words("Alles ist gleich wieder nutzbar.", "Everything can be used again at once."),
    ),
    Trouble.ISSUES_MISSING: NextAction(
        "solve",
        "issues_missing_twice",
        Words(
            "Mit der Zustellung klären, warum Zeitungen fehlen.",
            "Find out with the deliverers why papers are missing.",
        ),
        Words("Die Zeitung kommt wieder jeden Morgen.", "The paper comes every morning again."),
    ),
}


def _solve(situation: Situation) -> NextAction | None:
    """Our own faults first; a failure that only a person may touch belongs here too."""
    failure = situation.failure
    for trouble in (Trouble.COMPROMISED, Trouble.PROMISE_MISSED):
        if trouble in situation.troubles:
            return _SOLUTIONS[trouble]
    if failure and (failure.needs_person or failure.kind is FailureClass.OWN_ERROR):
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
    others = (trouble for trouble in Trouble if trouble in situation.troubles)
    return _SOLUTIONS[found] if (found := next(others, None)) else None


def _duty(situation: Situation) -> NextAction | None:
    """A rise of the price must be told clearly, with the way out beside it."""
    ends = situation.state is SubscriptionState.CANCEL_SCHEDULED
    if not situation.price_rises or ends:
        return None
    return NextAction(
        kind="legal_duty",
        rule="price_change_announced",
        what=Words(
            "Auf Nachfrage den neuen Preis, seinen Tag und das Recht zu kündigen nennen.",
            "When asked, name the new price, its day and the right to leave.",
        ),
        benefit=Words("Keine Überraschung auf der Rechnung.", "No surprise on the invoice."),
    )


def _way_to_pay(situation: Situation) -> NextAction | None:
    failure = situation.failure
    if failure is None:
        return None
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


def _save(situation: Situation) -> NextAction | None:
    """A smaller plan for who is leaving and owes nothing."""
    leaving = situation.state is SubscriptionState.CANCEL_SCHEDULED
    if situation.owes or situation.plan is None or not leaving:
        return None
    smaller = [p for p in _same_term(situation) if p.rank < situation.plan.rank]
    if not smaller:
        return None
    offer = smaller[-1]
    return NextAction(
        kind="save_offer",
        rule="cancelled_smaller_plan_exists",
        what=Words(f"Einmal {offer.name_de} anbieten.", f"Offer {offer.name_en} once."),
        benefit=Words("Dabeibleiben und weniger zahlen.", "Stay and pay less."),
    )


def _bigger(situation: Situation) -> NextAction | None:
    """A bigger plan for who is loyal and owes nothing."""
    loyal = situation.segment is Segment.LOYAL and situation.state is SubscriptionState.ACTIVE
    if situation.owes or situation.plan is None or not loyal:
        return None
    bigger = [p for p in _same_term(situation) if p.rank > situation.plan.rank]
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


def _same_term(situation: Situation) -> list[Plan]:
    plan = situation.plan
    fitting = [
        p
        for p in situation.siblings
        if plan and p.available and p.product == plan.product and p.interval is plan.interval
    ]
    return sorted(fitting, key=lambda p: p.rank)


_RULES: tuple[Callable[[Situation], NextAction | None], ...] = (
    _solve,
    _duty,
    _way_to_pay,
    _save,
    _bigger,
)
