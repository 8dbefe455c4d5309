"""Cases for the people who look after security: one open case for each customer and kind."""

from dataclasses import replace

from sqlalchemy import Connection

from subscriptions.entities.cases import Case, CaseState
from subscriptions.policy.masking import mask_cards
from subscriptions.store import cases
from subscriptions.store.backing import Backing
from subscriptions.store.write import Order

BREAK_IN = "account_compromised"


def security_case(
    db: Connection,
    backing: Backing,
    customer: str | None,
    order: Order,
    *,
    concern: cases.Concern | None = None,
) -> Case:
    """The open case of this kind, or a new one; by default about a break-in, which is first in line."""
    wanted = concern or cases.Concern(BREAK_IN, "SEC", facts={"first_in_line": 1})
    for case in cases.of_customer(db, customer) if customer else ():
        if case.kind == wanted.kind and case.state is not CaseState.CLOSED:
            return _with_words(db, backing, case, wanted.text)
    return cases.open_case(db, customer, wanted, at=order.at, limits=backing.limits)


def _with_words(db: Connection, backing: Backing, case: Case, text: str) -> Case:
    """The case with what was told since; words are never dropped because there is a case already."""
    if not text:
        return case
    words = mask_cards(f"{case.text}\n{text}".strip())[: backing.limits.text_most]
    told = replace(case, text=words)
    cases.store(db, told)
    return told
