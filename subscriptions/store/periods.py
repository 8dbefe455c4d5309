"""What a period of a contract is billed by, for whoever makes its invoice and whoever announces it."""

from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from subscriptions.entities.contracts import Subscription
from subscriptions.policy.calendar import period_from
from subscriptions.policy.invoicing import PeriodTerms
from subscriptions.store import addons, contracts, delivery, pricing, vouchers


def terms_of(db: Connection, contract: Subscription, start: date) -> PeriodTerms:
    """The terms of the period of a contract that begins on `start`: its plan with the price in force then.

    A pending plan counts from the day it was scheduled for, else from the end of the stored period on.
    """
    code = contract.plan
    if (
        contract.pending_plan is not None
        and (contract.pending_from or contract.period.end) <= start
    ):
        code = contract.pending_plan
    plan = contracts.plan(db, code)
    price = pricing.in_force(db, contract, start, code)
    return PeriodTerms(
        plan=replace(plan, price=price),
        tax_percent=contracts.tax_percent(db, code),
        period=period_from(start, plan.interval, contract.anchor_day),
        addons=addons.booked(db, contract.id, since=start),
        vouchers=vouchers.active(db, contract.id),
        credits=delivery.waiting_credits(db, contract.id, start) if plan.print_delivery else (),
    )
