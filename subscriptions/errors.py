"""The one error type of the business: a stable code and the facts that explain it.

Codes are public: the action server maps them to sentences, the gateway maps them to HTTP. Facts are
plain values for those sentences and never hold secrets.
"""

from enum import StrEnum


class Code(StrEnum):
    """Why a use case was refused."""

    IDENTITY_NEEDED = "identity_needed"
    STEP_UP_NEEDED = "step_up_needed"
    NOT_FOUND = "not_found"
    NOTHING_DUE = "nothing_due"
    RETRY_FORBIDDEN = "retry_forbidden"
    RETRY_CAP_REACHED = "retry_cap_reached"
    PLAN_UNKNOWN = "plan_unknown"
    PLAN_NOT_AN_UPGRADE = "plan_not_an_upgrade"
    PLAN_NOT_A_DOWNGRADE = "plan_not_a_downgrade"
    CHANGE_PENDING = "change_pending"
    PAST_DUE = "past_due"
    QUOTE_EXPIRED = "quote_expired"
    QUOTE_FOREIGN = "quote_foreign"
    NOT_CANCELLABLE = "not_cancellable"
    ILLEGAL_STEP = "illegal_step"
    KEY_REUSED = "key_reused"
    BAD_INPUT = "bad_input"
    PROVIDER_DOWN = "provider_down"
    PAYMENT_DECLINED = "payment_declined"
    STORE_UNAVAILABLE = "store_unavailable"


class SubscriptionError(Exception):
    """A refusal of the business, never a bug: `code` says which rule, `facts` say why.

    STORE_UNAVAILABLE and PROVIDER_DOWN are no rules: what the business stands on does not answer.
    """

    def __init__(self, code: Code, **facts: str | int | None) -> None:
        super().__init__(code.value)
        self.code = code
        self.facts = facts
