"""The knowledge articles as passages to search: one for each heading, in every language.

Knows nothing of Rasa. Invariants: a passage is named `<article>/<number of its heading>`, alike in every language;
order and names depend on the files alone, and so does the fingerprint.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

_FRONT = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)
_FACT = re.compile(r"\{[a-z_]+\}")


@dataclass(frozen=True)
class Passage:
    """What stands under one heading, in one language.

    `intents`: what its article is about. `asked`: how people ask for it.
    """

    name: str
    title: str
    heading: str
    text: str
    intents: tuple[str, ...]
    asked: tuple[str, ...]


def read_passages(folder: Path) -> list[Passage]:
    """Every passage of `<folder>/<language>/<article>.md`; raises ValueError naming a file that is not of that form."""
    return [passage for path in _files(folder) for passage in _passages(path)]


def fingerprint(folder: Path) -> str:
    """Changes when an article does."""
    digest = hashlib.sha256()
    for path in _files(folder):
        digest.update(f"{path.parent.name}/{path.name}".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*.md"))


def _passages(path: Path) -> Iterator[Passage]:
    source = path.read_text(encoding="utf-8")
    front = _FRONT.match(source)
    if front is None:
        raise ValueError(f"{path} does not begin with front matter.")
    about = yaml.safe_load(front.group(1))
    parts = source[front.end() :].split("\n## ")[1:]
    if len(parts) != len(about["asked"]):
        raise ValueError(
            f"{path} has {len(parts)} headings and {len(about['asked'])} under `asked`."
        )
    for number, (part, asked) in enumerate(zip(parts, about["asked"], strict=True), start=1):
        heading, _, text = part.partition("\n")
        yield Passage(
            name=f"{path.stem}/{number}",
            title=about["title"],
            heading=heading.strip(),
            text=_FACT.sub("", text).strip(),
            intents=tuple(about["intents"]),
            asked=tuple(asked),
        )
