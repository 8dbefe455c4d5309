"""Whether a message answers what an open matter asks, whatever intent it was read as.

Invariants: an emergency, a declaration or a wish for a person that is clearly read answers nothing; words that stand on
an offered button are always that answer; without a value that fits, small talk stays small talk.
"""

import re
from collections.abc import Sequence

from actions.dialogue.fields import Choice, Field, chosen
from actions.dialogue.pending import Pending
from actions.turn import AT_ONCE, SMALL_TALK, LastSay, Turn

_LONGEST_VALUE = 8
_LONGEST_BARE_VALUE = 3
_SURE = 0.6
_OF_ITS_OWN = AT_ONCE | {"request_human", "switch_language", "repeat"}
_ENDING = re.compile(
    r"k[üu]e?nd|beende|aufh[öo]r|cancel|terminat|unsubscrib|\bend (?:my|the|our|this)|\bquit\b",
    re.IGNORECASE,
)
NO_FIRST = re.compile(r"\W*(?:nein|nee|nö|nope|no)\b", re.IGNORECASE)


def is_answer(turn: Turn, pending: Pending, asked: Field | None, *, tells: bool) -> bool:
    """Whether a message of another intent is an answer in this matter, which asks for `asked` or shows something.

    `tells` says that the words hold a value of the matter.
    """
    if not turn.typed:
        return False
    if turn.intent in ("nlu_fallback", pending.kind) or (turn.intent == "out_of_scope" and tells):
        return True
    choices = offered(turn.last_say, pending)
    if any(_same(turn.typed, choice.title) for choice in choices):
        return True
    if _stands_alone(turn):
        return _is_weak(turn) and _is_bare(turn) and _fits(turn, asked, ())
    if turn.intent in SMALL_TALK:
        return _fits(turn, asked, choices)
    if asked is not None and asked.free:
        return not turn.is_question
    if turn.intent == "out_of_scope" and _fits(turn, asked, choices):
        return True
    holds = tells or (_is_weak(turn) and _fits(turn, asked, choices))
    short = len(turn.typed.split()) <= _LONGEST_VALUE or _is_weak(turn)
    return holds and short and not turn.is_question


def offered(said: LastSay | None, pending: Pending) -> list[Choice]:
    """The answers on the buttons of the last message to what this matter asks."""
    buttons = [button for reply in (said.replies if said else ()) for button in _buttons(reply)]
    return [
        Choice(str(button["title"]), str(button["value"][pending.asks]))
        for button in buttons
        if button["value"].get("key") == pending.key and pending.asks in button["value"]
    ]


def _buttons(reply: dict[str, object]) -> list[dict[str, dict[str, str]]]:
    found = reply.get("buttons")
    return found if isinstance(found, list) else []


def _stands_alone(turn: Turn) -> bool:
    """Whether no open question may swallow a message of this intent.

    A short answer ("the streaming one", "two months") is sometimes read as a cancellation: without a word for ending
    it is none.
    """
    if turn.intent == "cancel_subscription":
        return _ENDING.search(turn.typed) is not None
    return turn.intent in _OF_ITS_OWN


def _fits(turn: Turn, asked: Field | None, choices: Sequence[Choice]) -> bool:
    return asked is not None and bool(asked.read(turn) or chosen(turn.typed, choices))


def _is_weak(turn: Turn) -> bool:
    return (turn.confidence or 0.0) < _SURE


def _is_bare(turn: Turn) -> bool:
    return len(turn.typed.split()) <= _LONGEST_BARE_VALUE


def _same(typed: str, title: str) -> bool:
    """Whether the words are those of a button, or most of them ("weiß ich nicht mehr" of "Das weiß ich nicht mehr")."""
    told, offers = _plain(typed), _plain(title)
    return told == offers or (len(told.split()) >= _LONGEST_BARE_VALUE and told in offers)


def _plain(words: str) -> str:
    return words.casefold().replace("’", "'").replace("n't", " not").strip(" .!")
