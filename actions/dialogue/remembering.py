"""What goes out for a turn and what the next turn will find in the tracker's slots.

Invariants: a turn that comes again finds its answer in `last_say`; nothing is remembered beyond a handoff but the
language; slots hold plain values only, and nothing private that was typed; a step holds no account, mail address or phone number in full.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.dialogue.pending import Pending
from actions.dialogue.private import hidden
from actions.replies import Reply
from actions.services import Services
from actions.turn import LastSay, Step, Turn
from actions.voice import Voice
from handoff.contract import NOT_UNDERSTOOD, BotReply, Say, Understanding
from subscriptions.policy.masking import mask_personal


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to a turn, the matters that stay open, the topmost first, and the last steps."""

    reply: Reply
    open: tuple[Pending, ...]
    steps: tuple[Step, ...]


_STEPS_KEPT = 5
_WORDS_OF_STEP = 140


def spoken(services: Services, turn: Turn, reply: Reply) -> LastSay:
    """The reply as it goes out: on the turn after a person, first a word that the bot is back."""
    voice = services.voice_in(reply.locale or turn.locale, turn.key)
    intro = " ".join(part for part in (_back_again(voice, turn), reply.intro) if part)
    says = [_stored(said, turn) for said in reply.says]
    items: list[BotReply] = [*_understood(says[:1], turn), *says[1:]]
    items += [*reply.promised, *(last for last in (reply.identified, reply.handoff) if last)]
    return LastSay(turn.key, intro, tuple(item.model_dump(mode="json") for item in items))


def _understood(first: list[Say], turn: Turn) -> list[Say]:
    """The first words tell agents what the message was taken for; a pressed button was not guessed at."""
    known = None
    if turn.typed and turn.intent:
        guess = turn.guess if turn.intent == NOT_UNDERSTOOD else None
        known = Understanding(intent=turn.intent, confidence=turn.confidence, guess=guess)
    return [said.model_copy(update={"understood": known}) for said in first]


def _stored(said: Say, turn: Turn) -> Say:
    """A message whose buttons hold nothing that was typed."""
    buttons = [
        button.model_copy(update={"value": hidden(button.value, turn.heard)})
        for button in said.buttons
    ]
    return said.model_copy(update={"buttons": buttons})


def _back_again(voice: Voice, turn: Turn) -> str:
    if turn.handback is None:
        return ""
    outcome = turn.handback.outcome.strip().rstrip(".")
    if not outcome:
        return voice.text("handback.plain", agent=turn.handback.agent)
    return voice.text("handback.outcome", agent=turn.handback.agent, outcome=outcome)


def utter(dispatcher: CollectingDispatcher, words: LastSay) -> None:
    """Hand the answer to the SDK, the intro in front of the first sentence."""
    intro = words.intro
    for reply in words.replies:
        message = dict(reply)
        if intro and reply.get("type") == "say":
            message["text"] = f"{intro}\n\n{reply['text']}"
            intro = ""
        dispatcher.utter_message(json_message=message)


def steps_after(turn: Turn, answered: Iterable[tuple[str, Reply]]) -> tuple[Step, ...]:
    """The last steps with those of this turn: what each was about and the first line of its answer."""
    made = [_step(intent, reply) for intent, reply in answered if reply.says]
    return (*turn.steps, *made)[-_STEPS_KEPT:]


def _step(intent: str, reply: Reply) -> Step:
    line = mask_personal(reply.says[0].text.strip().split("\n", 1)[0])
    return Step(intent, shorten(line, _WORDS_OF_STEP, placeholder=" …").rstrip(":"), reply.did)


def remembered(turn: Turn, outcome: Outcome, words: LastSay) -> list[dict[str, Any]]:
    """The slots after this turn."""
    reply = outcome.reply
    last_say = {"turn": words.turn, "intro": words.intro, "replies": list(words.replies)}
    kept = () if reply.handoff else outcome.steps
    return [
        SlotSet("open", [hidden(matter.value(), turn.heard) for matter in outcome.open] or None),
        SlotSet("last_say", last_say),
        SlotSet("locale", reply.locale or turn.locale),
        SlotSet("steps", [[step.intent, step.answer, step.did] for step in kept] or None),
    ]
