"""What is asked of the payment provider: written down before, finished after, looked up when its answer was lost.

May import `subscriptions.store` and everything below it. Invariants: nothing that moves money is asked before it is
stored as unknown, in a transaction of its own; no transaction waits for the provider; what is unknown stays so, and
holds up every repeat, until the provider has said what became of it; an answer is booked once, whoever brings it: the
one who asked, a look-up, a webhook. Start at `ask_once`.
"""

from subscriptions.asking.attempts import (
    CHARGES,
    SCHEDULE,
    Charges,
    announcement,
    begin_attempt,
    book,
    refuse_unknown,
    told,
)
from subscriptions.asking.booking import By, booked, for_a_person, step
from subscriptions.asking.errands import Errand, Handed, Settled
from subscriptions.asking.looking import after_looking_up, look_up
from subscriptions.asking.once import Asking, ask_once
from subscriptions.asking.refunds import (
    REFUNDS,
    begin_refund,
    case_of,
    credited,
    refund_notice,
)

__all__ = [
    "CHARGES",
    "REFUNDS",
    "SCHEDULE",
    "Asking",
    "By",
    "Charges",
    "Errand",
    "Handed",
    "Settled",
    "after_looking_up",
    "announcement",
    "ask_once",
    "begin_attempt",
    "begin_refund",
    "book",
    "booked",
    "case_of",
    "credited",
    "for_a_person",
    "look_up",
    "refund_notice",
    "refuse_unknown",
    "step",
    "told",
]
