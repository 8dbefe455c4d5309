"""A person's rights over their data: a copy, erasure, objection.

May import `subscriptions.store` and everything below it; never another noun. Invariants: a copy and an erasure need
level 2; nothing is erased by chat, a person at the desk does it; what the law keeps is said beforehand and in the
report; an objection to advertising or profiling holds at once. Start at `use_cases`.
"""

from subscriptions.privacy.use_cases import Privacy

__all__ = ["Privacy"]
