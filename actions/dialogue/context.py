"""What a message means in the talk it stands in, beyond the intent it was read as.

Invariants: words decide only where something is open or was just answered, or where they are a withdrawal by themselves and
only that was likely; an emergency or a declaration in the same
message comes first; "cancel that" lets go what is open, and ends a contract only where that is what is open; no yes with
"cancel" in it, said to something else, declares an end.
"""

import re
from dataclasses import replace

from actions.dialogue.answers import NO_FIRST
from actions.dialogue.frame import BotAction
from actions.turn import AT_ONCE, Second, Turn

ANSWERS = frozenset({"affirm", "deny", "inform", "stop_flow"})
CORRECTING = frozenset({"deny", "inform"})
_DECLARATIONS = frozenset({"cancel_subscription", "cancel_for_cause", "withdraw_contract"})
_SENTENCE_END = re.compile(r"(?<=[.!?\n;])\s+")
_CONDITION = re.compile(r"\b(?:if|unless|wenn|falls|sofern|solange)\b", re.IGNORECASE)
_CALLED_OFF = re.compile(
    r"\W*(?:(?:please|ok|okay|no|just|then|actually|never ?mind)\W+)*cancel"
    r"(?:\W+(?:that|it|this|all that|(?:the|that|this) (?:request|payment|debit|charge|attempt|promise|change|pause|instalments)"
    r"|again|please|then|thanks|now))*\W*",
    re.IGNORECASE,
)
# After a question of ours: the thing it is about, or the contract?
_OF_WHAT = re.compile(
    r"\W*(?:(?:yes|yeah|yep|sure|right|ok|okay|please|then|ja|jo|genau|bitte|dann)\W+)*(?:cancel|stornier\w*)"
    r"(?:\W+(?:it|that|this|es|das|ihn|sie|please|then|now|bitte|dann|jetzt))*\W*",
    re.IGNORECASE,
)
_CALL = "withdraw_call_back"
# All that is said, and nothing that could be about a life: "nothing helps any more" is not among it.
_IN_VAIN = re.compile(
    r"\W*(?:(?:nein|nö|leider|aber|das|es|no|but|sorry|that|it|this|still|also)\W+)*(?:"
    r"(?:bringt|hilft|nützt|nutzt)(?: (?:mir|leider|auch|gar|immer noch|trotzdem))* (?:nichts|nix|nicht)"
    r"|hat (?:(?:mir|leider|auch|gar) )*(?:nichts|nix|nicht) (?:gebracht|geholfen|genützt|genutzt)"
    r"|(?:bei mir )?(?:geht|klappt|funktioniert|läuft)(?: (?:es|das|bei mir|leider|immer noch|trotzdem|auch|weiterhin))* nicht"
    r"|(?:hab(?:e)? )?(?:ich )?(?:das |alles )*(?:schon|bereits|längst) (?:alles |mal )*(?:gemacht|probiert|versucht|getan|durch)"
    r"|(?:immer )?noch (?:immer )?(?:nichts|nix|dasselbe|das gleiche)"
    r"|(?:i |i have |i've |we )?(?:already |just )*(?:did|done|tried) (?:all )?(?:that|this|it|those)(?: already| before| twice)?"
    r"|still (?:nothing|the same|no luck|no good)"
    r"|(?:does|did)(?:n'?t| not) (?:work|help)(?: either| at all)?|not working|no luck)\W*",
    re.IGNORECASE,
)


def in_context(action: BotAction, turn: Turn) -> tuple[BotAction, Turn]:
    """A message in doubt that would most likely be a yes, a no or a value is one in a talk; so is a no that corrects
    the answer before it, whatever follows the no, and "that did not help". Plain words of the likeliest topic are no
    doubt; what is read as an end that no word names is one. "Cancel that" stops what is open; "yes, cancel it" is
    asked about.
    """
    if _is_called_off(turn):
        return action.actions["stop_flow"], replace(turn, intent="stop_flow")
    if turn.intent in _DECLARATIONS and _said_of_what_is_open(turn, _OF_WHAT):
        return action.actions["nlu_fallback"], replace(turn, intent="nlu_fallback", guess=None)
    likeliest = action.actions.get(turn.guess or "")
    if turn.intent == "nlu_fallback" and likeliest is not None and likeliest.claims(turn):
        return likeliest, replace(turn, intent=likeliest.intent)
    unsure = turn.intent == "nlu_fallback" or not action.named_in(turn)
    doubtful = unsure and bool(turn.open or turn.steps)
    if doubtful and turn.guess in ANSWERS:
        return action.actions[turn.guess], replace(turn, intent=turn.guess)
    corrected = replace(turn, intent="deny")
    says_no = _IN_VAIN.fullmatch(turn.typed) or (doubtful and NO_FIRST.match(turn.typed))
    if says_no and amended(action, corrected) is not None:
        return action.actions["deny"], corrected
    return action, turn


def urgent_first(action: BotAction, turn: Turn) -> tuple[BotAction, Turn]:
    """A declaration or an emergency that stands second in a message is received first."""
    second = turn.second
    if second is None or second.intent not in AT_ONCE or second.intent == turn.intent:
        return action, turn
    if turn.intent in AT_ONCE and second.intent != "crisis":
        return action, turn
    first = Second(turn.intent, turn.text) if turn.intent else None
    words = second.text or turn.text
    if second.intent in _DECLARATIONS:
        words = _with_condition(words, turn.text)
    return action.actions[second.intent], replace(
        turn, intent=second.intent, text=words, second=first
    )


def _with_condition(part: str, whole: str) -> str:
    """A part of a message with what its sentence says in front of it, where that is a condition: "if it is wrong ..."."""
    place = whole.find(part)
    begun = _SENTENCE_END.split(whole[:place])[-1] if place > 0 else ""
    return f"{begun}{part}" if _CONDITION.search(begun) else part


def amended(action: BotAction, turn: Turn) -> BotAction | None:
    """What was answered just before, when a no or a bare value corrects what was meant by it."""
    if turn.pressed or turn.intent not in CORRECTING or not turn.steps:
        return None
    before = action.actions.get(turn.steps[-1].intent)
    return before if before is not None and before.amended_by(turn) else None


def _is_called_off(turn: Turn) -> bool:
    """Whether "cancel" has no other object than what is open, where that is not itself to be cancelled."""
    withdraws = bool(turn.open) and turn.open[0].kind == _CALL
    return not withdraws and _said_of_what_is_open(turn, _CALLED_OFF)


def _said_of_what_is_open(turn: Turn, words: re.Pattern[str]) -> bool:
    """Whether these words are all that is said while something is open, and that is no end of a contract."""
    return (
        bool(turn.open)
        and not _DECLARATIONS & {matter.kind for matter in turn.open}
        and words.fullmatch(turn.typed) is not None
    )
