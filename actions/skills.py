"""Which intent belongs to which skill of the agents, read from `data/skills.yml`.

Invariants: every intent is in the table; every skill is one the contract knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from handoff.contract import Skill
from subscriptions.written import read_yaml

_skills: TypeAdapter[dict[str, Skill]] = TypeAdapter(dict[str, Skill])
_names: TypeAdapter[frozenset[str]] = TypeAdapter(frozenset[str])
_skill: TypeAdapter[Skill] = TypeAdapter(Skill)


@dataclass(frozen=True, slots=True)
class Skills:
    """The table. `always_person` are the intents that no bot may settle."""

    by_intent: Mapping[str, Skill]
    always_person: frozenset[str]
    otherwise: Skill

    def of(self, *intents: str | None) -> Skill:
        """The skill of the first intent that has one."""
        known = (self.by_intent[name] for name in intents if name and name in self.by_intent)
        return next(known, self.otherwise)


def load_skills(path: Path) -> Skills:
    """Read the table; raises `ValidationError` for an unknown skill."""
    content = read_yaml(path.read_text(encoding="utf-8"))
    return Skills(
        by_intent=_skills.validate_python(content["skills"]),
        always_person=_names.validate_python(content["always_person"]),
        otherwise=_skill.validate_python(content["otherwise"]),
    )
