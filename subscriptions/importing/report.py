"""The file of refused rows beside the imported one: line and reason, nothing of the row itself.

Invariants: only lines up to the stored progress remain when an import goes on.
"""

import csv
import os
from collections.abc import Sequence
from pathlib import Path

HEADER = ("line", "reason")


class RefusedRows:
    """Lines of the source that were not taken, as CSV; there is no file while there are none."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def keep_until(self, line: int) -> None:
        """Drop what a run reported that was interrupted before it stored its batch."""
        if not self.path.exists():
            return
        with self.path.open(encoding="utf-8", newline="") as file:
            rows = [(int(row["line"]), row["reason"]) for row in csv.DictReader(file)]
        self.path.unlink()
        self.add([(number, reason) for number, reason in rows if number <= line])

    def add(self, rows: Sequence[tuple[int, str]]) -> None:
        """Append rows and make sure that they are on disk."""
        if not rows:
            return
        new = not self.path.exists()
        with self.path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerows([HEADER, *rows] if new else rows)
            file.flush()
            os.fsync(file.fileno())
