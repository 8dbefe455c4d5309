"""Login trouble: a new password, and getting back in, in two rounds; then a person.

Invariants: nothing said to somebody unknown tells whether an account exists; an address typed in the chat is only ever
compared by the business, mail goes to the address on file; whoever has no access to that mailbox gets a person.
"""

import re
from dataclasses import replace

from typing_extensions import override

from actions.dialogue.fields import Facts, Field, matching, value_of
from actions.dialogue.pending import Pending
from actions.dialogue.proposals import propose
from actions.dialogue.topic import Topic
from actions.packet import handoff
from actions.replies import Reply, answer, say
from actions.services import Services, ask
from actions.topics.mailbox import lost_mailbox
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button, Skill
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.identity import LoginStatus, UnlockOutcome

EMAIL = Field("email", "login.ask_address", read=value_of("email"), wrong="login.no_address")
_MOST_ROUNDS = 2
_ABOUT_CODES = re.compile(
    r"\b\w*(?:code|sms|pin|tan)\b|best[äa]tigungs\w+|verification|confirmation", re.IGNORECASE
)
_WHICH_ADDRESS = re.compile(
    r"\bwelche\w* (?:e-?)?mail|\b(?:which|what) (?:e-?)?mail|\bmail\w*\b.{0,40}\b(?:registriert|hinterlegt|registered)",
    re.IGNORECASE,
)
_WORKED = re.compile(
    r"\b(?:bin (?:\w+ ){0,2}drin|(?:klappt|geht|funktioniert) (?:jetzt|wieder|nun)|works now|working now|i['’]?m (?:back )?in)\b",
    re.IGNORECASE,
)


def to_people(services: Services, turn: Turn, words: str, skill: Skill) -> Reply:
    """These words, and the people of a skill, because the catalogue says so."""
    request = handoff(services, turn, "catalogue").model_copy(update={"skill": skill})
    return Reply((say(services.voice(turn), words),), handoff=request)


class ResetPassword(Topic):
    """Sends the link; somebody unknown is asked for the address first."""

    intent = "reset_password"
    writes = True
    fields = (EMAIL, Field("mailbox", "login.ask_address", wanted=lambda _: False))

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        if "mailbox" in facts or lost_mailbox(turn.typed):
            return to_people(self.services, turn, voice.text("login.no_mailbox"), "SEC")
        # The mail goes to the address on file; whoever is identified need not type one.
        return {**facts, "email": facts.get("email", "")} if turn.identified else facts

    @override
    async def tell(self, turn: Turn, voice: Voice, facts: Facts, pending: Pending) -> Reply:
        """One text for every outcome."""
        receipt = await ask(
            self.services.subscriptions.identity.request_reset,
            turn.caller,
            facts["email"] or None,
            key=pending.key,
        )
        text = voice.text("login.reset", minutes=str(receipt.valid_minutes))
        lost = Button(
            title=voice.text("button.no_mailbox"), intent=self.intent, value={"mailbox": "lost"}
        )
        buttons = [lost, voice.topic_button("cannot_log_in"), voice.person_button()]
        return answer(voice, text, buttons=buttons)


class CannotLogIn(Topic):
    """Known: why, and the way back in. Unknown: a link to the address on file. It is asked whether that worked."""

    intent = "cannot_log_in"
    writes = True
    replaces = frozenset({"cannot_log_in"})
    fields = (
        EMAIL,
        Field(
            "prove",
            "login.ask_address",
            read=matching(r"\b(?:warum|wieso|why)\b.{0,40}\b(?:ge|be)?(?:sperrt|locked|blocked)\b"),
            wanted=lambda _: False,
        ),
    )

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        if lost_mailbox(turn.typed):
            return to_people(self.services, turn, voice.text("login.no_mailbox"), "SEC")
        if turn.identified:
            # Who has just proven who they are begins anew: now it can be said why.
            begun = {"prove", "round"} if "prove" in facts else set()
            return {**{n: v for n, v in facts.items() if n not in begun}, "email": ""}
        if "prove" in facts:  # why it is locked is told to whom it belongs
            raise SubscriptionError(Code.IDENTITY_NEEDED)
        return facts

    @override
    def question(self, voice: Voice, field: Field, facts: Facts) -> str:
        return voice.text("login.ask_other" if "round" in facts else field.ask)

    @override
    async def tell(self, turn: Turn, voice: Voice, facts: Facts, pending: Pending) -> Reply:
        identity = self.services.subscriptions.identity
        key = f"{pending.key}:{facts.get('round', '0')}"
        if not turn.identified:
            sent = await ask(identity.unlock, turn.caller, facts["email"], key=key)
            text = voice.text("login.way_in", minutes=str(sent.valid_minutes))
            return _does_it_work(voice, text, pending, more=[_prove_button(voice)])
        pending = replace(pending, facts=facts)
        status = await ask(identity.login_status, turn.caller)
        address = status.address or ""
        if status.state == "compromised" or "open" in facts:
            return await self._unlocked(turn, voice, pending, status)
        if status.state == "tries":
            return propose(voice, voice.text("login.locked", address=address), pending)
        if "round" in facts:
            sent_link = await ask(identity.request_reset, turn.caller, None, key=key)
            minutes = str(sent_link.valid_minutes)
            text = voice.text("login.link_instead", address=address, minutes=minutes)
            return _does_it_work(voice, text, pending)
        return _does_it_work(voice, _why_not(turn, voice, status), pending)

    @override
    async def confirmed(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        reply = await self.go_on(turn, voice, pending, {"open": "yes"})
        return replace(reply, did=pending.showing)

    async def _unlocked(
        self, turn: Turn, voice: Voice, pending: Pending, status: LoginStatus
    ) -> Reply:
        """Open a login that wrong passwords locked; one locked after a break-in waits for a person."""
        receipt = await ask(
            self.services.subscriptions.identity.unlock, turn.caller, None, key=pending.key
        )
        if receipt.outcome is UnlockOutcome.PERSON:
            words = voice.text("login.secured", case=receipt.case or "")
            return to_people(self.services, turn, words, "SEC")
        if receipt.outcome is UnlockOutcome.WAS_FREE:
            return _does_it_work(voice, _why_not(turn, voice, status), pending)
        text = voice.text("login.unlocked", address=status.address or "")
        return _does_it_work(voice, text, pending)

    @override
    async def taken(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        tried = int(pending.facts.get("round", "0"))
        if not tried or turn.intent == "stop_flow":
            return await super().taken(turn, voice, pending)
        if (turn.intent == "affirm" and not pending.asks) or _WORKED.search(turn.typed):
            return answer(voice, voice.text("login.works"), buttons=[voice.person_button()])
        found = self._found(turn)
        refused = bool(pending.asks) and turn.intent == "deny"
        if tried >= _MOST_ROUNDS or (refused and "email" not in found):
            return to_people(self.services, turn, voice.text("login.to_technicians"), "TEC")
        if pending.asks:
            return await super().taken(turn, voice, pending)
        return await self.go_on(turn, voice, pending, found)

    @override
    def takes(self, turn: Turn, pending: Pending) -> bool:
        tried = "round" in pending.facts and not turn.is_question
        worked = tried and turn.intent != "request_human" and _WORKED.search(turn.typed) is not None
        return worked or super().takes(turn, pending)

    @override
    async def reminder(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        if pending.asks or "round" not in pending.facts:
            return await super().reminder(turn, voice, pending)
        back = voice.text("flow.back_to", topic=voice.topic(self.intent))
        return propose(voice, f"{back} {voice.text('login.does_it_work')}", pending)

    @override
    def dropped(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        if "round" not in pending.facts:
            return super().dropped(turn, voice, pending)
        return answer(voice, voice.text("confirm.fine"), buttons=[voice.person_button()])


def _does_it_work(
    voice: Voice, text: str, pending: Pending, *, more: list[Button] | None = None
) -> Reply:
    """What was done, and the question whether it helped; a typed address is forgotten."""
    tried = str(int(pending.facts.get("round", "0")) + 1)
    waiting = replace(pending, facts={"round": tried})
    buttons = [*(more or ()), voice.person_button()]
    words = f"{text} {voice.text('login.does_it_work')}"
    return propose(voice, words, waiting, more=buttons)


def _prove_button(voice: Voice) -> Button:
    title = voice.text("button.prove_and_see")
    return Button(title=title, intent="cannot_log_in", value={"prove": "yes"})


def _why_not(turn: Turn, voice: Voice, status: LoginStatus) -> str:
    """What we see of a login that is not locked, in the light of what was asked."""
    address = status.address or ""
    if _WHICH_ADDRESS.search(turn.typed):
        return voice.text("login.which_address", address=address)
    if _ABOUT_CODES.search(turn.typed):
        return voice.text("login.no_code_came", address=address)
    if status.last_login_at is None:
        return voice.text("login.not_locked", address=address)
    last = voice.minute(status.last_login_at)
    return voice.text("login.not_locked_since", address=address, last=last)
