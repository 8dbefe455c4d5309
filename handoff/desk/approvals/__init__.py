"""What an agent does for a subscriber from the 360° view: foreseen, done, or proposed to somebody who must agree.

May import conversations, protocol, contract, the desk's words and audit, and the business's port and values; no
framework. Start at `acting.Actions`; who may give how much is `limits`, the life of one action is `action`.

Invariants: the use cases and their checks are the bot's own; nothing is done that was not foreseen in the same words
before; one client key acts once, whatever is repeated or killed in between; who proposed something does not approve
it; what was begun ends done or failed, also when its process dies; agent and approver stand in the audit.
"""
