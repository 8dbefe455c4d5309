"""The saved replies and labels of the demo's desk, read from `data/seed/replies.yml`.

Invariant: what is read was checked as if somebody had typed it, so the file cannot hold what the desk would refuse.
"""

from pathlib import Path
from typing import Any

import yaml

from handoff.desk.work.labels import Label, checked_label
from handoff.desk.work.replies import Worded, worded


def read_seeds(file: Path) -> tuple[list[tuple[str, Worded]], list[Label]]:
    """Replies by id, and labels. Raises what a check refuses, and KeyError for what is left out."""
    found: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    replies = [(id_, worded(_worded(its))) for id_, its in found["replies"].items()]
    labels = [
        checked_label(Label(id_, its["de"], its["en"], its["colour"]))
        for id_, its in found["labels"].items()
    ]
    return replies, labels


def _worded(its: dict[str, Any]) -> Worded:
    return Worded(its["name"]["de"], its["name"]["en"], its["de"], its["en"], its["cues"])
