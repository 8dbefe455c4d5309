"""Long stories from real life, told to the real product over its sockets and checked in its databases.

A file of `told/` holds stories of one language as data (see `story`); `player` plays one with a widget of its own
(`widget`) and, where a person helps, an agent's console (`console`); `traces` looks afterwards at what is left.
May import `tests.product`, `tests.facts`, `tests.chats`, the socket protocol (`handoff.protocol`) and the words of the
widget. Invariants: a story uses nothing but the public doors (sockets, HTTP, the mailbox of development) and only reads
the databases; nothing waits for a length of time: a turn is over when the gateway has stored its end and the widget
has received all of it; every story has its own person, so that stories may be told side by side.
"""
