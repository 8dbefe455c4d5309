"""What the parties measured together, beside what they wrote and saw."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Tally:
    """What the parties measured together."""

    recoveries: list[float] = field(default_factory=list)
    reconnects: int = 0
    closed: dict[int, int] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    quiet_after: float = 0.0

    def ended(self, code: int | None, reason: str | None) -> None:
        """A socket ended, with a code if the gateway or its system said one."""
        if code is not None:
            self.closed[code] = self.closed.get(code, 0) + 1
        if reason:
            self.reasons[reason] += 1
