"""The topics that words in doubt may be about, as buttons which take those words along.

Invariants: topics only, never acts; a pressed guess is acted on as if the words had been understood, so nothing is typed
twice; an emergency or a declaration begins with its button alone, because it is received in words of its own.
"""

from actions.dialogue.acts import COMMON
from actions.dialogue.pending import Pending, Said
from actions.replies import Reply, answer
from actions.turn import ACTS, AT_ONCE, Turn
from actions.voice import Voice
from handoff.contract import Button

_GUESSES = 2
_WORDS_OF_A_WISH = 5
_SAID = "said"


def choice(turn: Turn, voice: Voice, said: str) -> Reply:
    """These words, the two likeliest topics, and a person; the commonest topics fill up."""
    buttons = [_button(turn, voice, intent) for intent in _guesses(turn, voice)]
    return answer(voice, voice.text(said), buttons=[*buttons, voice.person_button()])


def is_elsewhere(turn: Turn, intent: str) -> bool:
    """Whether words that answer nothing are long enough for a wish, and rather one of another topic than of this one."""
    wishes = turn.intent not in ACTS and len(turn.typed.split()) >= _WORDS_OF_A_WISH
    return wishes and bool(turn.likely) and turn.likely[0] != intent


def in_their_words(turn: Turn) -> Turn:
    """A pressed guess as the message that it stood under."""
    guessed = turn.intent is not None and Pending.read(turn.pressed) is None
    said = Said.read(turn.pressed.get(_SAID, "")) if guessed else None
    return turn.as_said(said, turn.intent or "") if said is not None else turn


def _button(turn: Turn, voice: Voice, intent: str) -> Button:
    takes_along = turn.typed and intent in turn.likely and intent not in AT_ONCE
    return voice.topic_button(intent, **({_SAID: turn.said().dump()} if takes_along else {}))


def _guesses(turn: Turn, voice: Voice) -> list[str]:
    known = (name for name in (*turn.likely, *COMMON) if voice.knows(f"intent_title.{name}"))
    return list(dict.fromkeys(known))[:_GUESSES]
