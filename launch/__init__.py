"""Starting the whole product on one machine: install, train, prepare the data, supervise.

May import settings and public entry points only; it starts the processes and never becomes one of them.
Invariants: a second start does nothing twice (environments, models and data are stamped by content);
whatever is started is stopped; every trouble ends in one sentence that says what to do.
"""
