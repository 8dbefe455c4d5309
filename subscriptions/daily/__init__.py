"""The day's run: what time does to contracts, debits, promises, holds, mandates, links and offers.

May import every noun and everything below them, and `settlement`; what happens to a contract is in `rolling`. Invariants: running twice on a day does nothing
twice, not running for months is caught up period by period; work is done in small batches, each in one transaction;
what breaks is reported and stops nothing else; nobody is blocked or ended here but by their own declaration. Start
at `Daily.run`.
"""

from functools import partial

from subscriptions.daily import announcing, caring, collecting, debiting, lapsing
from subscriptions.daily.batches import Run, Step, run_step, supervised
from subscriptions.model.daily import Broken, DailyReport, StepDone
from subscriptions.rolling import roll
from subscriptions.store import due
from subscriptions.store.backing import Backing

__all__ = ["Daily", "DailyReport"]

# What a step needs comes before it: periods make invoices, those are planned, what is planned is made.
CONTRACTS = Step("contracts", lambda db, run, page: due.contracts(db, run.today, page), roll)
_BEFORE = (CONTRACTS, announcing.STEP, debiting.STEP)
_WITH_PROVIDER = (
    (collecting.DEBITS, collecting.collect_due),
    (collecting.NEWS, collecting.reconcile),
)
_AFTER = (
    lapsing.PROMISES,
    lapsing.INSTALMENTS,
    lapsing.CLAIMS,
    lapsing.MANDATES,
    lapsing.CARDS,
    lapsing.OFFERS,
)


class Daily:
    """No person calls this: a timer does, once a day or more often."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing

    def run(self, limit: int | None = None) -> DailyReport:
        """Do what is due today, at most `limit` things in each step; run again to go on.

        Never raises for a thing that breaks: the report names it.
        """
        run = Run(self._backing.limits, self._backing.clock(), self._backing, limit)
        steps: list[StepDone] = [run_step(run, step) for step in _BEFORE]
        steps += [supervised(run, name, partial(act, run)) for name, act in _WITH_PROVIDER]
        steps += [run_step(run, step) for step in _AFTER]
        steps.append(supervised(run, lapsing.LINKS, partial(lapsing.expire_links, run)))
        steps += caring.care(run)
        steps.append(supervised(run, lapsing.KEYS, partial(lapsing.drop_keys, run)))
        return DailyReport(run.today, tuple(steps), tuple(run.broken))


def sentences(report: DailyReport) -> list[str]:
    """The report for a terminal or a log: one line for each step, one for each thing that broke."""
    return [
        f"daily: {report.day.isoformat()}",
        *(_step(step) for step in report.steps),
        *(_broken(broken) for broken in report.broken),
    ]


def _step(step: StepDone) -> str:
    return f"  {step.name}: {step.done}{'' if step.complete else ', more is due'}"


def _broken(broken: Broken) -> str:
    return f"  broken: {broken.step} {broken.reference} ({broken.code})"
