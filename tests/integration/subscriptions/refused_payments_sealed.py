"""What is refused to everybody but a person at the desk after a payment that was stopped for good."""

from datetime import timedelta

from subscriptions.errors import Code
from subscriptions.policy.limits import Limits
from tests.integration.subscriptions.making_payments import TODAY
from tests.integration.subscriptions.people import bot_for
from tests.integration.subscriptions.refusals import Refused
from tests.integration.subscriptions.refused_payments import in_parts

ZANELE = bot_for("K-1042")  # her bank stopped every debit (MD07)
SOON = TODAY + timedelta(days=5)
ON = Limits(instalments_on=True)
GIVEN = "every debit was stopped for good: only a person may act"

REFUSED: tuple[Refused, ...] = (
    Refused(
        "payments.pay_link",
        GIVEN,
        Code.ACCOUNT_ON_HOLD,
        lambda w: w.business.payments.pay_link(ZANELE, key="k"),
    ),
    Refused(
        "payments.promise_terms",
        GIVEN,
        Code.ACCOUNT_ON_HOLD,
        lambda w: w.business.payments.promise_terms(ZANELE),
    ),
    Refused(
        "payments.promise",
        GIVEN,
        Code.ACCOUNT_ON_HOLD,
        lambda w: w.business.payments.promise(ZANELE, SOON, key="k"),
    ),
    Refused(
        "payments.instalment_terms",
        GIVEN,
        Code.ACCOUNT_ON_HOLD,
        lambda w: w.business.payments.instalment_terms(ZANELE),
    ),
    Refused(
        "payments.agree_instalments",
        GIVEN,
        Code.ACCOUNT_ON_HOLD,
        lambda w: in_parts(w, 2, ON, ZANELE),
    ),
)
