"""Benchmarks: commands that print numbers, started by hand; the tests only see that they work.

`make bench` runs `__main__`: the parts `echo` and `handshakes` (our WebSocket stack), `messages` (persisted, acked, seen), `idle`
(open chats), `turn` (the bot, beside a stock Rasa) and `recovery` (the death of a node). `overview` is a command of its own:
the 360° view of a full database. `serve`, `servers` and `stack` start what is measured, `wire` and `chats` are the load,
`machine` and `figures` count and print, `plan` says how much.

May import everything. Invariants: a number is printed with what it was measured on; what is compared was measured in turns in
one run, on one core for the server and one for the load; CPU time counts more than the clock, because machines are shared; a
proof that is no matter of time (query plans) is a test as well.
"""
