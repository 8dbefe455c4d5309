"""How Rasa asks: the action server, one action per intent, each ending in a reply of `handoff.contract`.

May import `subscriptions` and the leaf `handoff.contract`, nothing else of ours. Flat on purpose: the
module `billing` here words what `subscriptions.billing` decides. Invariants: identity comes only from the
turn's metadata; every text comes from `data/responses`; an action never stays silent; a turn that
arrives twice is answered twice and executed once; message text is never logged.
"""
