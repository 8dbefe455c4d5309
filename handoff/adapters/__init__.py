"""The outside, one adapter each: the database (`sql`), hints between nodes, the assistant behind HTTP.

May import `handoff.conversations`, `handoff.contract`, the ports of `handoff.desk` and the one library each wraps.
Invariants: rows never leave `sql`; a hint is never the truth; an answer in the wrong shape never passes.
"""
