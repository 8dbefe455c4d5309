"""The one error type of the business: a stable code and the facts that explain it.

Codes are public: the action server maps them to sentences, the gateway maps them to HTTP. Facts are
plain values for those sentences and never hold secrets.
"""

from datetime import date
from enum import StrEnum
from typing import Protocol


class Code(StrEnum):
    """Why a use case was refused."""

    # Who asks, and what everything stands on.
    IDENTITY_NEEDED = "identity_needed"
    STEP_UP_NEEDED = "step_up_needed"
    NOT_FOUND = "not_found"
    ILLEGAL_STEP = "illegal_step"
    KEY_REUSED = "key_reused"
    BAD_INPUT = "bad_input"
    TEXT_MISSING = "text_missing"
    TEXT_TOO_LONG = "text_too_long"
    STORE_UNAVAILABLE = "store_unavailable"
    NOT_OFFERED = "not_offered"
    ACCOUNT_ON_HOLD = "account_on_hold"
    TOO_OFTEN = "too_often"
    # Contracts and plans.
    CONTRACT_MISSING = "contract_missing"
    WHICH_CONTRACT = "which_contract"
    PLAN_UNKNOWN = "plan_unknown"
    PLAN_NOT_AN_UPGRADE = "plan_not_an_upgrade"
    PLAN_NOT_A_DOWNGRADE = "plan_not_a_downgrade"
    CHANGE_PENDING = "change_pending"
    FIXED_TERM = "fixed_term"
    SOLD_BY_PARTNER = "sold_by_partner"
    PAID_BY_OTHER = "paid_by_other"
    NOTHING_PENDING = "nothing_pending"
    PAST_DUE = "past_due"
    QUOTE_EXPIRED = "quote_expired"
    QUOTE_FOREIGN = "quote_foreign"
    ADDON_UNKNOWN = "addon_unknown"
    ADDON_NOT_BOOKED = "addon_not_booked"
    ADDON_LIMIT = "addon_limit"
    PAUSE_TOO_LONG = "pause_too_long"
    PAUSE_TOO_OFTEN = "pause_too_often"
    NOT_PAUSED = "not_paused"
    DATE_IN_PAST = "date_in_past"
    DATE_TOO_FAR = "date_too_far"
    DATE_TOO_SOON = "date_too_soon"
    # Ending.
    NOT_CANCELLABLE = "not_cancellable"
    NOTHING_TO_TAKE_BACK = "nothing_to_take_back"
    WITHDRAWAL_LATE = "withdrawal_late"
    OFFER_ONLY_ONCE = "offer_only_once"
    OFFER_GONE = "offer_gone"
    # Money.
    NOTHING_DUE = "nothing_due"
    RETRY_FORBIDDEN = "retry_forbidden"
    RETRY_CAP_REACHED = "retry_cap_reached"
    PROVIDER_DOWN = "provider_down"
    PAYMENT_UNKNOWN = "payment_unknown"  # asked for, and the answer was lost
    REFUND_UNKNOWN = "refund_unknown"
    PAYMENT_DECLINED = "payment_declined"
    LINK_EXPIRED = "link_expired"
    PROMISE_TOO_LATE = "promise_too_late"
    PROMISE_OPEN = "promise_open"
    PROMISE_BROKEN = "promise_broken"
    PROMISE_CAP = "promise_cap"
    INSTALMENTS_OFF = "instalments_off"
    INSTALMENTS_LIMIT = "instalments_limit"
    ALREADY_HELD = "already_held"
    VOUCHER_UNKNOWN = "voucher_unknown"
    VOUCHER_EXPIRED = "voucher_expired"
    VOUCHER_USED = "voucher_used"
    VOUCHER_NOT_FOR_PLAN = "voucher_not_for_plan"
    VAT_ID_INVALID = "vat_id_invalid"
    REFUND_ABOVE_LIMIT = "refund_above_limit"
    REFUND_IMPOSSIBLE = "refund_impossible"
    # Ways to pay.
    IBAN_INVALID = "iban_invalid"
    IBAN_OUTSIDE_SEPA = "iban_outside_sepa"
    OTHER_HOLDER = "other_holder"
    CONSENT_NEEDED = "consent_needed"
    METHOD_UNCHANGED = "method_unchanged"
    MANDATE_MISSING = "mandate_missing"
    DEBIT_DAY_INVALID = "debit_day_invalid"
    DEBIT_DAY_TOO_OFTEN = "debit_day_too_often"
    # Login and identity.
    CODE_WRONG = "code_wrong"
    CODE_EXPIRED = "code_expired"
    CODE_TOO_OFTEN = "code_too_often"
    TOKEN_INVALID = "token_invalid"  # noqa: S105 - the name of a refusal
    ACCESS_NUMBER_UNKNOWN = "access_number_unknown"
    ACCESS_TAKEN = "access_taken"
    DEVICE_UNKNOWN = "device_unknown"
    # Profile.
    ADDRESS_INVALID = "address_invalid"
    ADDRESS_ABROAD = "address_abroad"
    EMAIL_INVALID = "email_invalid"
    EMAIL_TAKEN = "email_taken"
    PHONE_INVALID = "phone_invalid"
    NAME_NEEDS_DOCUMENT = "name_needs_document"
    UNDO_EXPIRED = "undo_expired"
    PREFERENCE_UNKNOWN = "preference_unknown"
    # Delivery, cases, privacy.
    NO_DELIVERY = "no_delivery"
    ISSUE_UNKNOWN = "issue_unknown"
    REPORTED_ALREADY = "reported_already"
    SUSPENSION_OVERLAPS = "suspension_overlaps"
    SUSPENSION_TOO_LONG = "suspension_too_long"
    CASE_UNKNOWN = "case_unknown"
    CALLBACK_OUTSIDE_HOURS = "callback_outside_hours"
    EXPORT_RUNNING = "export_running"
    ERASURE_BLOCKED = "erasure_blocked"


class Amount(Protocol):
    """An amount of money among the facts (`model.base.Money`, which this leaf may not import)."""

    @property
    def minor(self) -> int:
        """Cents."""
        ...

    @property
    def currency(self) -> str:
        """ISO 4217."""
        ...


class SubscriptionError(Exception):
    """A refusal of the business, never a bug: `code` says which rule, `facts` say why.

    STORE_UNAVAILABLE and PROVIDER_DOWN are no rules: what the business stands on does not answer.
    """

    def __init__(self, code: Code, **facts: str | int | date | Amount | None) -> None:
        super().__init__(code.value)
        self.code = code
        self.facts = facts
