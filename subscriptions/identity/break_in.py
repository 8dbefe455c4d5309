"""A stranger was in the account: close it at once, then let a person look.

Invariants: never refused; what was done is stored in one transaction; nobody who is not identified can close an
account; the reset goes to the address from before the latest changes, and not to one the stranger may have set.
"""

from datetime import timedelta

from sqlalchemy import Connection

from subscriptions.entities.identity import LoginState, login_to
from subscriptions.entities.parties import Customer
from subscriptions.identity.codes import address_on_file
from subscriptions.identity.login import RESET_VALID, add_reset
from subscriptions.identity.security_cases import BREAK_IN, security_case
from subscriptions.model.base import Caller, Fact
from subscriptions.model.identity import CompromiseReceipt
from subscriptions.outbox import Message
from subscriptions.policy.access import identified
from subscriptions.policy.masking import mask_address
from subscriptions.store import cases, requests
from subscriptions.store import identity as rows
from subscriptions.store.backing import Backing
from subscriptions.store.posting import Post, write_and_send
from subscriptions.store.write import Done, Notice, Order


def report(backing: Backing, caller: Caller, text: str, *, key: str) -> CompromiseReceipt:
    """See `Identity.report_compromise`."""
    owner = identified(caller)
    body = {"text": requests.hashed(text)}
    order = Order("identity.report_compromise", caller, owner, key, body, backing.clock())

    def act(db: Connection, post: Post) -> Done[CompromiseReceipt]:
        found = rows.whom(db, owner) if owner else None
        if found is None:
            return _only_a_case(db, backing, order, text)
        return _close(db, backing, order, (found, text, post))

    return write_and_send(backing, order, CompromiseReceipt, act)


def _concern(text: str) -> cases.Concern:
    return cases.Concern(BREAK_IN, "SEC", text, {"first_in_line": 1})


def _only_a_case(
    db: Connection, backing: Backing, order: Order, text: str
) -> Done[CompromiseReceipt]:
    case = security_case(db, backing, None, order, concern=_concern(text))
    receipt = CompromiseReceipt(
        case=case.number,
        promised_at=case.promised_at,
        locked=False,
        devices_signed_out=0,
        sent_to=None,
    )
    return Done(receipt, None, {"case": case.number})


def _close(
    db: Connection, backing: Backing, order: Order, way: tuple[Customer, str, Post]
) -> Done[CompromiseReceipt]:
    found, text, post = way
    login = rows.login(db, found.number, lock=True)
    rows.store_login(db, login_to(login, LoginState.COMPROMISED, order.at))
    gone = rows.devices(db, found.number, lock=True)
    rows.sign_out(db, gone, order.at)
    case = security_case(db, backing, found.number, order, concern=_concern(text))
    rows.end_openings(db, found.number, order.at)
    to = address_on_file(db, backing, found, order.at) or found.email
    token = add_reset(db, order, found.number, requests.hashed(to))
    facts: dict[str, Fact] = {
        "minutes": RESET_VALID // timedelta(minutes=1),
        "case": case.number,
    }
    post(Message(to, "email", found.locale, "account_secured", token, facts))
    return Done(
        CompromiseReceipt(
            case=case.number,
            promised_at=case.promised_at,
            locked=True,
            devices_signed_out=len(gone),
            sent_to=mask_address(to),
        ),
        found.number,
        {"case": case.number, "devices": len(gone)},
        (Notice("contract", "account_secured", {"case": case.number}),),
    )
