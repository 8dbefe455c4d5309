"""What the desk and the assistant did, in numbers: read from the log, kept by day, added up.

May import `handoff.conversations`, `handoff.contract`, the rules of `handoff.desk.routing`; knows no database and no framework. Invariants:
every number is a pure function of the log, so that it can be computed again and compared; nothing here holds a word that
was said, or who said it; time with the bot never counts as waiting for a person. Start at `stories`.
"""
