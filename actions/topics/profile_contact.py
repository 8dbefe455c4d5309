"""New e-mail address, phone number or name: after a fresh proof, shown, confirmed, and told to the old address.

Invariants: one thing is changed at a time, and what else was named comes next; a name that needs a document goes
to a person; so does whoever cannot reach the mailbox on file, because the proof goes there.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from typing_extensions import override

from actions.dialogue.fields import Choice, Facts, Field, value_of
from actions.dialogue.matter import Matter, Shown
from actions.dialogue.pending import Pending
from actions.replies import Reply, answer
from actions.services import ask
from actions.topics.login import to_people
from actions.topics.mailbox import lost_mailbox
from actions.turn import ACTS, Turn
from actions.voice import Voice
from handoff.contract import Card
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Level
from subscriptions.model.profile import ContactDetails, ContactReceipt

_VALUES = ("email", "phone", "name")
_NAME = r"[^\W\d_][\w'’-]*\.?"
_FULL_NAME = rf"((?=[A-ZÄÖÜÉÈÀÇŠŽ]){_NAME}(?:\s+(?=[A-ZÄÖÜÉÈÀÇŠŽ]|de\b|van\b|von\b|der\b|da\b|el\b){_NAME}){{0,4}})"
_NAMED = re.compile(
    r"(?i:\b(?:hei(?:ß|ss)e\s+(?:ich\s+)?(?:jetzt\s+|nun\s+|wieder\s+)?|name\s+(?:ist|lautet)\s+(?:jetzt\s+|richtig\s+)?"
    r"|richtig\s+(?:ist|wäre|heißt\s+es|lautet)\s+|korrekt\s+(?:ist|wäre)\s+|sondern\s+|(?:my|correct|right)\s+name\s+is\s+"
    r"|(?:should|must)\s+(?:be|read|say)\s+|spel(?:led|t)\s+|name\s*:\s*))" + _FULL_NAME
)
_DOCUMENT = re.compile(
    r"heirat|hochzeit|scheidung|geschieden|doppelname|geburtsname|m[äa]dchenname|married|marriage|wedding|divorc|maiden",
    re.IGNORECASE,
)
_WHAT = {
    "email": re.compile(r"\b(?:e-?)?mail\w*|\bpostfach\b|\binbox\b", re.IGNORECASE),
    "phone": re.compile(r"\b\w*(?:telefon|handy|rufnummer|phone|mobile)\w*", re.IGNORECASE),
    "name": re.compile(r"\b\w*name[ns]?\b|\bspel(?:led|t|ling)\b|\bmiss?pel\w*", re.IGNORECASE),
}
_LONGEST_NAME = 5


def _name(turn: Turn) -> str | None:
    found = _NAMED.search(turn.typed)
    return found.group(1).strip(" .") if found else None


def _bare_name(turn: Turn) -> str | None:
    """An answer of a few words without digits."""
    typed = turn.typed.strip(" .!")
    words = typed.split()
    few = 0 < len(words) <= _LONGEST_NAME and not re.search(r"[\d@?]", typed)
    return typed if few and turn.intent not in ACTS - {"inform"} else None


def _what(turn: Turn) -> str | None:
    """The one thing that is spoken of: by its value, else by its name."""
    given = [kind for kind in ("email", "phone") if turn.value(kind)]
    spoken = given or [kind for kind, pattern in _WHAT.items() if pattern.search(turn.typed)]
    if spoken:
        return spoken[0] if len(spoken) == 1 or given else None
    return "name" if _name(turn) else None


def _choices(voice: Voice) -> Sequence[Choice]:
    return [Choice(voice.text(f"profile.what_{kind}"), kind) for kind in _VALUES]


def _if(kind: str) -> Callable[[Facts], bool]:
    return lambda facts: facts.get("what") == kind


class ChangeContactDetails(Matter):
    """Asks for the proof first, then for what is missing; shows old and new."""

    intent = "change_contact_details"
    corrects = {Code.EMAIL_INVALID: "email", Code.PHONE_INVALID: "phone", Code.BAD_INPUT: "name"}
    hands_over = {Code.NAME_NEEDS_DOCUMENT: None}
    fields = (
        Field("what", "profile.ask_what", read=_what, choices=_choices),
        Field(
            "email",
            "profile.ask_email",
            read=value_of("email"),
            wrong="login.no_address",
            wanted=_if("email"),
        ),
        Field(
            "phone",
            "profile.ask_phone",
            read=value_of("phone"),
            wrong="profile.no_phone",
            wanted=_if("phone"),
        ),
        Field(
            "name",
            "profile.ask_name",
            read=_name,
            bare=_bare_name,
            wanted=_if("name"),
        ),
    )

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        # Before the proof: whoever cannot read the mailbox on file would never get past it.
        if lost_mailbox(turn.typed):
            return to_people(self.services, turn, voice.text("login.no_mailbox"), "SEC")
        if facts.get("what") == "name" and _DOCUMENT.search(turn.typed):
            return to_people(self.services, turn, voice.text("profile.name_with_document"), "SEC")
        if turn.caller.level < Level.CONFIRMED:
            raise SubscriptionError(Code.STEP_UP_NEEDED)
        return facts

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        details = await ask(self.services.subscriptions.profile.contact_details, turn.caller)
        what = facts["what"]
        old, new = _old(details, what), facts[what]
        if what == "name":
            new = _completed(old, new)
        if old == new:
            return answer(
                voice, voice.text("profile.unchanged", value=old), buttons=[voice.person_button()]
            )
        rows = [
            voice.row("profile.card_old", old or voice.text("profile.none")),
            voice.row("profile.card_new", new),
        ]
        card = Card(kind="info", title=voice.text(f"profile.what_{what}"), rows=rows)
        return Shown(voice.text(f"profile.{what}_proposal"), {what: new}, cards=[card])

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        profile, what = self.services.subscriptions.profile, facts["what"]
        changes = {
            "email": profile.change_email,
            "phone": profile.change_phone,
            "name": profile.change_name,
        }
        receipt = await ask(changes[what], turn.caller, facts[what], key=key)
        buttons = [voice.topic_button("change_address"), voice.person_button()]
        text = voice.text(f"profile.{what}_changed", until=voice.minute(receipt.undo_until))
        return answer(voice, text, cards=[_receipt_card(voice, receipt)], buttons=buttons)

    @override
    async def done(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        reply = await super().done(turn, voice, pending)
        now = pending.facts["what"]
        left = [kind for kind in _VALUES if kind in pending.facts and kind != now]
        if reply.pending or reply.handoff or not left:
            return reply
        facts = {kind: pending.facts[kind] for kind in left}
        following = replace(self._anew(turn, pending), facts={**facts, "what": left[0]})
        return reply.then(await self.go_on(turn, voice, following, {}))


def _old(details: ContactDetails, what: str) -> str:
    values = {"email": details.email, "phone": details.phone, "name": details.name}
    return values[what] or ""


def _completed(old: str, new: str) -> str:
    """A name of one word takes the place of the most alike one of the name on file."""
    before = old.split()
    if len(new.split()) > 1 or len(before) < 2:
        return new
    alike = [SequenceMatcher(None, word.casefold(), new.casefold()).ratio() for word in before]
    place = alike.index(max(alike))
    return " ".join([*before[:place], new, *before[place + 1 :]])


def _receipt_card(voice: Voice, receipt: ContactReceipt) -> Card:
    rows = [
        voice.row("card.reference", receipt.reference),
        voice.row("profile.card_old", receipt.old or voice.text("profile.none")),
        voice.row("profile.card_new", receipt.new),
    ]
    if receipt.confirm_until is not None:
        rows.append(voice.row("profile.card_confirm_by", voice.minute(receipt.confirm_until)))
    rows.append(voice.row("profile.card_undo_by", voice.minute(receipt.undo_until)))
    return Card(kind="receipt", title=voice.text("profile.card_contact_receipt"), rows=rows)
