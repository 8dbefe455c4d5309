"""Writes `docs/refusals.md` from the rows that are tried: `python -m tests.refusals_table`."""

from itertools import groupby
from pathlib import Path

from actions.refusals import REFUSALS
from actions.texts import load_texts
from tests.integration.subscriptions.refusals import Refused, all_refused

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "docs" / "refusals.md"
HEAD = """# What is refused, and what the subscriber reads

Each row is tried on SQLite and PostgreSQL: the call is refused with this code and changes nothing. `{name}` stands for a fact. The table is
written by `python -m tests.refusals_table`; a test holds it to the code.
"""


def table() -> str:
    """The whole document."""
    texts = load_texts(ROOT / "data" / "responses")

    def line(row: Refused) -> str:
        variants = texts.by_key[REFUSALS[row.code].text].variants
        return f"| {row.given} | `{row.code.value}` | {variants['de'][0]} | {variants['en'][0]} |"

    parts = [HEAD]
    rows = sorted(all_refused(), key=lambda row: row.use_case)
    for use_case, group in groupby(rows, key=lambda row: row.use_case):
        lines = [f"## `{use_case}`", "", "| given | code | German | English |", "|---|---|---|---|"]
        parts.append("\n".join([*lines, *map(line, group)]))
    return "\n\n".join(parts).rstrip() + "\n"


if __name__ == "__main__":
    TARGET.write_text(table(), encoding="utf-8")
