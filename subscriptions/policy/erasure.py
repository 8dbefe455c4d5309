"""What the law makes us keep when a person's data are erased.

Invariants: pure; a period of years begins with the end of the year (§ 147 (4) AO, § 257 (5) HGB), so that nothing
goes too early.
"""

from datetime import date

from subscriptions.model.privacy import Retention
from subscriptions.policy.limits import Limits


def kept_until(last: date, years: int) -> date:
    """The last day on which what was made on `last` is kept."""
    return date(last.year + years, 12, 31)


def kept(
    limits: Limits, last_invoice: date | None = None, last_declaration: date | None = None
) -> tuple[Retention, ...]:
    """The rules, with the days until which they hold for this person."""
    invoices, declarations = limits.invoices_kept_years, limits.declarations_kept_years
    return (
        Retention(
            "invoices",
            "§ 147 AO",
            years=invoices,
            until=kept_until(last_invoice, invoices) if last_invoice else None,
        ),
        Retention(
            "declarations",
            "§ 257 HGB",
            years=declarations,
            until=kept_until(last_declaration, declarations) if last_declaration else None,
        ),
        Retention("transcripts", "Art. 5 (1) e GDPR", days=limits.transcripts_kept_days),
    )
