"""How Rasa asks: the action server, one action per intent, each ending in a reply of `handoff.contract`.

May import `subscriptions` and the leaf `handoff.contract`, nothing else of ours. `dialogue` is how a matter is talked through,
`topics` what is said and done for each intent. Invariants: identity comes only from the
turn's metadata; every text comes from `data/responses`; an action never stays silent; a turn that
arrives twice is answered twice and executed once; message text is never logged.
"""
