"""Reading a file of customers record by record, with the line that each record ends on.

Invariants: a record that cannot be read is given as a problem, never skipped; nothing but the current
record is in memory.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import TextIO

_SAMPLE = 64 * 1024
_SEPARATORS = ",;\t"


class ImportRefusedError(Exception):
    """The file as a whole cannot be taken; says what to do."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its values by column, or why it cannot be read."""

    line: int
    values: Mapping[str, str]
    problem: str | None = None


def fingerprint(path: Path) -> str:
    """The SHA-256 of the content: the name under which an import is resumed."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def records(path: Path, columns: frozenset[str], compulsory: frozenset[str]) -> Iterator[Record]:
    """The records of a `.csv` (comma, semicolon or tab; a header line) or `.jsonl` file.

    Raises ImportRefusedError for another kind of file, an unknown or a missing column.
    """
    kind = path.suffix.lower()
    if kind not in {".csv", ".jsonl"}:
        raise ImportRefusedError(f"{path.name}: expected a file that ends in .csv or .jsonl")
    # Bytes that are no UTF-8 become surrogates, so that one bad line does not end the import.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        yield from (
            _csv(file, path.name, columns, compulsory) if kind == ".csv" else _jsonl(file, columns)
        )


def _csv(
    file: TextIO, name: str, columns: frozenset[str], compulsory: frozenset[str]
) -> Iterator[Record]:
    sample = file.read(_SAMPLE)
    file.seek(0)
    head = sample.partition("\n")[0]
    separator = max(_SEPARATORS, key=head.count)
    reader = csv.reader(file, delimiter=separator, strict=True)
    header = [column.strip() for column in next(reader, [])]
    if unknown := sorted(set(header) - columns):
        raise ImportRefusedError(f"{name}: unknown columns {unknown}; known are {sorted(columns)}")
    if missing := sorted(compulsory - set(header)):
        raise ImportRefusedError(f"{name}: missing columns {missing}")
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield Record(reader.line_num, {}, f"not readable as CSV: {error}")
            continue
        if row is None:
            return
        if row:
            yield _row(reader.line_num, header, row)


def _row(line: int, header: list[str], row: list[str]) -> Record:
    if len(row) != len(header):
        return Record(line, {}, f"has {len(row)} fields, the header has {len(header)}")
    return _checked(line, dict(zip(header, row, strict=True)))


def _jsonl(file: TextIO, columns: frozenset[str]) -> Iterator[Record]:
    for line, text in enumerate(file, start=1):
        if text.strip():
            yield _object(line, text, columns)


def _object(line: int, text: str, columns: frozenset[str]) -> Record:
    try:
        found = json.loads(text)
    except ValueError:
        return Record(line, {}, "not readable as JSON")
    if not isinstance(found, dict):
        return Record(line, {}, "is not a JSON object")
    if unknown := sorted(set(found) - columns):
        return Record(line, {}, f"unknown fields {unknown}")
    given = {name: value for name, value in found.items() if value is not None}
    if bad := sorted(name for name, value in given.items() if isinstance(value, dict | list)):
        return Record(line, {}, f"{bad[0]}: must be a plain value")
    return _checked(line, {name: str(value) for name, value in given.items()})


def _checked(line: int, values: dict[str, str]) -> Record:
    for name, value in values.items():
        if any(0xDC80 <= ord(letter) <= 0xDCFF for letter in value):
            return Record(line, {}, f"{name}: is not UTF-8")
        if "\0" in value:
            return Record(line, {}, f"{name}: holds a NUL character")
    return Record(line, {name: value.strip() for name, value in values.items() if value.strip()})
