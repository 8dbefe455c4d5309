"""Which use cases each kind of wish stands for."""

from collections.abc import Mapping

from handoff.desk.approvals.account import ADDRESS, EMAIL, UNLOCK
from handoff.desk.approvals.contracts import PAUSE, PLAN
from handoff.desk.approvals.doing import Doing
from handoff.desk.approvals.giving import CREDIT, REFUND
from handoff.desk.approvals.paying import HOLD, PAY_LINK, PROMISE

KINDS: Mapping[str, Doing] = {
    "credit": CREDIT,
    "refund": REFUND,
    "pause": PAUSE,
    "plan": PLAN,
    "hold": HOLD,
    "promise": PROMISE,
    "pay_link": PAY_LINK,
    "unlock": UNLOCK,
    "address": ADDRESS,
    "email": EMAIL,
}
