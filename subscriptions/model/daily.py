"""What a daily run did."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Broken:
    """One thing that could not be done; `code` is a code of the business or the name of an error."""

    step: str
    reference: str
    code: str


@dataclass(frozen=True, slots=True)
class StepDone:
    """How much a step of the run did; not `complete` when its limit was reached and more is due."""

    name: str
    done: int
    complete: bool = True


@dataclass(frozen=True, slots=True)
class DailyReport:
    """What one run did on a day. Another run on the same day goes on where this one stopped."""

    day: date
    steps: tuple[StepDone, ...]
    broken: tuple[Broken, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing is left for today, and nothing broke."""
        return not self.broken and all(step.complete for step in self.steps)
