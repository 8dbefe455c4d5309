"""What people were promised: calls, copies of their data, issues that were sent again.

Invariants: each promise is ended in a write of its own by the noun it belongs to; what breaks stops nothing else.
"""

from collections.abc import Callable
from functools import partial

from subscriptions.cases import Cases
from subscriptions.daily.batches import Run, supervised
from subscriptions.delivery import PrintedDelivery
from subscriptions.model.daily import StepDone
from subscriptions.privacy import Privacy


def care(run: Run) -> list[StepDone]:
    """End the promises whose time has come, make the copies that wait, and drop those that expired."""
    cases, privacy = Cases(run.backing), Privacy(run.backing)
    work: tuple[tuple[str, Callable[[], int]], ...] = (
        ("calls", cases.break_missed_call_backs),
        ("exports", privacy.run_exports),
        ("expired exports", privacy.forget_exports),
        ("redeliveries", PrintedDelivery(run.backing).note_redeliveries),
    )
    return [supervised(run, name, partial(_done, name, act)) for name, act in work]


def _done(name: str, act: Callable[[], int]) -> StepDone:
    return StepDone(name, act())
