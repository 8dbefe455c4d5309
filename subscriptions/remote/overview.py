"""The 360° view of a customer of the remote system: arranged as ours, from what is known there.

Invariants: every view is in the local audit before it is shown; what the remote system does not tell (devices,
deliveries, cases, use) is empty, not invented.
"""

from subscriptions.entities.parties import Customer
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.overview import finding
from subscriptions.overview.facts import Facts
from subscriptions.overview.values import Overview, People, Someone
from subscriptions.overview.view import arranged
from subscriptions.policy.access import is_agent, require
from subscriptions.policy.masking import mask_address
from subscriptions.policy.pricing import PlanTerms
from subscriptions.remote import reads, shapes
from subscriptions.remote.books import Books, Noun
from subscriptions.store import audit, contracts
from subscriptions.store.dossier import Dossier
from subscriptions.store.engine import reading
from subscriptions.store.write import note_view


class RemoteOverview(Noun):
    """The view, and looking for somebody."""

    def of(self, caller: Caller, number: str) -> Overview:
        """The view of a customer, for an agent, or for the customer at level 1; else NOT_FOUND."""
        now = self._backing.clock()
        if not is_agent(caller) and require(caller, Level.IDENTIFIED, now) != number:
            raise SubscriptionError(Code.NOT_FOUND)
        books = self._books(number)
        facts = self._facts(books, number)
        note_view(self._backing.engine, audit.Entry(now, caller.actor, "overview.view", number, {}))
        return arranged(facts, self._backing.limits)

    def find(self, caller: Caller, words: str, after: str = "") -> People:
        """Customers as the remote system finds them: by number, name or address, or by a whole invoice number.

        `after` counts the ones before. Raises IDENTITY_NEEDED for everybody but agents, BAD_INPUT.
        """
        asked = finding.wanted(caller, words)
        if after and not after.isdecimal():
            raise SubscriptionError(Code.BAD_INPUT)
        start = int(after or "0")
        accounts = self._reader.search(asked, start, finding.PAGE + 1)
        shown = [_someone(account) for account in accounts[: finding.PAGE]]
        billed = None if start else self._reader.billed(asked)
        if billed is not None:
            shown.insert(0, _someone(billed, invoice=asked))
        more = str(start + finding.PAGE) if len(accounts) > finding.PAGE else None
        return finding.noted(self._backing, caller, People(tuple(shown), more))

    def _facts(self, books: Books, number: str) -> Facts:
        with reading(self._backing.engine) as db:
            plans = {plan.code: plan for plan in contracts.catalogue(db)}
            taxes = {code: contracts.tax_percent(db, code) for code in plans}
        found = [
            reads.contract(c, plans[c.plan_name], number, self._today())
            for c in self._reader.contracts(books.account)
            if c.plan_name in plans
        ]
        found.sort(key=lambda c: (contracts.is_over(c), -c.started_on.toordinal()))
        begun = [c.started_on for c in found] + [i.issued_on for i in books.invoices]
        customer = Customer(
            number=number,
            name=books.account.name,
            email=books.account.email,
            locale=reads.locale(books.account),
            address_form="formal",
            since=min(begun, default=self._today()),
        )
        attempts = sorted(
            (attempt for tried in books.attempts.values() for attempt in tried),
            key=lambda attempt: attempt.at,
        )
        return Facts(
            dossier=Dossier(self._backing.clock(), {"devices": [{"count": 0}]}),
            customer=customer,
            account=None,
            contracts=tuple(found),
            given=(),
            terms={code: PlanTerms(plan, (), ()) for code, plan in plans.items()},
            taxes=taxes,
            unpaid=books.unpaid,
            latest=tuple(reversed(books.invoices)),
            attempts=tuple(attempts),
            methods={},
            mandates={},
            holds=(),
            cases=(),
            callbacks=(),
        )


def _someone(account: shapes.Account, invoice: str | None = None) -> Someone:
    return Someone(
        number=account.external_key,
        name=account.name,
        locale=reads.locale(account),
        email=mask_address(account.email),
        since=None,
        invoice=invoice,
    )
