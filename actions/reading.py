"""What the assistant's search in the knowledge articles found for a message, as it comes with the tracker.

Invariants: names of passages only, never their words; what cannot be read counts as not searched.
"""

from collections.abc import Mapping
from dataclasses import dataclass

_NEAR = 0.15


@dataclass(frozen=True, slots=True)
class Reading:
    """The passages, the best first, each with its chance of being the answer.

    `verdict`: "answer" (the best one is it), "offer" (it may be among them) or "none".
    """

    verdict: str
    passages: tuple[tuple[str, float], ...]

    @property
    def answers(self) -> bool:
        """Whether the best passage is an answer."""
        return self.verdict == "answer"

    @property
    def likely(self) -> tuple[str, ...]:
        """The best passage, and those after it that may well be meant instead."""
        return tuple(
            name for place, (name, sure) in enumerate(self.passages) if not place or sure >= _NEAR
        )

    @property
    def all(self) -> tuple[str, ...]:
        """Every passage that was found."""
        return tuple(name for name, _ in self.passages)

    @classmethod
    def of(cls, found: object) -> "Reading | None":
        """What `bot/components/knowledge.py` put on the message; nothing for a button, which has no words."""
        if not isinstance(found, Mapping):
            return None
        hits = [hit for hit in found.get("passages") or () if isinstance(hit, Mapping)]
        passages = tuple((str(hit.get("name")), _chance(hit.get("sure"))) for hit in hits)
        return cls(str(found.get("verdict")), passages)


def _chance(given: object) -> float:
    return float(given) if isinstance(given, int | float) else 0.0
