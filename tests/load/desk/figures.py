"""What a shift is judged by: how even the load is, and how long a chat was seen by nobody."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

EVEN = 0.1
"""The Gini coefficient of load among equals must not be above this."""

UNSEEN = 2.0
"""Seconds a waiting chat may be neither offered nor say why."""


def gini(loads: Sequence[int]) -> float:
    """0 when all are equal, near 1 when one has everything."""
    total, count = sum(loads), len(loads)
    if not total:
        return 0.0
    ordered = sorted(loads)
    weighted = sum(place * load for place, load in enumerate(ordered, start=1))
    return 2 * weighted / (count * total) - (count + 1) / count


def part(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


@dataclass(frozen=True)
class Figures:
    """What came out of a shift. Times in seconds."""

    loads: list[int]
    owned: int
    chats: int
    unseen: float
    waits: list[float]
    sweeps: list[float]
    outcomes: Counter[str]
    took: float
    cpu: float

    def failures(self) -> list[str]:
        """What is not as it must be; empty: the shift is passed."""
        found = []
        if gini(self.loads) > EVEN:
            found.append(f"load is uneven: Gini {gini(self.loads):.3f} > {EVEN}")
        if self.unseen > UNSEEN:
            found.append(f"a chat was unseen for {self.unseen:.2f} s > {UNSEEN} s")
        if self.owned < self.chats:
            found.append(f"{self.chats - self.owned} of {self.chats} chats have nobody")
        return found

    def lines(self) -> list[str]:
        """As a person reads it."""
        outcomes = ", ".join(f"{name} {count}" for name, count in sorted(self.outcomes.items()))
        return [
            f"chats with somebody: {self.owned} of {self.chats}, after {self.took:.1f} s",
            f"chats per agent: {min(self.loads)} to {max(self.loads)}, Gini {gini(self.loads):.4f}",
            f"longest unseen: {self.unseen:.2f} s",
            f"first offer after: p50 {part(self.waits, 0.5):.2f} s, p95 {part(self.waits, 0.95):.2f} s",
            f"sweeps: {len(self.sweeps)}, p50 {part(self.sweeps, 0.5) * 1000:.0f} ms, "
            f"p95 {part(self.sweeps, 0.95) * 1000:.0f} ms",
            f"offers: {outcomes}",
            f"processor time of all: {self.cpu:.1f} s",
        ]
