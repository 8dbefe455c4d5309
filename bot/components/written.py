"""The training messages as their files say them: who wrote what, in which language, with which intent.

Knows nothing of Rasa. Invariants: the form is that of `data/nlu/README.md`, which a test holds for every file; the order
is that of the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

# Six times as fast where libyaml came with it.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Line:
    """One message."""

    text: str
    intent: str
    writer: str
    language: str


def lines(path: Path) -> Iterator[Line]:
    """Every message of a file. Raises KeyError where a block lacks something."""
    content = yaml.load(path.read_text(encoding="utf-8"), LOADER)  # noqa: S506  safe loaders only
    for block in content["nlu"]:
        about = block["metadata"]
        for line in block["examples"].splitlines():
            text = line.strip()[1:].strip()
            if text:
                yield Line(text, block["intent"], about["writer"], about["language"])
