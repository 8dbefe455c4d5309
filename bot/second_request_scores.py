"""How often a second wish in one message is found, and how often one is invented.

Usage: python bot/second_request_scores.py --model MODEL. The messages are `tests/data/second_requests_*.yml`, written
for this and never learned from. Invariants: messages go through the pipeline of the running assistant.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

BOT = Path(__file__).resolve().parent
sys.path.insert(0, str(BOT))

from evaluate import NOT_UNDERSTOOD, load  # noqa: E402

if TYPE_CHECKING:
    from rasa.core.agent import Agent


def messages() -> Iterator[tuple[str, set[str], str]]:
    """Language, wishes and text of each message."""
    for path in sorted((BOT / "tests" / "data").glob("second_requests_*.yml")):
        kinds = yaml.safe_load(path.read_text(encoding="utf-8"))
        for wishes, text in [*kinds["two"], *kinds["one"]]:
            yield path.stem[-2:], set(wishes.split()), text


def outcome(wishes: set[str], parsed: dict[str, Any]) -> str:
    """What became of one message."""
    ranking = [g["name"] for g in parsed["intent_ranking"] if g["name"] != NOT_UNDERSTOOD]
    second = (parsed.get("second_request") or {}).get("intent")
    if len(wishes) == 1:
        return "one wish, a second invented" if second else "one wish, none invented"
    if second is None:
        return "two wishes, the second missed"
    both = {ranking[0], second} == wishes
    return "two wishes, both found" if both else "two wishes, a wrong pair"


async def count(agent: Agent) -> Counter[tuple[str, str]]:
    """How often each outcome occurs, per language."""
    found: Counter[tuple[str, str]] = Counter()
    for language, wishes, text in messages():
        found[language, outcome(wishes, await agent.parse_message(text))] += 1
    return found


def main(arguments: list[str] | None = None) -> int:
    """Print the counts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--model", required=True, type=Path)
    chosen = parser.parse_args(arguments)
    found = asyncio.run(count(load(chosen.model)))
    rows = [
        f"{number:>5}  {language}  {what}" for (language, what), number in sorted(found.items())
    ]
    sys.stdout.write("\n".join(rows) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
