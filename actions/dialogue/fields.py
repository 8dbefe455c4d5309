"""What a topic may need to know: how it is asked for and how it is found in a message.

Invariants: reading is pure and never guesses; a value is a string in the normal form of its kind (ISO days,
minor units, catalogue codes), as the assistant's checked matchers give it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button

Facts = Mapping[str, str]
Read = Callable[[Turn], str | None]

_SHORTEST_TEXT = 3
_SHORTEST_NAME = 3
_ORDINALS = (
    r"\b(?:1|eins?|erste[nrsm]?|ersteres?|first)\b|^(?:(?:number|option) )?one\b",
    r"\b(?:2|zwei|zweite[nrsm]?|two|second)\b",
    r"\b(?:3|drei|dritte[nrsm]?|three|third)\b",
    r"\b(?:4|vier|vierte[nrsm]?|four|fourth)\b",
)
_LAST = re.compile(r"\b(?:letzte[nrsm]?|last)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several answers: what the button says and the value it stands for."""

    title: str
    value: str


def _nothing_else(_: Voice) -> Sequence[Choice]:
    return ()


def _always(_: Facts) -> bool:
    return True


def _nothing(_: Turn) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a topic needs to know.

    `ask` is the key of the question; `read` finds the value in any message; `bare` also in an answer to the
    question (the whole text, for example). `free` says that any words are an answer. `choices` become buttons. `wrong` is
    the key of the sentence for an answer that does not fit. `wanted` says whether it is needed at all.
    """

    name: str
    ask: str
    read: Read = _nothing
    bare: Read = _nothing
    free: bool = False
    choices: Callable[[Voice], Sequence[Choice]] = _nothing_else
    wrong: str = "flow.not_understood"
    wanted: Callable[[Facts], bool] = _always

    def found(self, turn: Turn) -> str | None:
        """The value in a message that may hold it."""
        return turn.pressed.get(self.name) or self.read(turn)

    def answered(self, turn: Turn) -> str | None:
        """The value in an answer to the question."""
        return self.found(turn) or self.bare(turn)


def value_of(kind: str, *, place: int = 0) -> Read:
    """Reads a value of a kind; `place` 1 is the second one that was said."""

    def read(turn: Turn) -> str | None:
        values = turn.entities.get(kind, ())
        return values[place] if place < len(values) else None

    return read


def words(turn: Turn) -> str | None:
    """All that was typed, if it is more than a syllable."""
    return turn.typed if len(turn.typed) >= _SHORTEST_TEXT else None


def short_words(most: int) -> Read:
    """All that was typed, if it has no more than `most` words: a name, a code."""

    def read(turn: Turn) -> str | None:
        typed = words(turn)
        return typed if typed and len(typed.split()) <= most else None

    return read


def matching(pattern: str, *, form: Callable[[str], str] = str) -> Read:
    """Reads the first group (or all) of a pattern in the typed words, brought into `form`."""
    compiled = re.compile(pattern, re.IGNORECASE)

    def read(turn: Turn) -> str | None:
        found = compiled.search(turn.typed)
        return form(found.group(found.lastindex or 0)) if found else None

    return read


def chosen(typed: str, choices: Sequence[Choice]) -> str | None:
    """The choice that typed words mean: by its name or by its place; nothing when two would fit."""
    told = typed.casefold().strip(" .!")
    if not told or not choices:
        return None
    named = [c for c in choices if _names(told, c.title.casefold())]
    if len(named) == 1:
        return named[0].value
    exact = [c for c in named if c.title.casefold() == told]
    return exact[0].value if len(exact) == 1 else _by_place(told, choices)


def _names(told: str, title: str) -> bool:
    if told == title or re.search(rf"\b{re.escape(title)}\b", told):
        return True
    return len(told) >= _SHORTEST_NAME and re.search(rf"\b{re.escape(told)}\b", title) is not None


def _by_place(told: str, choices: Sequence[Choice]) -> str | None:
    if len(told.split()) > _SHORTEST_NAME + 1:
        return None
    if _LAST.search(told):
        return choices[-1].value
    places = [i for i, pattern in enumerate(_ORDINALS) if re.search(pattern, told, re.IGNORECASE)]
    return choices[places[0]].value if len(places) == 1 and places[0] < len(choices) else None


def buttons_for(choices: Sequence[Choice], name: str, pending: Mapping[str, str]) -> list[Button]:
    """A button for each choice; pressed, it answers exactly the question it stood under."""
    return [
        Button(title=c.title, intent="inform", value={**pending, name: c.value}) for c in choices
    ]
