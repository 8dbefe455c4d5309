"""The operator's limits: every number of the business that law or taste may change, with the strict value as default.

Invariants: frozen; amounts are cents; what law caps (promises, instalments) is refused above the cap when
the limits are made, not when they are used.
"""

from dataclasses import dataclass

MOST_PROMISE_DAYS = 14  # CCD II: a free deferral
MOST_INSTALMENTS = 3
MOST_INSTALMENT_DAYS = 50
LEAST_KEY_DAYS = 14  # as long as the longest link: its second use must not act twice
MOST_NOTICE_DAYS = 28  # § 309 No. 9 c BGB: never more than a month


@dataclass(frozen=True, slots=True)
class Limits:
    """What a subscriber may get without a person, and how often."""

    promise_days: int = 14
    promises_per_year: int = 2
    claim_hold_days: int = 10  # how long "I have paid" rests the dunning
    instalments_on: bool = False
    instalments_most: int = MOST_INSTALMENTS
    instalments_days: int = MOST_INSTALMENT_DAYS
    instalments_least_minor: int = 1000
    pay_link_days: int = 7
    document_link_minutes: int = 15
    refund_goodwill_minor: int = 2000
    refunds_per_year: int = 1
    payment_contacts_30_days: int = 4
    benefit_contacts_30_days: int = 1
    debit_notice_days: int = (
        14  # SEPA: a debit is announced so long before, unless the terms agree on less
    )
    trivial_minor: int = 300  # below it nothing is asked for before the next invoice
    setup_link_hours: int = 24  # to leave a new way to pay on the provider's page
    debit_day_most: int = 28
    debit_day_months: int = 6
    pause_months_least: int = 1
    pause_months_most: int = 3
    pauses_per_year: int = 1
    pause_prolongs_term: bool = True  # a minimum term is so much longer as it was paused
    pause_ahead_months: int = 12
    notice_days: int = 0  # before the end of a period or a fixed term
    withdrawal_days: int = 14  # § 355 BGB
    withdrawal_value_due: bool = False  # pay for the days used, if orders ask for an early start
    offer_percent: int = 20
    offer_months: int = 3
    offer_days: int = 7  # how long an offer after a cancellation may be answered
    offer_rest_months: int = 12  # between two offers to one customer
    addon_most: int = 5
    code_minutes: int = 10
    code_tries: int = 3
    code_pause_seconds: int = 60
    codes_per_hour: int = 5
    undo_days: int = 14
    contact_changes_per_day: int = 5  # each sends mail to an address that anybody may have typed
    access_tries_per_hour: int = 10  # of subscriber numbers from print
    confirm_days: int = 2  # for the link that confirms a new address or a newsletter
    address_days_ahead: int = 365
    delivered_countries: tuple[str, ...] = ("DE",)  # where printed issues go without a person
    recent_change_days: int = 14  # after a break-in, older contact data are trusted
    suspension_days_most: int = 60
    suspension_days_ahead: int = 365
    delivery_lead_days: int = 2  # working days until a change reaches the deliverer
    delivery_report_days: int = 30
    delivery_problems_30_days: int = 3
    case_hours: int = 48
    callback_from_hour: int = 9
    callback_until_hour: int = 19
    callback_days_ahead: int = 14
    callback_grace_minutes: int = (
        60  # to note a call that was made; then the promise counts as broken
    )
    export_minutes: int = 10
    export_days: int = 7  # how long the link to an export opens it
    invoices_kept_years: int = 8  # § 147 AO
    declarations_kept_years: int = 6  # § 257 HGB
    transcripts_kept_days: int = 90
    # How long a repeat of a write gets the first result. Whoever repeats does so within the life of a link or an
    # offer (14 days at most); later the stored result only keeps what somebody said.
    write_keys_days: int = 30
    text_most: int = 4000

    def __post_init__(self) -> None:
        """Refuse what law does not allow, with a sentence for the operator."""
        if not 0 <= self.promise_days <= MOST_PROMISE_DAYS:
            raise ValueError(f"promise_days must be 0 to {MOST_PROMISE_DAYS}")
        if not 0 < self.instalments_most <= MOST_INSTALMENTS:
            raise ValueError(f"instalments_most must be 1 to {MOST_INSTALMENTS}")
        if not 0 < self.instalments_days <= MOST_INSTALMENT_DAYS:
            raise ValueError(f"instalments_days must be 1 to {MOST_INSTALMENT_DAYS}")
        if self.write_keys_days < LEAST_KEY_DAYS:
            raise ValueError(f"write_keys_days must be at least {LEAST_KEY_DAYS}")
        if not 0 <= self.notice_days <= MOST_NOTICE_DAYS:
            raise ValueError(f"notice_days must be 0 to {MOST_NOTICE_DAYS}")
