"""The core: who owns a conversation, what is in its log, and every step that may change either.

May import `handoff.protocol`, `handoff.contract` the standard library and check sums of python-stdnum; no framework. Read `flow`
first: it names every step, the bot's in `answering`. `steps` and `takeover` decide (pure), `proof` says who speaks,
`text` cleans what people typed, `links` what may be linked, `ports` and `storage` say what the core needs from outside,
`machinery` makes a step a transaction. Invariants: everything one step causes is one transaction; `seq` is gapless; one
owner at a time; only the current epoch speaks.
"""
