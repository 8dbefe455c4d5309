"""Which saved replies fit what the customer wrote last: counted words, no model.

BM25 (Robertson and Zaragoza 2009) over the cues, names and texts of both languages, with two changes for short messages and
German: word endings are cut, and a word that stands inside a longer one ("Rechnung" in "Monatsrechnung") counts in part.

Invariants: pure; the same message and replies give the same list; a reply with which the message shares no telling word is never
suggested, so an empty list is a usual answer; nobody is suggested more than `MOST`.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from handoff.desk.work.replies import SavedReply, Worded
from handoff.desk.work.words import words_of

MOST = 3
LEAST_SCORE = 1.9
"""Below it a hit is chance: measured on messages that no reply answers (`tests/unit/handoff/test_matching.py`)."""

_SATURATION, _LENGTH = 1.2, 0.4
_CUES, _NAMES = 3, 2
_PARTLY, _PART = 0.6, 5
_SHORTEST_STEM = 4
_ENDINGS = ("ungen", "ung", "ern", "ing", "est", "en", "er", "es", "em", "ed", "st", "e", "n", "s", "t")  # fmt: skip
_PARTICLES = ("ge", "ab", "an", "auf", "aus", "be", "ver", "zu")
_SILENT_WORDS = """
aber alle als also am an auch auf aus bei bin bis bitte da das dass dem den der des die dies dieser doch du ein eine
einen einer einem er es fuer gibt guten hab habe haben hallo hat hier ich ihr ihre ihrem ihren ihnen im in ist ja
jetzt kann kein keine koennen man mein meine meinem meinen mich mir mit mal moechte nach nein nicht noch nun nur ob
oder schon sehr sich sie sind so tag ueber um und uns vom von vor war warum was welche welchem welchen welcher welches wenn wer wie wieso will wir wird wo zu
zum zur a about again am an and any are at be been but by can could did do does for from get go good had has have
hello hi how i if in is it its just me my no not now of off on or our out please she should so still than that the
their them then there they this to too up us very want was we what when where which who why will with would yes you
your
"""
_SILENT = frozenset(_SILENT_WORDS.split())


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A saved reply that fits, and how well; scores compare only within one list."""

    reply: SavedReply
    score: float


def suggested(message: str, replies: Sequence[SavedReply], *, most: int = MOST) -> list[Suggestion]:
    """The best ones first, at most `most`; empty when none fits."""
    asked = _terms(message)
    if not asked or not replies:
        return []
    bags = [_bag(reply.words) for reply in replies]
    average = sum(bag.total() for bag in bags) / len(bags)
    rarity = _rarity(asked, bags)
    scored = [
        Suggestion(reply, _score(asked, bag, rarity, average))
        for reply, bag in zip(replies, bags, strict=True)
    ]
    fitting = [one for one in scored if one.score >= LEAST_SCORE]
    return sorted(fitting, key=lambda one: (-one.score, one.reply.id))[:most]


def _score(
    asked: frozenset[str], bag: Counter[str], rarity: Mapping[str, float], average: float
) -> float:
    length = 1 - _LENGTH + _LENGTH * bag.total() / average
    score = 0.0
    for term in asked:
        often = _often(term, bag)
        score += rarity[term] * often * (_SATURATION + 1) / (often + _SATURATION * length)
    return score


def _often(term: str, bag: Counter[str]) -> float:
    """How often a word is in a bag; inside or around another one it counts in part."""
    if term in bag:
        return bag[term]
    if len(term) < _PART:
        return 0.0
    near = [n for word, n in bag.items() if len(word) >= _PART and (word in term or term in word)]
    return _PARTLY * max(near, default=0)


def _rarity(asked: frozenset[str], bags: Sequence[Counter[str]]) -> dict[str, float]:
    """A word that is in every reply tells nothing."""
    found: dict[str, float] = {}
    for term in asked:
        holding = sum(1 for bag in bags if _often(term, bag) > 0)
        found[term] = math.log(1 + (len(bags) - holding + 0.5) / (holding + 0.5))
    return found


@lru_cache(maxsize=1024)
def _bag(words: Worded) -> Counter[str]:
    bag: Counter[str] = Counter()
    for text, weight in (
        (words.cues, _CUES),
        (f"{words.name_de} {words.name_en}", _NAMES),
        (f"{words.text_de} {words.text_en}", 1),
    ):
        for term, n in Counter(_stems(text)).items():
            bag[term] += n * weight
    return bag


def _terms(message: str) -> frozenset[str]:
    return frozenset(_stems(message))


def _stems(text: str) -> list[str]:
    return [_stem(word) for word in words_of(text) if word not in _SILENT and len(word) > 1]


def _stem(word: str) -> str:
    """The word without its ending, and without the "ge" of a participle, as long as enough is left."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word.removesuffix(ending)
            break
    for particle in _PARTICLES:
        inner = word.removeprefix(particle)
        if inner.startswith("ge") and inner != word and len(inner) - 2 >= _SHORTEST_STEM:
            return particle + inner[2:]
    if word.startswith("ge") and len(word) - 2 >= _SHORTEST_STEM + 1:
        return word[2:]
    return word
