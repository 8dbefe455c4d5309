"""Says how well the values in messages are found: precision, recall and F1 of each kind, on hand-labelled messages.

Usage: python bot/score_entities.py [FILE ...] [--wrong]. The files are those of bot/tests/entities: messages with
`{words|entity|value}` around each value. Found means the same entity with the same normalised value (and currency) at
an overlapping place. Invariant: the clock is the file's `today`, never the wall's.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from statistics import median

import yaml

BOT = Path(__file__).resolve().parent
sys.path.insert(0, str(BOT))

from components.entities import VALUES, pipeline  # noqa: E402
from components.matchers import Found  # noqa: E402

FILES = BOT / "tests" / "entities"
_VALUE = re.compile(r"\{(?P<words>[^{}|]+)\|(?P<entity>[a-z]+)\|(?P<value>[^{}|]+)\}")

Reader = Callable[[str], Iterable[Found]]


@dataclass(frozen=True)
class Labelled:
    """A message and what a person found in it."""

    text: str
    values: tuple[Found, ...]


@dataclass
class Score:
    """Counts per entity; `wrong` has one line for each value missed or made up."""

    right: Counter[str] = field(default_factory=Counter)
    made_up: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    microseconds: list[float] = field(default_factory=list)

    def f1(self, entity: str | None = None) -> float:
        """F1 of one entity, or of all together; 1 where there is nothing to find and nothing was found."""
        right, made_up, missed = (
            _number(counts, entity) for counts in (self.right, self.made_up, self.missed)
        )
        return 2 * right / (2 * right + made_up + missed) if right + made_up + missed else 1.0


def _number(counts: Counter[str], entity: str | None) -> int:
    return sum(counts.values()) if entity is None else counts[entity]


def labelled(marked: str) -> Labelled:
    """The message behind the marks."""
    text, values, last = "", [], 0
    for match in _VALUE.finditer(marked):
        text += marked[last : match.start()]
        start = len(text)
        text += match["words"]
        values.append(_expected(start, len(text), match))
        last = match.end()
    return Labelled(text + marked[last:], tuple(values))


def _expected(start: int, end: int, match: re.Match[str]) -> Found:
    entity, value = match["entity"], match["value"]
    if entity == "amount":
        cents, _, currency = value.partition(" ")
        return Found(start, end, entity, int(cents), currency or "EUR")
    return Found(start, end, entity, int(value) if entity == "instalments" else value)


def messages(path: Path) -> Iterator[Labelled]:
    """The labelled messages of a file."""
    for marked in yaml.safe_load(path.read_text(encoding="utf-8"))["messages"]:
        yield labelled(marked)


def reader(path: Path) -> Reader:
    """The running assistant's pipeline for the file's language and day."""
    head = yaml.safe_load(path.read_text(encoding="utf-8"))
    day: date = head["today"]
    nlp = pipeline(head["language"], lambda: day)
    return lambda text: nlp(text).user_data[VALUES]


def score(paths: Iterable[Path], read: Callable[[Path], Reader] = reader) -> Score:
    """The score over all messages of these files."""
    total = Score()
    for path in paths:
        find = read(path)
        for message in messages(path):
            began = time.perf_counter()
            found = list(find(message.text))
            total.microseconds.append((time.perf_counter() - began) * 1e6)
            _compare(message, found, total)
    return total


def _compare(message: Labelled, found: list[Found], total: Score) -> None:
    left = list(found)
    for value in message.values:
        hit = next((f for f in left if _same(f, value)), None)
        if hit is None:
            total.missed[value.entity] += 1
            total.wrong.append(f"missed  {value.entity}={value.value}: {message.text}")
        else:
            total.right[value.entity] += 1
            left.remove(hit)
    for extra in left:
        total.made_up[extra.entity] += 1
        total.wrong.append(f"made up {extra.entity}={extra.value}: {message.text}")


def _same(found: Found, value: Found) -> bool:
    overlap = found.start < value.end and value.start < found.end
    same = (found.entity, found.value, found.currency) == (
        value.entity,
        value.value,
        value.currency,
    )
    return overlap and same


def table(total: Score) -> Iterator[str]:
    """The lines of the report."""
    yield f"{'entity':<12} {'values':>6} {'precision':>9} {'recall':>7} {'F1':>7}"
    for entity in (*sorted(total.right | total.missed | total.made_up), None):
        counts = (total.right, total.made_up, total.missed)
        right, made_up, missed = (_number(count, entity) for count in counts)
        precision = right / (right + made_up) if right + made_up else 1.0
        recall = right / (right + missed) if right + missed else 1.0
        yield (
            f"{entity or 'all':<12} {right + missed:>6} {precision:>9.3f} {recall:>7.3f} {total.f1(entity):>7.3f}"
        )
    yield f"{len(total.microseconds)} messages, {median(total.microseconds):.0f} µs each (p50)"


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=sorted(FILES.glob("*.yml")))
    parser.add_argument("--wrong", action="store_true", help="list what was missed or made up")
    given = parser.parse_args()
    total = score(given.files)
    lines = [*table(total), *(sorted(total.wrong) if given.wrong else ())]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
