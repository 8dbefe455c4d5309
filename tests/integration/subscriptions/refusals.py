"""What a use case refuses, as rows: tried by `test_refused.py`, printed by `python -m tests.refusals_table`.

Each `refused_<noun>.py` beside this module exports `REFUSED`; a row prepares its world, then makes one call
that must be refused with its code and must change nothing.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.errors import Code
from tests.integration.subscriptions.people import CountingProvider, Mailbox, SetClock


@dataclass(frozen=True, slots=True)
class World:
    """The seeded business of one try, and everything around it that a row may set."""

    business: Subscriptions
    engine: Engine
    clock: SetClock
    provider: CountingProvider
    mailbox: Mailbox


def nothing(_: World) -> None:
    """Most rows need no preparation."""


@dataclass(frozen=True, slots=True)
class Refused:
    """One refused input. `given` says in plain English what is wrong with it."""

    use_case: str  # noun.method, as on `Subscriptions`
    given: str
    code: Code
    call: Callable[[World], object]
    prepare: Callable[[World], None] = nothing
    leaves_trace: bool = False  # only for tries that are counted, like those of a one-time code


def all_refused() -> tuple[Refused, ...]:
    """The rows of every noun, by use case."""
    here = Path(__file__).parent
    rows: list[Refused] = []
    for path in sorted(here.glob("refused_*.py")):
        module = importlib.import_module(f"{__package__}.{path.stem}")
        rows.extend(module.REFUSED)
    return tuple(rows)
