"""Finds plans by name or idea; the value is the code of the catalogue.

Invariant: an everyday word ("pro", "plus", "start") is a plan only beside a word that says so.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from components.matchers import Found

NAMES = Path(__file__).with_name("plans.yml")

_TOWARDS = (
    r"(?:auf|(?:wechsel\w*|gehen|zurück) (?:zu|in)|(?:(?:up|down)grad(?:e|ing)|switch(?:ing)?|chang(?:e|ing)"
    r"|mov(?:e|ing)|go(?:ing)?|back|down|up) to)"
    r"\s+(?:(?:den|das|die|dem|der|the)\s+)?"
)
_A_PLAN = r"(?:[\s-]*(?:paket|tarif|abo(?:nnement)?|plan|package|subscription|tier|mitgliedschaft|membership|version))"


class _Patterns(NamedTuple):
    sure: "re.Pattern[str]"
    towards: "re.Pattern[str]"
    beside: "re.Pattern[str]"
    codes: "dict[str, str]"


def find_plan(text: str) -> Iterator[Found]:
    """Every plan named in the text; overlapping names are left to the caller, the longest wins."""
    patterns = _patterns()
    for pattern in (patterns.sure, patterns.towards, patterns.beside):
        for match in pattern.finditer(text):
            code = patterns.codes[_key(match["name"])]
            yield Found(match.start("name"), match.end("name"), "plan", code)


@cache
def _patterns() -> _Patterns:
    listed = yaml.safe_load(NAMES.read_text(encoding="utf-8"))
    sure: list[str] = []
    words: list[str] = []
    codes: dict[str, str] = {}
    for code, kinds in listed.items():
        sure += [*kinds["names"], *kinds["ideas"]]
        words += kinds["words"]
        for name in (*kinds["names"], *kinds["ideas"], *kinds["words"]):
            codes[_key(name)] = code
    flags = re.IGNORECASE
    end = rf"(?:(?={_A_PLAN})|(?!\w))"
    return _Patterns(
        re.compile(rf"(?<!\w)(?P<name>{_one_of(sure)}){end}", flags),
        re.compile(rf"\b{_TOWARDS}(?P<name>{_one_of(words)})(?!\w)", flags),
        re.compile(rf"(?<!\w)(?P<name>{_one_of(words)})(?:e[nrs]?)?{_A_PLAN}", flags),
        codes,
    )


def _one_of(names: "list[str]") -> str:
    ordered = sorted(names, key=len, reverse=True)
    return "|".join(re.escape(name).replace(r"\ ", r"[\s-]*") for name in ordered)


def _key(name: str) -> str:
    """A name without the marks that may vary."""
    return re.sub(r"[\s-]+", "", name.lower())
