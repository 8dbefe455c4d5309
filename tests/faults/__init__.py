"""Every fault of the failure table done to real processes, one after the other, and what must hold then.

May import everything. Invariants: gateways, PostgreSQL, Redis and the assistant's stand-in are processes of their own
and run as an operator starts them; a fault is done by the system (signals, sockets, disks, clocks), never by a hook in
our code; nothing waits for a duration where it can wait for a state.
"""
