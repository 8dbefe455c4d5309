"""Whom a waiting chat is offered to: the line by deadline, the pure choice, and the sweep that keeps it so.

May import `handoff.desk`'s hours and audit, `handoff.conversations`, `handoff.protocol`, `handoff.contract` (and
`subscriptions` in `dates` only); no framework. Invariants: `assign` and `plan` decide from values alone; every chat that waits
is offered to somebody or stands there with the reason why to nobody, found by looking again and again, never by an event
alone; an offer binds nobody: whoever takes the chat by hand has it.
"""
