"""Who answers a message: the open matter it speaks to, or the topic it names; and what comes after the answer.

Invariants: a pressed button reaches exactly the matter it stood under; a message in between is answered and the open
matter called to mind; a second request is taken up after the first; a proof of identity goes on where it was
asked for; a handoff ends all of it, and tells what was open.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime

from actions.dialogue.context import ANSWERS, amended, in_context, urgent_first
from actions.dialogue.frame import BotAction
from actions.dialogue.guesses import in_their_words
from actions.dialogue.patience import out_of_patience
from actions.dialogue.pending import Pending, stacked, subject_of
from actions.dialogue.proposals import VALID_FOR, stands
from actions.dialogue.remembering import Outcome, steps_after
from actions.packet import handoff
from actions.replies import Reply, answer, say
from actions.turn import ACTS, NO_TOPIC, Turn
from actions.voice import Voice
from handoff.contract import HandoffReason
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level

_TO_THE_OPEN_MATTER = ANSWERS | {"nlu_fallback"}
IDENTIFY = "identify"


async def converse(action: BotAction, turn: Turn) -> Outcome:
    """Answer one turn. `action` is the one that the intent names."""
    action, turn = urgent_first(*in_context(action, in_their_words(turn)))
    held = _held(action, turn)
    if held is not None:
        turn = _about(action, turn, held)
        answering, waiting = action.actions[held.kind], _others(turn.open, held)
    else:
        answering = amended(action, turn) or action
        waiting = _not_replaced(turn.open, answering.replaces | {answering.intent})
    if held is not None and not stands(turn, held):
        reply, waiting = await _let_go(answering, turn, held), turn.open
    else:
        reply = await _first(answering, turn, held)
    if answering.intent == IDENTIFY and reply.pending is None and reply.identified is None:
        waiting = waiting[1:]  # what needs a proof that is not given ends with it
    waiting = stacked((*_opened(reply), *_second(answering, turn, held), *waiting))
    answered = [(answering.intent, reply)]
    reply, waiting = await _afterwards(answering, turn, waiting, answered)
    if reply.handoff is not None:
        open_intents = [matter.kind for matter in waiting if matter.kind != IDENTIFY]
        reply = replace(reply, handoff=reply.handoff.model_copy(update={"open": open_intents}))
        waiting = ()
    return Outcome(reply, waiting, steps_after(turn, answered))


def _held(action: BotAction, turn: Turn) -> Pending | None:
    """The open matter that a message speaks to: by its button, as an act, or with a value it waits for."""
    pressed = Pending.read(turn.pressed)
    if pressed is not None:
        mine = pressed.belongs_to(turn.caller) and pressed.kind in action.actions
        return pressed if mine else None
    top = next(iter(turn.open), None)
    if top is None or top.kind not in action.actions or turn.pressed:
        return None
    between = amended(action, turn)
    asked_between = between is not None and between.intent != top.kind
    spoken_to = turn.intent in _TO_THE_OPEN_MATTER and not asked_between
    return top if spoken_to or action.actions[top.kind].takes(turn, top) else None


def _not_replaced(matters: Sequence[Pending], replaced: frozenset[str]) -> tuple[Pending, ...]:
    """Without those that a new matter takes the place of, and without the proof that only they waited for."""
    kept = []
    for place, matter in enumerate(matters):
        guarded = (
            matters[place + 1] if matter.kind == IDENTIFY and place + 1 < len(matters) else matter
        )
        if guarded.kind not in replaced:
            kept.append(matter)
    return tuple(kept)


def _about(action: BotAction, turn: Turn, held: Pending) -> Turn:
    """The turn as one of the open matter; an act stays what it is."""
    acts = turn.intent in ACTS
    return turn if acts else replace(turn, intent=action.actions[held.kind].intent)


def _others(matters: Sequence[Pending], held: Pending) -> tuple[Pending, ...]:
    return tuple(matter for matter in matters if matter.key != held.key)


async def _let_go(answering: BotAction, turn: Turn, held: Pending) -> Reply:
    """The yes under a showing that is over; what is open instead is called to mind after it."""
    if any(matter.key == held.key for matter in turn.open):
        voice = answering.services.voice(turn)
        return answer(voice, voice.text("confirm.changed_since"))
    return await answering.guarded(turn, lambda voice: answering.let_go(turn, voice, held))


async def _first(answering: BotAction, turn: Turn, held: Pending | None) -> Reply:
    """The answer of whoever answers, unless a person has to take over."""
    reason = out_of_patience(turn)
    moving = reason == "repeated" and held is not None and answering.moved_by(turn, held)
    if reason is not None and not moving:
        words = say(answering.services.voice(turn), _passing_words(answering, turn, reason))
        return Reply((words,), handoff=handoff(answering.services, turn, reason))
    if held is not None:
        return await _or_identity(
            answering, turn, lambda v: answering.taken(turn, v, held), waiting=held
        )
    waiting = _to_do(answering.intent, turn, answering.services.clock())
    return await _or_identity(answering, turn, lambda v: answering.act(turn, v), waiting=waiting)


def _passing_words(answering: BotAction, turn: Turn, reason: HandoffReason) -> str:
    return answering.services.voice(turn).text(f"handover.{reason}")


async def _or_identity(
    action: BotAction, turn: Turn, way: Callable[[Voice], Awaitable[Reply]], *, waiting: Pending
) -> Reply:
    """The answer; where a proof of identity is missing, that is asked for first and the matter waits."""
    try:
        return await action.guarded(turn, way)
    except SubscriptionError as refusal:
        return await _identity(action, turn, waiting, refusal.code)


def _to_do(intent: str, turn: Turn, now: datetime) -> Pending:
    """A message that still has to be acted on, as an open matter."""
    key, until = f"{turn.key}:{intent}", now + VALID_FOR
    return Pending(intent, subject_of(turn.caller), key, until, {}, said=turn.said())


async def _identity(answering: BotAction, turn: Turn, waiting: Pending, code: Code) -> Reply:
    """Ask for the proof that is missing; what needs it waits below."""
    identify = answering.actions[IDENTIFY]
    asked = _proof_for(waiting, turn, code, answering.services.clock())
    try:
        reply = await identify.guarded(turn, lambda v: identify.resumed(turn, v, asked))
    except SubscriptionError:
        return await identify.guarded(
            turn, lambda v: answering.actions["request_human"].act(turn, v)
        )
    if reply.pending is None:
        return reply
    return replace(reply, under=(*reply.under, waiting))


def _proof_for(waiting: Pending, turn: Turn, code: Code, now: datetime) -> Pending:
    """The proof that is asked for already, if it is as strong as needed, else a new one."""
    level = Level.CONFIRMED if code is Code.STEP_UP_NEEDED else Level.IDENTIFIED
    running = (matter for matter in turn.open if matter.kind == IDENTIFY)
    strong = (matter for matter in running if int(matter.fact("level")) >= level)
    new = replace(_to_do(IDENTIFY, turn, now), said=None)
    new = replace(new, facts={"level": str(int(level)), "for": waiting.kind})
    return next(strong, new)


def _opened(reply: Reply) -> tuple[Pending, ...]:
    return (*((reply.pending,) if reply.pending else ()), *reply.under)


def _second(answering: BotAction, turn: Turn, held: Pending | None) -> tuple[Pending, ...]:
    """The second request of the same message, to be acted on after the first."""
    second = turn.second
    if second is None or held is not None or second.intent == answering.intent:
        return ()
    if second.intent in NO_TOPIC or second.intent not in answering.actions:
        return ()
    other = replace(turn, text=second.text or turn.text, pressed={}, second=None)
    return (_to_do(second.intent, other, answering.services.clock()),)


async def _afterwards(
    answering: BotAction,
    turn: Turn,
    waiting: tuple[Pending, ...],
    answered: list[tuple[str, Reply]],
) -> tuple[Reply, tuple[Pending, ...]]:
    """Go on with what waits: at once if it was never begun or waited for the proof, else call it to mind.

    `answered` holds the first answer and gets those that follow it.
    """
    reply = answered[0][1]
    proven = reply.identified is not None
    if reply.identified is not None:
        caller = _proven(turn.caller, reply)
        turn = replace(turn, caller=caller)
        subject = subject_of(caller)
        waiting = tuple(replace(matter, subject=subject) for matter in waiting)
    while reply.pending is None and reply.handoff is None and waiting:
        matter, rest = waiting[0], waiting[1:]
        if not (matter.said or proven):
            return await _reminded(answering, turn, reply, waiting)
        more = await _taken_up(answering.actions[matter.kind], turn, matter)
        answered.append((matter.kind, more))
        reply, proven = reply.then(more), False
        waiting = stacked((*_opened(more), *rest))
    return reply, waiting


async def _taken_up(action: BotAction, turn: Turn, matter: Pending) -> Reply:
    """Act on a message that waited, or go on where the proof was asked for."""
    if matter.said is not None:
        then = turn.as_said(matter.said, matter.kind)
        return await _or_identity(action, then, lambda v: action.act(then, v), waiting=matter)
    now = replace(turn, intent=matter.kind, text="", entities={}, pressed={}, second=None)
    return await _or_identity(action, now, lambda v: action.resumed(now, v, matter), waiting=matter)


async def _reminded(
    answering: BotAction, turn: Turn, reply: Reply, waiting: tuple[Pending, ...]
) -> tuple[Reply, tuple[Pending, ...]]:
    """What waits, called to mind; a matter that had to be shown anew for that takes its own place."""
    if not answering.reminds:
        return reply, waiting
    matter, *rest = waiting
    action, locale = answering.actions[matter.kind], reply.locale or turn.locale
    voice = answering.services.voice_in(locale, turn.key)
    try:
        more = await action.guarded(turn, lambda _: action.reminder(turn, voice, matter))
    except SubscriptionError:
        return reply, waiting
    if more.says:
        waiting = stacked((*_opened(more), *rest))
    return replace(reply.then(more), pending=None, under=()), waiting


def _proven(caller: Caller, reply: Reply) -> Caller:
    proof = reply.identified
    if proof is None:
        return caller
    return replace(
        caller,
        subscriber=proof.subscriber_id,
        level=Level(proof.level),
        proven_at=datetime.fromisoformat(proof.proven_at),
    )
