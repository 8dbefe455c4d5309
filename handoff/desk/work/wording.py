"""What came of keeping a saved reply or a label.

Invariants: of two who change the same at once the second one is told and loses nothing.
"""

from typing import Literal

Kept = Literal["kept", "full", "changed"]
"""Kept; or nothing is, because there are as many as there may be, or because somebody else has changed it meanwhile."""
