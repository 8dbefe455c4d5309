"""Who is speaking and how they get in: codes, resets, logins, digital access, devices.

May import `subscriptions.store`, `outbox`, `policy`, `entities`, `model`, `errors`. Invariants: below level 1 nothing about
an account is confirmed, neither by words nor by the time it takes; secrets go to the address on file, never to one that
was typed; only hashes of secrets are stored; secrets leave through the outbox after the commit.
Read `use_cases` first, then `codes`.
"""

from subscriptions.identity.use_cases import Identity

__all__ = ["Identity"]
