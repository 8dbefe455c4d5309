"""What was begun from the line to a person: it ends done, or in the line again.

Invariant: who chose something instead of waiting and then does not want it is not left without a person.
"""

from actions.dialogue.fields import Field
from actions.dialogue.pending import Pending
from actions.packet import handoff
from actions.replies import Reply, say
from actions.services import Services
from actions.turn import Turn
from actions.voice import Voice

DESK = Field("desk", "calls.ask_when", wanted=lambda _: False)
"""The case that waited at the desk when the matter began; known from the button only."""


def waits_again(services: Services, turn: Turn, voice: Voice, pending: Pending) -> Reply | None:
    """Back into the line, for a matter that began there; None for every other one."""
    if "desk" not in pending.facts:
        return None
    words = say(voice, voice.text("handover.waits_again"))
    return Reply((words,), handoff=handoff(services, turn, "asked"))
