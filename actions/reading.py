"""What the assistant's search in the knowledge articles found for a message, as it comes with the tracker.

Invariants: names of passages only, never their words; what cannot be read counts as not searched.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """The passages, the best first.

    `verdict`: "answer" (the best one is it), "offer" (it may be among them) or "none".
    """

    verdict: str
    passages: tuple[str, ...]

    @classmethod
    def of(cls, found: object) -> "Reading | None":
        """What `bot/components/knowledge.py` put on the message; nothing for a button, which has no words."""
        if not isinstance(found, Mapping):
            return None
        hits = [hit for hit in found.get("passages") or () if isinstance(hit, Mapping)]
        return cls(str(found.get("verdict")), tuple(str(hit.get("name")) for hit in hits))
