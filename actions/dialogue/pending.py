"""A matter that is open: whose it is, what is known, what is asked, its idempotency key, and until when a yes counts.

Invariants: it belongs to the subscriber it was begun by (or to somebody unknown) and is none to anybody
else; flat strings only, so that the same value fits the slot and a button; the key is made when the matter
begins, so a yes that arrives twice is executed once; a value that cannot be read is none.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from subscriptions.model.base import Caller

DEEPEST = 3
"""How many matters may wait under each other; the oldest is let go beyond it."""

_FIXED = frozenset(
    {"kind", "subject", "key", "until", "asks", "tries", "said", "showing", "gist", "locale"}
)


def subject_of(caller: Caller) -> str:
    """Whom a matter of this caller belongs to."""
    return caller.subscriber or ""


@dataclass(frozen=True, slots=True)
class Said:
    """A message that still has to be acted on: after the proof of identity, or after the matter before it."""

    text: str
    entities: tuple[tuple[str, str], ...] = ()
    pressed: Mapping[str, str] = field(default_factory=dict)

    def dump(self) -> str:
        """As one string."""
        return json.dumps([self.text, self.entities, dict(self.pressed)], ensure_ascii=False)

    @classmethod
    def read(cls, dumped: str) -> "Said | None":
        """From its string; nothing if there is none."""
        if not dumped:
            return None
        text, entities, pressed = json.loads(dumped)
        return cls(text, tuple((kind, value) for kind, value in entities), pressed)


@dataclass(frozen=True, slots=True)
class Pending:
    """One open matter; `kind` is its intent, `subject` the customer number, empty for somebody unknown.

    `asks` names the field that is asked for, empty when a yes is awaited; `tries` counts answers that did not fit.
    `showing` is the one that a yes belongs to, `gist` what was shown in a sentence, `locale` its language.
    """

    kind: str
    subject: str
    key: str
    until: datetime
    facts: Mapping[str, str]
    asks: str = ""
    tries: int = 0
    said: Said | None = None
    showing: str = ""
    gist: str = ""
    locale: str = ""

    def __post_init__(self) -> None:
        """A fact by the name of one of our own would be lost on the way to the slot: a bug, told at once."""
        if _FIXED & self.facts.keys():
            raise ValueError(f"no fact may be called {sorted(_FIXED & self.facts.keys())}")

    def value(self) -> dict[str, str]:
        """As the slot."""
        fixed = {
            "kind": self.kind,
            "subject": self.subject,
            "key": self.key,
            "until": self.until.isoformat(),
            "asks": self.asks,
            "tries": str(self.tries),
            "said": self.said.dump() if self.said else "",
            "showing": self.showing,
            "gist": self.gist,
            "locale": self.locale,
        }
        return {**self.facts, **fixed}

    def on_button(self) -> dict[str, str]:
        """As the value of a button, which needs no words to call it to mind."""
        return replace(self, gist="", locale="").value()

    def fact(self, name: str) -> str:
        """A fact of the matter; raises `KeyError` if it was never put in."""
        return self.facts[name]

    def open_at(self, now: datetime) -> bool:
        """Whether a yes still counts."""
        return now <= self.until

    def belongs_to(self, caller: Caller) -> bool:
        """Whether it was begun by whoever speaks now."""
        return self.subject == subject_of(caller)

    @classmethod
    def read(cls, value: object) -> "Pending | None":
        """The matter in a slot or a button's value, or nothing."""
        if not isinstance(value, Mapping):
            return None
        told = {str(name): str(fact) for name, fact in value.items()}
        try:
            until = datetime.fromisoformat(told["until"])
            facts = {name: fact for name, fact in told.items() if name not in _FIXED}
            pending = cls(
                *(told["kind"], told["subject"], told["key"], until, facts, told.get("asks", "")),
                tries=int(told.get("tries") or 0),
                said=Said.read(told.get("said", "")),
                showing=told.get("showing", ""),
                gist=told.get("gist", ""),
                locale=told.get("locale", ""),
            )
        except (KeyError, ValueError, TypeError):
            return None
        return pending if until.tzinfo else None


def stacked(matters: Iterable[Pending]) -> tuple[Pending, ...]:
    """Each matter once by its key, the first ones, no deeper than `DEEPEST`."""
    by_key: dict[str, Pending] = {}
    for matter in matters:
        by_key.setdefault(matter.key, matter)
    return tuple(by_key.values())[:DEEPEST]
