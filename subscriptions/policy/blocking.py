"""Why a contract may or may not be used, and whether a block should be there at all.

Invariants: access is derived, never set; a block is against policy while collection rests, when nothing
or a trivial amount is owed, when the claim is disputed, and for loyal customers (domain paper, section 4;
BGH III ZR 157/10 is the yardstick).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from subscriptions.entities.contracts import Subscription
from subscriptions.model.base import Words
from subscriptions.model.contracts import Entitlement, SubscriptionState
from subscriptions.model.dunning import AccessReason, AgainstPolicy
from subscriptions.model.payments import WayOut as W
from subscriptions.policy.ending import entitlement
from subscriptions.policy.limits import Limits
from subscriptions.policy.segments import Segment

_S, _R = SubscriptionState, AccessReason
_REASONS: Mapping[SubscriptionState, AccessReason] = {
    _S.PENDING: _R.NOT_STARTED,
    _S.PAUSED: _R.PAUSED,
    _S.SUSPENDED: _R.UNPAID,
    _S.ENDED: _R.OVER,
    _S.WITHDRAWN: _R.OVER,
}
WORDS: Mapping[AccessReason, Words] = {
    _R.RUNNING: Words(
        "Der Vertrag läuft, alles ist nutzbar.",
        "Your contract is running; you can use everything.",
    ),
    _R.NOT_STARTED: Words(
        "Der Vertrag hat noch nicht begonnen.", "Your contract has not begun yet."
    ),
    _R.PAUSED: Words("Der Vertrag ist pausiert.", "Your contract is paused."),
    _R.UNPAID: Words(
        "Der Zugang ist eingeschränkt, weil ein Betrag offen ist.",
        "Access is limited because an amount is open.",
    ),
    _R.OVER: Words("Der Vertrag ist beendet.", "Your contract is over."),
}
LOOKING = Words(
    "Der Zugang ist eingeschränkt, obwohl er es nach unseren Regeln nicht sein sollte; ein Mensch sieht nach.",
    "Access is limited although by our rules it should not be; a person is looking into it.",
)
_REOPENS: Mapping[AccessReason, tuple[W, ...]] = {
    _R.RUNNING: (),
    _R.NOT_STARTED: (W.PERSON,),
    _R.PAUSED: (W.RESUME,),
    _R.UNPAID: (W.PAY_NOW, W.OTHER_METHOD, W.PERSON),
    _R.OVER: (W.PERSON,),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What speaks about a block: what is owed of this contract in cents, what rests, how the customer pays."""

    owed_minor: int
    on_hold: bool
    disputed: bool
    segment: Segment


@dataclass(frozen=True, slots=True)
class Access:
    """What may be used, why, what opens it again, and which rule a block breaks."""

    entitlement: Entitlement
    reason: AccessReason
    words: Words
    reopens: tuple[W, ...]
    against_policy: AgainstPolicy | None


def explain(contract: Subscription, standing: Standing, limits: Limits) -> Access:
    """What may be used of a contract and why."""
    allowed = entitlement(contract.state)
    reason = _REASONS.get(contract.state, _R.RUNNING)
    against = _against(standing, limits) if reason is _R.UNPAID else None
    if against is not None:
        return Access(allowed, reason, LOOKING, (W.PERSON,), against)
    return Access(allowed, reason, WORDS[reason], _REOPENS[reason], None)


def _against(standing: Standing, limits: Limits) -> AgainstPolicy | None:
    """The first rule that forbids this block."""
    rules = (
        (standing.on_hold, AgainstPolicy.ON_HOLD),
        (standing.disputed, AgainstPolicy.DISPUTED),
        (standing.owed_minor <= 0, AgainstPolicy.PAID),
        (standing.owed_minor < limits.trivial_minor, AgainstPolicy.TRIVIAL),
        (standing.segment is Segment.LOYAL, AgainstPolicy.LOYAL),
    )
    return next((rule for broken, rule in rules if broken), None)
