"""Invoice lines with the tax they contain.

Invariants: integer cents; of each tax rate the lines contain exactly the tax of their sum, the last line of a
rate takes the rounding rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from subscriptions.entities.contracts import Period
from subscriptions.model.base import Money
from subscriptions.model.billing import InvoiceLine
from subscriptions.policy.changes import contained_tax


@dataclass(frozen=True, slots=True)
class Item:
    """A line before its tax is known; `texts` are German and English, `code` is what is sold."""

    kind: str  # plan, addon, credit, charge, voucher
    code: str
    texts: tuple[str, str]
    minor: int
    percent: int


def with_tax(items: Sequence[Item], period: Period, currency: str) -> tuple[InvoiceLine, ...]:
    """The items as lines for a period."""
    rest = {
        percent: contained_tax(sum(i.minor for i in items if i.percent == percent), percent)
        for percent in {item.percent for item in items}
    }
    last = {item.percent: position for position, item in enumerate(items)}
    lines = []
    for position, item in enumerate(items):
        is_last = last[item.percent] == position
        tax = rest[item.percent] if is_last else contained_tax(item.minor, item.percent)
        rest[item.percent] -= tax
        lines.append(
            InvoiceLine(
                text_de=item.texts[0],
                text_en=item.texts[1],
                amount=Money(item.minor, currency),
                tax_minor=tax,
                period_start=period.start,
                period_end=period.end,
                kind=item.kind,
                tax_percent=item.percent,
                code=item.code,
            )
        )
    return tuple(lines)
