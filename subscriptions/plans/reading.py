"""The catalogue, the own plan, and the status of every contract.

Invariants: reads only; an identified caller sees the own contracts and no others.
"""

from sqlalchemy import Connection

from subscriptions.entities.contracts import Subscription
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.catalogue import Plan
from subscriptions.model.plans import ComparedPlan, ContractStatus
from subscriptions.plans.standing import pays_self
from subscriptions.policy.access import identified, require
from subscriptions.policy.calendar import business_date
from subscriptions.policy.comparing import compared
from subscriptions.policy.contract_status import Held, contract_status
from subscriptions.policy.limits import Limits
from subscriptions.policy.pricing import PlanTerms
from subscriptions.store import addons, contracts, customers, pauses, pricing
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading


def catalogue(backing: Backing, product: str | None) -> tuple[Plan, ...]:
    """The plans that are sold."""
    with reading(backing.engine) as db:
        return tuple(plan for plan in contracts.catalogue(db, product) if plan.available)


def plan_of(backing: Backing, caller: Caller, subscription: str | None) -> Plan | None:
    """The plan of a running contract."""
    number = require(caller, Level.IDENTIFIED, backing.clock())
    with reading(backing.engine) as db:
        customers.by_number(db, number)
        if subscription is not None:
            return contracts.plan(db, contracts.running(db, number, subscription).plan)
        contract = contracts.of_customer(db, number)
        if contract is None or contracts.is_over(contract):
            return None
        return contracts.plan(db, contract.plan)


def status(backing: Backing, caller: Caller) -> tuple[ContractStatus, ...]:
    """All contracts, with everything the subscriber may ask about them."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    with reading(backing.engine) as db:
        customers.by_number(db, number)
        owned = contracts.all_of(db, number)
        plans = {plan.code: plan for plan in contracts.catalogue(db)}
        wanted = {code for c in owned for code in (c.plan, c.pending_plan) if code}
        terms = pricing.terms_by_code(db, [plans[code] for code in wanted])
        limits = backing.limits
        held = [_held(db, c, (terms[c.plan], plans), limits) for c in owned]
    return tuple(contract_status(each, business_date(now)) for each in held)


def compare(backing: Backing, caller: Caller, product: str | None) -> tuple[ComparedPlan, ...]:
    """Plans side by side, product by product."""
    today = business_date(backing.clock())
    number = identified(caller)
    with reading(backing.engine) as db:
        plans = contracts.catalogue(db)
        known = {plan.product: None for plan in plans}  # in the catalogue's order
        product_of = {plan.code: plan.product for plan in plans}
        running = contracts.all_of(db, number) if number else ()
        own = {product_of[c.plan]: c for c in reversed(running) if not contracts.is_over(c)}
        if product is not None and product not in known:
            raise SubscriptionError(Code.PLAN_UNKNOWN, plan=product)
        shown = [product] if product else [name for name in known if name in own or not own]
        terms = pricing.terms_by_code(db, [plan for plan in plans if plan.product in shown])
    found: list[ComparedPlan] = []
    for name in shown:
        mine = own.get(name)
        side = [
            t
            for t in terms.values()
            if t.plan.product == name and (t.plan.available or (mine and mine.plan == t.plan.code))
        ]
        found += compared(side, mine, today)
    return tuple(found)


def _held(
    db: Connection,
    contract: Subscription,
    known: tuple[PlanTerms, dict[str, Plan]],
    limits: Limits,
) -> Held:
    terms, plans = known
    method = customers.method_of(db, contract.method)
    return Held(
        contract=contract,
        terms=terms,
        pending=plans[contract.pending_plan] if contract.pending_plan else None,
        booked=addons.booked(db, contract.id),
        pauses=pauses.of(db, contract.id),
        method=method.label if method else None,
        pays_self=pays_self(db, contract),
        limits=limits,
    )
