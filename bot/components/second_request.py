"""The requests in one message: its parts, whether a second wish stands beside the first, and the one of a long story.

Knows nothing of Rasa. Invariants: a second request is never invented from half a sentence: it needs a part of its
own that says it clearly, beside another part that says the first; a story is rescued only by the one wish that is
said clearly in it; small talk, acts and what is none of our business are never either.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import spacy

from components.calibration import OUT_OF_SCOPE

# Not requests of their own.
BESIDE = frozenset(
    [
        "greet",
        "thank",
        "goodbye",
        "about_bot",
        "affirm",
        "deny",
        "inform",
        "stop_flow",
        "repeat",
        "switch_language",
    ]
) | {OUT_OF_SCOPE}
NO_RESCUE = BESIDE | {"request_human"}
# Sides of one matter, of which a message about it says two without wanting both.
ONE_MATTER = (
    frozenset({"upgrade_plan", "downgrade_plan"}),
    frozenset({"retry_payment", "pay_now", "promise_to_pay"}),
    frozenset({"cancel_subscription", "cancel_for_cause", "withdraw_contract"}),
    frozenset({"cancel_subscription", "subscriber_deceased"}),
)
MOST_PARTS = 8
FEWEST_WORDS = 3

# What announces another matter; the rest of the sentence is a part of its own.
_ANOTHER = re.compile(
    r"[,;:]?\s+(?:und |and |oh |ach |dann |noch )?"
    r"(?:außerdem|ausserdem|zusätzlich|zusaetzlich|zweitens|übrigens|uebrigens|des weiteren|nebenbei|"
    r"dann noch|noch etwas|noch was|und ach ja|wo ich schon|wenn ich schon|bei der gelegenheit|"
    r"also|besides|secondly|by the way|btw|another thing|one more thing|while i'm|while im|while you're|"
    r"on top of that|in addition|additionally|plus)\b[,:]?\s*",
    re.IGNORECASE,
)
# "First this, then that": the order of two wishes, unless it is a condition ("if ..., then ...").
_IN_ORDER = re.compile(
    r"\b(?:first(?:ly)?|both|zuerst|zunächst|erst|erstens|beides)\b.*?"
    r"(?P<then>[,;]?\s+(?:und |and )?(?:then|after that|afterwards|dann|danach|anschließend)\b[,:]?\s*)",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:if|when|once|unless|until|only|wenn|falls|sobald|bis|solange|nachdem)\b", re.IGNORECASE
)
_AND = re.compile(r"[,;]?\s+(?:und|and|sowie|as well as)\s+", re.IGNORECASE)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Part:
    """A part of a message, the intent it has by itself, the confidence in it, and all intents' shares."""

    text: str
    intent: str
    confidence: float
    shares: dict[str, float]


@dataclass(frozen=True)
class Second:
    """The second request of a message."""

    intent: str
    confidence: float
    text: str


@dataclass(frozen=True)
class Bars:
    """How clear a part must be: the second request, the part that holds the first, and what they may share; `beside`: the
    share that the second needs in the whole message. `rescue`: the part that stands for a message in doubt, `heard`: the
    share that its intent needs in the whole message.
    """

    second: float = 0.7
    first: float = 0.4
    overlap: float = 0.05
    beside: float = 1e-6
    rescue: float = 0.97
    heard: float = 0.05


class Splitter:
    """Cuts a message into sentences, and these where another matter is announced."""

    def __init__(self) -> None:
        # Rules for punctuation only; the same in both languages.
        self._sentences = spacy.blank("xx")
        self._sentences.add_pipe(
            "sentencizer", config={"punct_chars": [".", "!", "?", "\n", ";", "…"]}
        )

    def parts(self, text: str) -> list[str]:
        """The parts, shortest cut first; one alone where there is nothing to cut."""
        sentences = [span.text.strip() for span in self._sentences(text).sents]
        pieces = [piece for sentence in sentences for piece in _in_order(sentence)]
        found = [part for piece in pieces for part in _ANOTHER.split(piece)]
        if len(_long_enough(found)) < 2:
            found = [piece for part in found for piece in _at_and(part)]
        return _long_enough(found)[:MOST_PARTS]


def possible(shares: Mapping[str, float], bars: Bars) -> bool:
    """Whether the runner-up may be a wish beside the best intent; where not, no part need be read for it.

    `shares` are those of the whole message, the largest first.
    """
    pair = list(shares)[:2]
    apart = not BESIDE & set(pair) and not any(set(pair) <= matter for matter in ONE_MATTER)
    return apart and shares[pair[-1]] >= bars.beside


def find(shares: Mapping[str, float], parts: Sequence[Part], bars: Bars) -> Second | None:
    """The wish beside the first one; `shares` are those of the whole message, the largest first.

    It is the whole message's runner-up, said clearly by a part in which the first wish is not heard, while
    another part says the first one and not this.
    """
    if not parts or not possible(shares, bars):
        return None
    first, other = list(shares)[:2]
    if not any(_says(part, first, other, bar=bars.first, overlap=bars.overlap) for part in parts):
        return None
    clear = [p for p in parts if _says(p, other, first, bar=bars.second, overlap=bars.overlap)]
    if not clear:
        return None
    clearest = max(clear, key=lambda part: part.confidence)
    return Second(other, clearest.confidence, clearest.text)


def rescued(shares: Mapping[str, float], parts: Sequence[Part], bars: Bars) -> Part | None:
    """The part that says clearly what a message in doubt is about; `shares` are those of the whole message.

    It stands for the message if no other wish is said as clearly, and if the whole message does not speak against it. A
    wish for a person is no rescue: whoever is not understood is offered one anyway.
    """
    clear = [p for p in parts if p.intent not in NO_RESCUE and p.confidence >= bars.rescue]
    if len({part.intent for part in clear}) != 1:
        return None
    clearest = max(clear, key=lambda part: part.confidence)
    return clearest if shares.get(clearest.intent, 0.0) >= bars.heard else None


def _says(part: Part, intent: str, not_this: str, *, bar: float, overlap: float) -> bool:
    clear = part.intent == intent and part.confidence >= bar
    return clear and part.shares.get(not_this, 0.0) < overlap


def _in_order(sentence: str) -> list[str]:
    """Both sides of "first this, then that"; a sentence with a condition stays whole."""
    found = _IN_ORDER.search(sentence)
    if found is None or _CONDITION.search(sentence):
        return [sentence]
    return [sentence[: found.start("then")], sentence[found.end() :]]


def _at_and(part: str) -> list[str]:
    """Both sides of the one "and" that has four words or more on each side."""
    for found in _AND.finditer(part):
        sides = [part[: found.start()], part[found.end() :]]
        if all(len(_WORD.findall(side)) > FEWEST_WORDS for side in sides):
            return sides
    return [part]


def _long_enough(parts: Sequence[str]) -> list[str]:
    return [part for part in parts if len(_WORD.findall(part)) >= FEWEST_WORDS]
