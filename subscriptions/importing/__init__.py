"""Taking over an operator's existing customers from CSV or JSON lines.

May import the store and everything below it. Invariants: the file is read as a stream; every row is either stored
whole or reported with its line and the reason; an import that was interrupted goes on where it was, and one that is
done changes nothing when it is asked for again.
"""

from subscriptions.importing.keeping import ImportReport, import_customers
from subscriptions.importing.reading import ImportRefusedError

__all__ = ["ImportRefusedError", "ImportReport", "import_customers"]
