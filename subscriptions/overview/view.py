"""The use cases of the 360° view: look for somebody; read on one snapshot, note who looked, arrange.

Invariants: at most ten statements, the audit's included; every view is in the audit before it is shown; the
value is plain data, `dataclasses.asdict` makes JSON of it.
"""

from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.overview import care, finding
from subscriptions.overview.contracts import contracts
from subscriptions.overview.facts import Facts, facts_of
from subscriptions.overview.money import money_part
from subscriptions.overview.values import Overview, People
from subscriptions.policy.access import is_agent, require
from subscriptions.policy.limits import Limits
from subscriptions.store import audit
from subscriptions.store.backing import Backing
from subscriptions.store.dossier import dossier
from subscriptions.store.engine import reading
from subscriptions.store.write import note_view


class OverviewOf:
    """The 360° view as a use case."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing

    def of(self, caller: Caller, number: str) -> Overview:
        """The view of a customer, for an agent, or for the customer at level 1; else NOT_FOUND."""
        now = self._backing.clock()
        if not is_agent(caller) and require(caller, Level.IDENTIFIED, now) != number:
            raise SubscriptionError(Code.NOT_FOUND)
        with reading(self._backing.engine) as db:
            found = dossier(db, number, now)
        note_view(self._backing.engine, audit.Entry(now, caller.actor, "overview.view", number, {}))
        return arranged(facts_of(found), self._backing.limits)

    def find(self, caller: Caller, words: str, after: str = "") -> People:
        """Customers by number, e-mail address, invoice or name, for an agent, by number; goes on behind `after`.

        With an `@` an address by its beginning; with a digit a customer number by its beginning or a whole invoice number; else
        each word begins a word of the name. Raises IDENTITY_NEEDED for everybody else, BAD_INPUT for less than two
        letters or digits and for more than 200.
        """
        return finding.find(self._backing, caller, words, after)


def arranged(facts: Facts, limits: Limits) -> Overview:
    """The view of what was read."""
    lines, part = contracts(facts, limits), money_part(facts)
    left, used = care.caps(facts, limits), care.use(facts)
    return Overview(
        as_of=facts.now,
        header=care.header(facts),
        contracts=lines,
        money=part,
        contacts=care.contacts(facts),
        next_action=care.next_action(facts, lines, part, left),
        caps=left,
        cases=care.cases(facts),
        callbacks=care.callbacks(facts),
        use=used,
        purchases=care.purchases(facts),
        outages=care.outages(facts),
        risk=care.leaving(facts, lines, used),
    )
