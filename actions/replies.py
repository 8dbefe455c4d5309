"""What an action answers: sentences, perhaps a handoff, perhaps a proposal that waits for a yes.

Invariants: a reply says something or hands over, never neither; the words come before the handoff.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from actions.pending import Pending
from actions.voice import Voice
from handoff.contract import Button, Card, HandoffRequest, Locale, Say


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one turn. `intro` is spoken before the first sentence and is not repeated later."""

    says: tuple[Say, ...]
    handoff: HandoffRequest | None = None
    pending: Pending | None = None
    intro: str = ""
    locale: Locale | None = None


def say(
    voice: Voice, text: str, *, cards: Sequence[Card] = (), buttons: Sequence[Button] = ()
) -> Say:
    """One message in the voice's language."""
    return Say(text=text, locale=voice.locale, cards=list(cards), buttons=list(buttons))


def answer(
    voice: Voice, text: str, *, cards: Sequence[Card] = (), buttons: Sequence[Button] = ()
) -> Reply:
    """A reply of one message."""
    return Reply((say(voice, text, cards=cards, buttons=buttons),))
