"""Chaos: real gateways, PostgreSQL and Redis, thirty parties who talk, and faults at random; then everything is counted.

May import everything. `python -m tests.chaos --seconds 600 --seed 7` (or `make chaos`) starts the processes as an
operator does, by configuration only. Read `run` first. Invariants: a party is a client as the widget and the desk are,
one write at a time, sent again under its `cid` until it is answered; only processes that were started here are
killed or frozen; the seed is printed and decides the order of the faults and what each party does; what is checked
comes from the database and from what each party itself has seen; the same checks fail when payloads are pushed
without the log and sent again without `cid` (`naive`).
"""
