"""What has changed between two 360° views of a subscriber, each change as a plain sentence in both languages.

Invariants: pure; a view compared with itself has no changes; a field that one of the views does not know is no change;
amounts and days are written as everywhere at the desk.
"""

from typing import Literal

from handoff.contract import Wire
from handoff.desk.snapshots.money_changes import method_changes, money_changes
from handoff.desk.snapshots.reading import View
from handoff.desk.snapshots.standing_changes import (
    access_changes,
    case_changes,
    contract_changes,
    hold_changes,
)
from handoff.desk.words import Words

Area = Literal["money", "method", "holds", "cases", "contract", "access"]


class Change(Wire):
    """One thing that is otherwise than it was, and what it belongs to."""

    area: Area
    text: Words


def changes(before: View, after: View) -> list[Change]:
    """Everything that a person who takes the case should know, the money first."""
    found: tuple[tuple[Area, list[Words]], ...] = (
        ("money", list(money_changes(before, after))),
        ("method", list(method_changes(before, after))),
        ("holds", list(hold_changes(before, after))),
        ("cases", list(case_changes(before, after))),
        ("contract", list(contract_changes(before, after))),
        ("access", list(access_changes(before, after))),
    )
    return [Change(area=area, text=text) for area, texts in found for text in texts]
