"""When the provider is asked again about money that moved: often while it is under way, more and more seldom later.

Sources: SEPA Core rulebook, refunds within 8 weeks, for unauthorised debits within 13 months. Invariants: every look is
later than the last one; about one thing there are at most two dozen looks in all.
"""

from datetime import date, timedelta

from subscriptions.policy.calendar import add_months

MONTHS = 13
OFTEN_DAYS = 14  # a bank answers within these


def next_look(made_on: date, today: date, *, pending: bool) -> date | None:
    """The day of the look after today's at what was made on a day; None when nothing can change any more.

    A debit that is under way is looked at daily for two weeks; else its age doubles from look to look, and the last
    one is on the day after the last on which a bank takes it back.
    """
    age = (today - made_on).days
    gap = 1 if pending and age < OFTEN_DAYS else max(age, 1)
    last = add_months(made_on, MONTHS) + timedelta(days=1)
    return min(today + timedelta(days=gap), last) if today < last else None
