"""What the dialogues about calls back share: which calls are promised, how one is spoken of, who wants none any more.

Invariants: only calls that are still to come are told; words that end a contract are never taken for words about a call.
"""

import re
from datetime import datetime

from actions.services import Services, ask
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button
from subscriptions.model.cases import CallbackReceipt
from subscriptions.policy.calendar import business_date

WITHDRAWING = "withdraw_call_back"

_A_CALL = (
    r"rückruf\w*|rueckruf\w*|anruf\w*|anzurufen|telefonat\w*|telefontermin\w*|zurückruf\w*|zurück(?:zu)?rufen|ruf(?:en|t|e)?\b[^!?]*\b(?:an|zurück|durch)"
    r"|(?:phone |telephone )?call(?:ing)?(?:[ -]?back)?|callback|(?:call|ring|phone)(?:ing)? me(?: back)?"
)
_SPEAKS_OF_ONE = re.compile(rf"\b(?:{_A_CALL})\b", re.IGNORECASE)
_NONE_ANY_MORE = re.compile(
    r"\b(?:nicht (?:mehr|länger)|nicht nötig|unnötig|kein(?:en)?\b[^.!?]*\b(?:mehr|nötig)|absagen|absage|abbestell\w*|stornier\w*"
    r"|streich\w*|zurückzieh\w*|zurücknehm\w*|hinfällig|überflüssig|erledigt|vergiss|vergessen|lass(?:en)?\b[^.!?]*\b(?:sein|bleiben)"
    r"|cancel\w*|withdraw\w*|call off|no longer|no need|need ?n[o']t|not necessary|any ?more|forget|scrap|drop"
    r"|(?:don'?t|do not) (?:need|want|bother|have to))\b",
    re.IGNORECASE,
)
_CANCELS_JUST_THAT = re.compile(
    rf"\b(?:cancel|call off|drop|scrap|withdraw|kündig\w*|stornier\w*)\s+(?:(?:the|my|that|this|your|den|meinen|diesen|bitte)\s+)*(?:{_A_CALL})\b"
    rf"|\b(?:{_A_CALL})\s+(?:(?:bitte|wieder|doch|den|can|be|to|should)\s+)*(?:kündigen|stornieren|absagen|cancell?ed)\b",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\b(?:abo\w*|vertr[aä]g\w*|kündig\w*|mitgliedschaft|subscription\w*|contract\w*|membership|plan"
    r"|beend\w*|aufhör\w*|alles(?! (?:klar|gut))|quit\w*|terminat\w*|unsubscrib\w*|leav(?:e|ing)(?! it)|everything"
    r"|end (?:it|my|the|our|this|all)|(?:und|and) (?:the|my|our|all|d(?:ie|as|en)|mein\w*|unser\w*))\b",
    re.IGNORECASE,
)


def withdraws_a_call(turn: Turn) -> bool:
    """Whether a message says that no call is wanted any more."""
    said = turn.typed
    return bool(_SPEAKS_OF_ONE.search(said) and _NONE_ANY_MORE.search(said))


def cancels_a_call_only(turn: Turn) -> bool:
    """Whether "cancel" is said of a call and of nothing else: in doubt it is the declaration it looks like."""
    found = _CANCELS_JUST_THAT.search(turn.typed)
    if found is None:
        return False
    beside = turn.typed[: found.start()] + turn.typed[found.end() :]
    return not speaks_of_more(beside)


def speaks_of_more(words: str) -> bool:
    """Whether words speak of a contract, of giving notice, or of something else beside a call."""
    return _MORE.search(words) is not None


async def open_calls(services: Services, turn: Turn) -> list[CallbackReceipt]:
    """The calls that are promised to the caller, the next one first."""
    every = await ask(services.subscriptions.cases.status, turn.caller, None)
    calls = (case.details.callback for case in every if case.details and case.details.callback)
    return sorted((c for c in calls if c.state == "promised"), key=lambda call: call.from_at)


def withdraw_button(voice: Voice, call: str) -> Button:
    """The way out of a promised call."""
    title = voice.text("calls.withdraw_button")
    return Button(title=title, intent="case_status", value={"withdraw": "yes", "call": call})


def spoken(voice: Voice, begins: datetime, ends: datetime) -> dict[str, str]:
    """Day and hours of a call, as they are put into a sentence."""
    return {
        "day": voice.day(business_date(begins)),
        "begins": voice.hour(begins),
        "ends": voice.hour(ends),
    }


def window(voice: Voice, call: CallbackReceipt) -> str:
    """Day and hours of a promised call."""
    return voice.text("calls.window", **spoken(voice, call.from_at, call.until_at))
