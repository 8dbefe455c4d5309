"""Planning past one machine: how many processes and databases an installation needs, and how many people.

May import the standard library; `staffing` alone also SimPy, which comes with the tests' environment. Nothing imports it.
Invariants: every number that was not measured is an assumption with a name, printed with the result and changeable on the
command line; measured ones come from `measured.json`, which the benchmark writes.
"""
