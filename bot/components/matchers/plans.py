"""Finds plans and add-ons by name or idea; the value is the code of the catalogue.

Invariant: an everyday word ("pro", "plus", "start") is a plan only beside a word that says so; one slip of
the pen in a long word is forgiven.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from components.matchers import Found
from components.matchers.misspelled import Slips, place

PLANS = Path(__file__).with_name("plans.yml")
ADDONS = Path(__file__).with_name("addons.yml")

_TOWARDS = (
    r"(?:from (?:\w+ ){1,2}to|auf|(?:wechsel\w*|gehen|zurück) (?:zu|in)|(?:(?:up|down)grad(?:e|ing)|switch(?:ing)?|chang(?:e|ing)"
    r"|mov(?:e|ing)|go(?:ing)?|back|down|(?<!not )(?<!n't )(?<!is )(?<!was )(?<!be )up) to)"
    r"\s+(?:(?:den|das|die|dem|der|the)\s+)?"
)
_A_PLAN = r"(?:[\s-]*(?:paket|tarif|abo(?:nnement)?|plan|package|subscription|tier|mitgliedschaft|membership|version))"


class _Patterns(NamedTuple):
    sure: "re.Pattern[str]"
    towards: "re.Pattern[str] | None"
    beside: "re.Pattern[str] | None"
    codes: "dict[str, str]"
    slips: Slips


def find_plan(text: str) -> Iterator[Found]:
    """Every plan named in the text; overlapping names are left to the caller, the longest wins."""
    return _named(text, PLANS, "plan")


def find_addon(text: str) -> Iterator[Found]:
    """Every add-on named in the text."""
    return _named(text, ADDONS, "addon")


def _named(written: str, catalogue: Path, entity: str) -> Iterator[Found]:
    patterns = _patterns(catalogue)
    text, shifts = patterns.slips.corrected(written)
    for pattern in (patterns.sure, patterns.towards, patterns.beside):
        for match in pattern.finditer(text) if pattern else ():
            start, end = (place(at, shifts) for at in match.span("name"))
            yield Found(start, end, entity, patterns.codes[_key(match["name"])])


@cache
def _patterns(catalogue: Path) -> _Patterns:
    listed = yaml.safe_load(catalogue.read_text(encoding="utf-8"))
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
        re.compile(rf"\b{_TOWARDS}(?P<name>{_one_of(words)})(?!\w)", flags) if words else None,
        re.compile(rf"(?<!\w)(?P<name>{_one_of(words)})(?:e[nrs]?)?{_A_PLAN}", flags)
        if words
        else None,
        codes,
        Slips(word for name in (*sure, *words) for word in name.split()),
    )


def _one_of(names: "list[str]") -> str:
    ordered = sorted(names, key=len, reverse=True)
    return "|".join(re.escape(name).replace(r"\ ", r"[\s-]*") for name in ordered)


def _key(name: str) -> str:
    """A name without the marks that may vary."""
    return re.sub(r"[\s-]+", "", name.lower())
