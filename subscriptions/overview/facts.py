"""What was read about a customer, as values of the business; nothing is arranged here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from subscriptions.entities.attempts import Attempt
from subscriptions.entities.cases import Callback, Case
from subscriptions.entities.contracts import Subscription
from subscriptions.entities.holds import Hold
from subscriptions.entities.invoices import Invoice
from subscriptions.entities.methods import Mandate, PaymentMethod
from subscriptions.entities.parties import Account, Customer
from subscriptions.entities.pricing import Phase, Price
from subscriptions.model.base import Money
from subscriptions.model.catalogue import Plan
from subscriptions.policy.failures import is_declined
from subscriptions.policy.pricing import PlanTerms
from subscriptions.policy.segments import Record, Segment, segment
from subscriptions.store.dossier import Dossier
from subscriptions.store.together import money, typed

OVER = frozenset({"ended", "withdrawn"})


@dataclass(frozen=True, slots=True)
class Facts:
    """A customer with contracts, money and cases, as of a moment. Contracts: running first, newest first."""

    dossier: Dossier
    customer: Customer
    account: Account | None
    contracts: tuple[Subscription, ...]
    given: tuple[Subscription, ...]
    terms: Mapping[str, PlanTerms]
    taxes: Mapping[str, int]
    unpaid: tuple[Invoice, ...]
    latest: tuple[Invoice, ...]
    attempts: tuple[Attempt, ...]
    methods: Mapping[str, PaymentMethod]
    mandates: Mapping[str, Mandate]
    holds: tuple[Hold, ...]
    cases: tuple[Case, ...]
    callbacks: tuple[Callback, ...]

    @property
    def now(self) -> datetime:
        """The moment of the view."""
        return self.dossier.now

    @property
    def today(self) -> date:
        """Its business day."""
        return self.dossier.today

    @property
    def main(self) -> Subscription | None:
        """The contract that is looked at first."""
        return next(iter(self.contracts), None)

    @property
    def failed_invoices(self) -> frozenset[str]:
        """Invoices of the last year that failed at least once."""
        return frozenset(a.invoice for a in self.attempts if is_declined(a))

    @property
    def segment(self) -> Segment:
        """How the customer pays."""
        tried = len({a.invoice for a in self.attempts})
        record = Record(invoices=tried, failed=len(self.failed_invoices))
        return segment(self.customer.since, record, self.today)

    def plan(self, contract: Subscription) -> Plan:
        """The plan of a contract."""
        return self.terms[contract.plan].plan


def facts_of(found: Dossier) -> Facts:
    """The values that the records stand for."""
    return Facts(
        dossier=found,
        customer=typed(Customer, found.all("customer")[0]),
        account=typed(Account, own) if (own := found.first("account")) else None,
        contracts=_contracts(found, "contracts"),
        given=_contracts(found, "given"),
        terms=_terms(found),
        taxes={plan["code"]: plan["tax_percent"] for plan in found.all("plans")},
        unpaid=_invoices(found, "unpaid", newest_first=False),
        latest=_invoices(found, "latest", newest_first=True),
        attempts=_attempts(found),
        methods={m["id"]: typed(PaymentMethod, m) for m in found.all("methods")},
        mandates=_mandates(found),
        holds=_holds(found),
        cases=tuple(
            sorted(
                (typed(Case, c) for c in found.all("cases")),
                key=lambda case: case.opened_at,
                reverse=True,
            )
        ),
        callbacks=tuple(typed(Callback, c) for c in found.all("callbacks")),
    )


def amount(record: Mapping[str, Any], column: str = "amount_minor") -> Money:
    """An amount of a record."""
    return Money(**money(record, column))


def _contracts(found: Dossier, part: str) -> tuple[Subscription, ...]:
    contracts = [
        typed(Subscription, c, period={"start": c["period_start"], "end": c["period_end"]})
        for c in found.all(part)
    ]
    contracts.sort(key=lambda c: (c.state.value in OVER, -c.started_on.toordinal(), c.id))
    return tuple(contracts)


def _terms(found: Dossier) -> dict[str, PlanTerms]:
    """Plans with their price history and phases, by code."""
    prices = [typed(Price, p, price=money(p, "price_minor")) for p in found.all("prices")]
    prices.sort(key=lambda price: price.valid_from)
    plans = [typed(Plan, p, price=money(p, "price_minor")) for p in found.all("plans")]
    plans.sort(key=lambda plan: (plan.product, plan.rank, plan.price.minor))
    phases = [
        typed(Phase, p, price={"minor": p["price_minor"]})
        for p in sorted(found.all("phases"), key=lambda p: int(p["position"]))
    ]
    return {
        plan.code: PlanTerms(
            plan,
            tuple(p for p in prices if p.plan == plan.code),
            tuple(p for p in phases if p.plan == plan.code),
        )
        for plan in plans
    }


def _invoices(found: Dossier, part: str, *, newest_first: bool) -> tuple[Invoice, ...]:
    invoices = [typed(Invoice, i, total=money(i, "total_minor")) for i in found.all(part)]
    if newest_first:
        return tuple(sorted(invoices, key=lambda i: (i.issued_on, i.number), reverse=True))
    return tuple(sorted(invoices, key=lambda i: (i.due_on, i.number)))


def _attempts(found: Dossier) -> tuple[Attempt, ...]:
    attempts = [typed(Attempt, a, amount=money(a)) for a in found.all("attempts")]
    return tuple(sorted(attempts, key=lambda a: (a.at, a.number)))


def _mandates(found: Dossier) -> dict[str, Mandate]:
    """The newest mandate of each method."""
    mandates = sorted(
        (typed(Mandate, m) for m in found.all("mandates")), key=lambda mandate: mandate.signed_on
    )
    return {mandate.method: mandate for mandate in mandates}


def _holds(found: Dossier) -> tuple[Hold, ...]:
    holds = sorted((typed(Hold, h) for h in found.all("holds")), key=lambda hold: hold.placed_at)
    return tuple(hold for hold in holds if hold.stands(found.now))
