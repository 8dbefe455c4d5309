"""How often a long story that is unclear as a whole is rescued by one of its sentences, and how often wrongly.

Usage: python bot/story_scores.py --model MODEL. The messages are `tests/data/long_*.yml`, written for this and never
learned from. Invariants: messages go through the pipeline of the running assistant.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

BOT = Path(__file__).resolve().parent
sys.path.insert(0, str(BOT))

from evaluate import load  # noqa: E402

if TYPE_CHECKING:
    from rasa.core.agent import Agent

NO_WISH = "none"
_OPENINGS_OF_A_WISH = 4
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def messages() -> Iterator[tuple[str, str, str]]:
    """Language, wish and text: the stories, each last sentence behind other openings, and openings behind each other."""
    data = BOT / "tests" / "data"
    openings = yaml.safe_load((data / "long_openings.yml").read_text(encoding="utf-8"))
    for language, begun in openings.items():
        path = data / f"long_stories_{language}.yml"
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        for number, (wish, text) in enumerate(told):
            yield language, wish, text
            if wish != NO_WISH:
                last = _SENTENCE.split(text)[-1]
                for other in range(_OPENINGS_OF_A_WISH):
                    yield language, wish, f"{begun[(number * 5 + other * 3) % len(begun)]} {last}"
        for first, then in permutations(begun, 2):
            yield language, NO_WISH, f"{first} {then}"


def outcome(wish: str, parsed: dict[str, Any]) -> str | None:
    """What became of one message; nothing where it was clear without its sentences."""
    if "rescued_by" not in parsed:
        return "left in doubt" if parsed.get("doubt") else None
    return "rescued right" if parsed["intent"]["name"] == wish else "rescued wrong"


async def count(agent: Agent) -> Counter[tuple[str, str, str]]:
    """How often each outcome occurs, per language, with a wish and without."""
    found: Counter[tuple[str, str, str]] = Counter()
    for language, wish, text in messages():
        became = outcome(wish, await agent.parse_message(text))
        if became:
            kind = "without a wish" if wish == NO_WISH else "with a wish"
            found[language, kind, became] += 1
    return found


def main(arguments: list[str] | None = None) -> int:
    """Print the counts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--model", required=True, type=Path)
    chosen = parser.parse_args(arguments)
    found = asyncio.run(count(load(chosen.model)))
    rows = [f"{number:>5}  {' '.join(what)}" for what, number in sorted(found.items())]
    sys.stdout.write("\n".join(rows) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
