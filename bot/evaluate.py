"""Reads every message of a CSV with the trained assistant and writes what it understood, one JSON object a line.

Usage: python bot/evaluate.py --model MODEL --csv FILE --out FILE. The CSV has the columns `intent` and `text`
(others are ignored). Invariants: messages go through the pipeline of the running assistant, prepared as the
gateway prepares them; the text itself is not written; a bad file ends with one sentence that names the line.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import logging
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rasa.core.agent import Agent

NEEDED = ("intent", "text")
NOT_UNDERSTOOD = "nlu_fallback"
LONGEST = 1000  # characters that the gateway passes on


class BadFile(Exception):
    """The CSV cannot be graded; the message says why and where."""


@dataclass(frozen=True)
class LabelledMessage:
    """A row of the CSV. `line` is the line of the file on which the row ends."""

    line: int
    intent: str
    text: str


def read_messages(path: Path) -> list[LabelledMessage]:
    """Every row of the file. Raises BadFile with the line of the first mistake."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            messages = list(_rows(file, path.name))
    except OSError as error:
        raise BadFile(f"{path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadFile(f"{path.name} is not UTF-8 (byte {error.start}).") from error
    if not messages:
        raise BadFile(f"{path.name}, line 1: there is no message under the header.")
    return messages


def _rows(file: TextIO, name: str) -> Iterator[LabelledMessage]:
    header = file.readline()
    if not header.strip():
        raise BadFile(f"{name}, line 1: the file is empty; it needs the header intent,text.")
    file.seek(0)
    reader = csv.DictReader(file, delimiter=_delimiter(header), strict=True)
    read = 1  # the last line of a complete row: a broken quote runs on, but began after this
    try:
        columns = [(column or "").strip() for column in reader.fieldnames or []]
        missing = [column for column in NEEDED if column not in columns]
        if missing:
            raise BadFile(
                f"{name}, line 1: no column {' and no column '.join(missing)}; "
                f"there is {', '.join(columns)}."
            )
        reader.fieldnames = columns
        for row in reader:
            read = reader.line_num
            yield _message(row, name, read)
    except csv.Error as error:
        raise BadFile(f"{name}, line {read + 1}: {error}.") from error


def _delimiter(header: str) -> str:
    """Spreadsheets in Germany write semicolons; the header tells."""
    return max(",;\t", key=header.count)


def _message(row: dict[Any, Any], name: str, line: int) -> LabelledMessage:
    if row.get(None):
        raise BadFile(
            f"{name}, line {line}: more values than columns; a text with the separator needs quotes."
        )
    intent, text = ((row.get(column) or "").strip() for column in NEEDED)
    for column, value in (("intent", intent), ("text", text)):
        if not value:
            raise BadFile(f"{name}, line {line}: {column} is empty.")
    return LabelledMessage(line, intent, text)


def as_the_gateway_sends(text: str) -> str:
    """What Rasa gets of a typed message: no leading slash (it would be a command), at most 1,000 characters."""
    return text.lstrip().lstrip("/")[:LONGEST]


def guess(parsed: dict[str, Any]) -> dict[str, Any]:
    """What was understood: the best guess, even where it is asked back; `nlu_fallback` for what is turned away."""
    best = [g for g in parsed.get("intent_ranking") or () if g["name"] != NOT_UNDERSTOOD]
    asked = parsed.get("doubt") == "unsure"
    found = best[0] if asked and best else parsed["intent"]
    return {
        "predicted": found.get("name") or NOT_UNDERSTOOD,
        "confidence": round(found.get("confidence") or 0.0, 4),
        "asked": asked,
        "likeliest": [g["name"] for g in best[:3]],
    }


async def predict(agent: Agent, messages: list[LabelledMessage], out: TextIO) -> None:
    """Parse one message after the other, as they would come, and write each result at once."""
    await agent.parse_message("warm up")
    told = time.monotonic()
    for number, message in enumerate(messages, start=1):
        started = time.perf_counter()
        parsed = await agent.parse_message(as_the_gateway_sends(message.text))
        spent = (time.perf_counter() - started) * 1000
        row = {
            "line": message.line,
            "intent": message.intent,
            **guess(parsed),
            "ms": round(spent, 3),
        }
        out.write(json.dumps(row, ensure_ascii=False) + "\n")
        if time.monotonic() - told >= 1 or number == len(messages):
            told = time.monotonic()
            sys.stderr.write(f"{number}/{len(messages)} messages read\n")


def load(model: Path) -> Agent:
    """The trained assistant. Raises BadFile if the model cannot be loaded."""
    # Rasa inserts the folder of its project by itself only on its own command line.
    sys.path.insert(1, str(Path(__file__).resolve().parent))
    from rasa.core.agent import Agent  # ten seconds of import: after the file was found good
    from rasa.utils.log_utils import configure_structlog

    logging.getLogger("rasa").setLevel(logging.ERROR)
    configure_structlog(logging.ERROR)

    if not model.is_file():
        raise BadFile(f"There is no model {model}.")
    agent = Agent.load(str(model))
    if not agent.is_ready():
        raise BadFile(f"{model} is no model that this Rasa can load.")
    return agent


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0, or 2 with one sentence on standard error."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    for name in ("model", "csv", "out"):
        parser.add_argument(f"--{name}", required=True, type=Path)
    chosen = parser.parse_args(arguments)
    try:
        messages = read_messages(chosen.csv)
        agent = load(chosen.model)
    except BadFile as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    with chosen.out.open("w", encoding="utf-8") as out:
        asyncio.run(predict(agent, messages, out))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
