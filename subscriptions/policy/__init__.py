"""Pure decisions of the business: access, calendar, failures, plan changes, masking.

May import `subscriptions.model`, `entities` and `errors`, nothing else of ours. Invariants: no I/O, no
clock, no randomness; money is integer cents and no float is ever used; dates are Europe/Berlin dates.
"""
