"""How things stood for a subscriber when their case was handed over, and what has changed since.

May import conversations, protocol, contract, the desk's words and its view of subscribers; no framework. `keeping`
takes the snapshots, `changes` compares two views.

Invariants: each case of an identified subscriber gets one snapshot, soon after it opened, whoever dies in between; it is
never changed; comparing is pure and tolerates fields that only one of the two views knows.
"""
