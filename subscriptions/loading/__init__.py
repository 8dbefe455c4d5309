"""Made-up subscribers by the thousand or the million, to see how the business behaves when it is full.

May import the store and everything below it. Invariants: numbers begin at K-1000000, so demo data and real
customers are untouched; the same seed, day and number give the same subscriber, whatever is loaded before it;
memory stays bounded: a batch is made, copied, committed and forgotten. Read `run.load` first, then `subscribers`.
"""

from subscriptions.loading.run import FIRST, Load, LoadRefusedError, load

__all__ = ["FIRST", "Load", "LoadRefusedError", "load"]
