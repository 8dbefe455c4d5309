"""How a matter is talked through: what is asked, shown, confirmed, done once, interrupted, taken up again.

May import the rest of `actions` except `topics` and `runtime`, and the leaf `handoff.contract`. Invariants: at most one
thing is asked at a time; nothing is executed that was not shown and confirmed; a matter that was interrupted
waits and is taken up again; every way ends solved, dropped or with a person.
"""
