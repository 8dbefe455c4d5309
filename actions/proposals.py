"""Proposals: what is about to be done, in one sentence, with Yes and No under it.

Invariants: nothing is executed by proposing; the button carries the proposal itself, so a press means
exactly what stood beside it, whenever it comes before `until`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from actions.pending import Pending
from actions.replies import Reply, answer
from actions.voice import Voice
from handoff.contract import Button, Card

VALID_FOR = timedelta(minutes=30)


def propose(
    voice: Voice,
    text: str,
    pending: Pending,
    *,
    cards: Sequence[Card] = (),
    more: Sequence[Button] = (),
) -> Reply:
    """Ask for a plain yes or no."""
    yes = Button(title=voice.text("button.yes"), intent="affirm", value=pending.value())
    no = Button(title=voice.text("button.no"), intent="deny", value=pending.value())
    reply = answer(voice, text, cards=cards, buttons=[yes, no, *more])
    return replace(reply, pending=pending)
