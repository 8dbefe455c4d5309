"""What a period of a contract is billed by, for whoever makes its invoice and whoever announces it."""

from dataclasses import replace

from sqlalchemy import Connection

from subscriptions.entities.contracts import Period, Subscription
from subscriptions.policy.invoicing import PeriodTerms
from subscriptions.store import addons, contracts, pricing, vouchers


def terms_of(db: Connection, contract: Subscription, period: Period) -> PeriodTerms:
    """The terms of a period of a contract: its plan with the price in force on the first day.

    A pending plan counts from the day it was scheduled for, else from the end of the stored period on.
    """
    code = contract.plan
    if contract.pending_plan is not None:
        begins = contract.pending_from or contract.period.end
        code = contract.pending_plan if begins <= period.start else code
    plan = contracts.plan(db, code)
    price = pricing.in_force(db, contract, period.start, code)
    return PeriodTerms(
        plan=replace(plan, price=price),
        tax_percent=contracts.tax_percent(db, code),
        period=period,
        addons=addons.booked(db, contract.id, since=period.start),
        vouchers=vouchers.active(db, contract.id),
    )
