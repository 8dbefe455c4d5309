"""What subscribers are promised while they wait and after: made, kept, broken; how long it may take; how content they were.

May import `handoff.conversations`, the parts of `handoff.desk` that know hours and routing, `handoff.contract`, and
`subscriptions` behind its port; no framework. Invariants: rules decide from values and the time that is handed in; nothing is
promised that was not computed from the line and the people who are there; a promise is decided about on the database's time.
"""
