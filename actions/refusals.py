"""What the bot says when the business refuses or breaks: one table, error code to sentence and ways on.

Invariants: every code is in the table; every refusal offers a person or calls one; a refusal never
tells more than its code; after a write that broke nobody claims that nothing happened.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from actions.packet import handoff
from actions.replies import Reply, answer, say
from actions.services import Services
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import HandoffReason
from subscriptions.errors import Code, SubscriptionError


@dataclass(frozen=True, slots=True)
class Passing:
    """Why a person takes over at once, and how the case packet names what failed (`summary.<failed>`)."""

    reason: HandoffReason
    failed: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """The sentence for a code, topics offered beside it, and the passing to a person, if any.

    `of_write`: what holds instead when the turn was meant to change something.
    """

    text: str
    ways: tuple[str, ...] = ()
    passing: Passing | None = None
    of_write: "Refusal | None" = None


_SPECIAL: Mapping[Code, Refusal] = {
    Code.NOTHING_DUE: Refusal("error.nothing_due", ("balance_next_charge",)),
    Code.RETRY_FORBIDDEN: Refusal("error.retry_forbidden", ("change_payment_method", "pay_now")),
    Code.RETRY_CAP_REACHED: Refusal(
        "error.retry_cap_reached", ("change_payment_method", "pay_now", "promise_to_pay")
    ),
    Code.CONTRACT_MISSING: Refusal("error.contract_missing", ("compare_plans",)),
    Code.PLAN_UNKNOWN: Refusal("error.plan_unknown", ("compare_plans",)),
    Code.PLAN_NOT_AN_UPGRADE: Refusal("error.plan_not_an_upgrade", ("compare_plans",)),
    Code.PLAN_NOT_A_DOWNGRADE: Refusal("error.plan_not_a_downgrade", ("compare_plans",)),
    Code.PAST_DUE: Refusal("error.past_due", ("why_payment_failed", "downgrade_plan")),
    Code.ADDON_UNKNOWN: Refusal("error.addon_unknown", ("manage_addon",)),
    Code.ADDON_NOT_BOOKED: Refusal("error.addon_not_booked", ("manage_addon",)),
    Code.QUOTE_EXPIRED: Refusal("error.quote_expired", ("upgrade_plan", "downgrade_plan")),
    Code.QUOTE_FOREIGN: Refusal("error.quote_foreign", ("compare_plans",)),
    Code.PAYMENT_DECLINED: Refusal(
        "error.payment_declined", ("change_payment_method", "why_payment_failed")
    ),
    Code.LINK_EXPIRED: Refusal("error.link_expired", ("pay_now",)),
    Code.PROMISE_OPEN: Refusal("error.promise_open", ("pay_now",)),
    Code.PROMISE_BROKEN: Refusal("error.promise_broken", ("pay_now",)),
    Code.PROMISE_CAP: Refusal("error.promise_cap", ("pay_now",)),
    Code.INSTALMENTS_OFF: Refusal("error.instalments_off", ("promise_to_pay", "pay_now")),
    Code.NOT_OFFERED: Refusal("error.not_offered", passing=Passing("not_covered", "not_offered")),
    Code.PROVIDER_DOWN: Refusal(
        "error.provider_down", passing=Passing("write_failed", "provider_down")
    ),
    Code.STORE_UNAVAILABLE: Refusal(
        "failure.of_read",
        passing=Passing("bot_unavailable", "read_failed"),
        of_write=Refusal("failure.of_write", passing=Passing("write_failed", "write_failed")),
    ),
}
REFUSALS: Mapping[Code, Refusal] = {
    code: _SPECIAL.get(code, Refusal(f"error.{code.value}")) for code in Code
}


def refuse(
    services: Services, turn: Turn, voice: Voice, error: SubscriptionError, *, writes: bool
) -> Reply:
    """The reply to a refusal. `writes`: the turn was meant to change something."""
    refusal = REFUSALS[error.code]
    if writes and refusal.of_write:
        refusal = refusal.of_write
    if refusal.passing:
        request = handoff(services, turn, refusal.passing.reason, failed=refusal.passing.failed)
        return Reply((say(voice, voice.refusal(refusal.text, error.facts)),), handoff=request)
    ways = [voice.topic_button(intent) for intent in refusal.ways]
    return answer(
        voice, voice.refusal(refusal.text, error.facts), buttons=[*ways, voice.person_button()]
    )
