"""Accounts, addresses and numbers that somebody typed stay where they were typed: slots and buttons hold only where that is.

Invariants: what goes into a slot or a button holds no IBAN, mail address, phone number or street of a message, whoever
wrote it; read again in the same conversation it is what it was; a place that is not there any more holds nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from actions.dialogue.pending import Pending, Said
from actions.forms import values_of
from subscriptions.model.base import Caller
from subscriptions.policy.masking import mask_personal

_KINDS = ("iban", "email", "phone", "street")
_MARK = "\N{LEFTWARDS ARROW WITH HOOK}"
_TEXT, _SECOND = "text", "second"
_LONG_AGO = "1970-01-01T00:00:00+00:00"


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of this conversation: its words, its second request, its values, and the button it was."""

    text: str
    second: str
    entities: Mapping[str, tuple[str, ...]]
    pressed: Mapping[str, str]

    def at(self, kind: str, place: int) -> str | None:
        """A value by its kind and place, or the words."""
        if kind == _TEXT:
            return self.text
        values = self.entities.get(kind, ())
        return values[place] if place < len(values) else None

    def private(self) -> Iterator[tuple[str, str, int]]:
        """What is not to be copied: value, kind, place."""
        values = [
            (v, kind, at) for kind in _KINDS for at, v in enumerate(self.entities.get(kind, ()))
        ]
        yield from values
        told = mask_personal(self.text) != self.text or any(v in self.text for v, *_ in values)
        if told or self.text.startswith(_MARK):  # what looks like a place of ours has to be one
            yield self.text, _TEXT, 0


def heard_in(said: Iterable[Mapping[str, Any]]) -> dict[str, Heard]:
    """The messages of a conversation by the key of their turn, from the tracker's events."""
    found = {}
    for event in said:
        metadata, read = event.get("metadata") or {}, event.get("parse_data") or {}
        second = read.get("second_request") or {}
        text = str(event.get("text") or "").strip()
        entities = values_of(read.get("entities") or ())
        pressed = metadata.get("pressed") or {}
        if metadata.get("turn"):
            found[str(metadata["turn"])] = Heard(
                text, str(second.get("text", "")), entities, pressed
            )
    return found


def hidden(value: Mapping[str, str], heard: Mapping[str, Heard]) -> dict[str, str]:
    """A matter as it may be stored: what was typed replaced by where it was typed."""
    places = {
        text: f"{_MARK}{turn}|{kind}|{place}"
        for turn, message in heard.items()
        for text, kind, place in message.private()
    }
    kept = {name: places.get(fact, fact) for name, fact in value.items()}
    if kept.get("said"):
        kept["said"] = _place_of(Said.read(kept["said"]), heard) or kept["said"]
    if any(text in kept.get("gist", "") for text in places):
        kept["gist"] = ""  # it is shown anew instead of being called to mind
    return kept


def _place_of(said: Said | None, heard: Mapping[str, Heard]) -> str | None:
    for turn, message in list(heard.items())[::-1] if said else ():
        for kind, text in ((_TEXT, message.text), (_SECOND, message.second)):
            if said is not None and text and text == said.text.strip():
                return f"{_MARK}{turn}|{kind}|0"
    return None


def restored(value: Mapping[str, str], heard: Mapping[str, Heard]) -> dict[str, str]:
    """A matter as it was, from what was stored; where something is not known any more no yes counts."""
    every = {
        name: _told(name, fact, heard) if str(fact).startswith(_MARK) else fact
        for name, fact in value.items()
    }
    found = {name: told for name, told in every.items() if told is not None}
    return found if len(found) == len(every) else {**found, "until": _LONG_AGO}


def _told(name: str, fact: str, heard: Mapping[str, Heard]) -> str | None:
    turn, kind, place = [*fact.removeprefix(_MARK).rsplit("|", 2), "", ""][:3]
    message = heard.get(turn)
    if message is None or not place.isdecimal():
        return None
    if name != "said":
        return message.at(kind, int(place))
    text = message.second if kind == _SECOND else message.text
    pairs = ((of, each) for of, values in message.entities.items() for each in values)
    return Said(text, tuple(pairs), restored(message.pressed, heard)).dump()


def read_open(slot: object, caller: Caller, heard: Mapping[str, Heard]) -> tuple[Pending, ...]:
    """The open matters of the caller, the one that is talked about first, with what was `heard` for them."""
    values = slot if isinstance(slot, list) else []
    told = (restored(value, heard) for value in values if isinstance(value, Mapping))
    found = (Pending.read(value) for value in told)
    return tuple(matter for matter in found if matter and matter.belongs_to(caller))
