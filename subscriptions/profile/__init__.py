"""How somebody is reached and what they agreed to: addresses, contact data, preferences, consents.

May import `subscriptions.store`, `outbox`, `policy`, `entities`, `model`, `errors`. Invariants: nothing is overwritten without
a trace: addresses have days, contact data a change that can be undone, consents a log that only grows; a new e-mail address
or phone number is told to the old and the new one; no answer tells whether an address belongs to somebody else.
Read `use_cases` first, then `contact`.
"""

from subscriptions.profile.use_cases import ProfileOf

__all__ = ["ProfileOf"]
