"""Making the debits whose day has come, and asking the provider what became of earlier ones.

Invariants: each debit is its own write, once for its reference; a provider that was not reached leaves the debit
planned for the next run, a lost answer leaves it unknown until it was looked up; neither is asked over and over.
"""

from subscriptions.daily.batches import BATCH, Run
from subscriptions.entities.attempts import Attempt
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.daily import Broken, StepDone
from subscriptions.payments import run_planned
from subscriptions.settlement import Settlement
from subscriptions.store import attempts
from subscriptions.store.engine import reading

DEBITS, NEWS = "debits made", "news of the provider"
_PATIENCE = 3  # how often in one run a provider may fail to answer
_AWAY = frozenset({Code.PROVIDER_DOWN, Code.PAYMENT_UNKNOWN, Code.STORE_UNAVAILABLE})


def collect_due(run: Run) -> StepDone:
    """Make or call off every planned debit whose day has come."""
    done, passed, away = 0, 0, 0
    while away < _PATIENCE:
        if run.limit is not None and done >= run.limit:
            return StepDone(DEBITS, done, complete=False)
        found = _page(run, passed)
        if not found:
            return StepDone(DEBITS, done)
        for attempt in found:
            code = _make(run, attempt)
            done += code is None
            passed += code is not None
            away += code in _AWAY
            if away >= _PATIENCE or done == run.limit:
                break
    return StepDone(DEBITS, done, complete=False)


def reconcile(run: Run) -> StepDone:
    """Ask about debits that may still change; what is not answered is asked again tomorrow."""
    told = Settlement(run.backing).reconcile(run.at)
    complete = told.unanswered == 0 and not told.more
    return StepDone(NEWS, told.changed + told.retold, complete=complete)


def _page(run: Run, passed: int) -> tuple[Attempt, ...]:
    """The next debits; those that could not be made stay at the head and are left out."""
    with reading(run.backing.engine) as db:
        return attempts.attempts_due(db, run.today, passed + BATCH)[passed:]


def _make(run: Run, attempt: Attempt) -> Code | str | None:
    """None when it was made or called off, else what stood in the way."""
    try:
        run_planned(run.backing, attempt)
    except SubscriptionError as error:
        if error.code is Code.PAYMENT_UNKNOWN:
            return error.code  # it waits for its answer, or another run asks just now
        run.broken.append(Broken(DEBITS, attempt.reference, error.code.value))
        return error.code
    except Exception as error:  # noqa: BLE001 - one debit must not stop the others
        name = type(error).__name__
        run.broken.append(Broken(DEBITS, attempt.reference, name))
        return name
    return None
