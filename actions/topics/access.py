"""What an account opens: digital access of a printed subscription, signed-in devices, and a stranger in it.

Invariants: nothing is linked or signed out without a yes; a break-in is reported at once, without a yes, and always ends
with a person; what was done about it is said as the receipt says it.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from typing_extensions import override

from actions.dialogue.fields import Choice, Facts, Field, matching
from actions.dialogue.frame import BotAction
from actions.dialogue.matter import Matter, Shown
from actions.dialogue.pending import Pending
from actions.packet import handoff
from actions.replies import Reply, answer, say
from actions.services import ask
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Card, Row
from subscriptions.errors import Code
from subscriptions.model.base import Level
from subscriptions.model.identity import (
    AccessReceipt,
    CompromiseReceipt,
    Devices,
    DeviceShown,
    SignOutReceipt,
)

_LABEL = r"\b(abo[- ]?\d{4,}|(?!k-)[a-z]{1,4}-\d{3,}|\d{2,}-\d{3,})\b"
_NAMED_NUMBER = (
    r"\b(?:abo|subscri|bezugs|kunden|customer)\w*(?:\s+(?:nummer|number|nr|no))?\D{1,12}?(\d{5,})\b"
)
_POSTCODE = (
    r"\b(?:plz|postleitzahl|post ?code|zip)\D{0,8}(\d{5})\b|\babo[- ]?\d{4,}\D{1,15}(\d{5})\b"
)
_ALL = "all"


def _label_form(typed: str) -> str:
    """As it stands on the label: capitals, a hyphen after the letters."""
    return re.sub(r"^([A-Z]+)[- ]?", r"\1-", typed.upper())


def _number(turn: Turn) -> str | None:
    return matching(_LABEL, form=_label_form)(turn) or matching(_NAMED_NUMBER)(turn)


def _postcode(turn: Turn) -> str | None:
    return turn.value("postcode") or matching(_POSTCODE)(turn)


class LinkAccess(Matter):
    """Opens the digital access with what stands on the label of the paper."""

    intent = "link_access"
    needs = Level.IDENTIFIED
    corrects = {Code.ACCESS_NUMBER_UNKNOWN: "number"}
    hands_over = {Code.ACCESS_TAKEN: None}
    fields = (
        Field(
            "number",
            "login.ask_number",
            read=_number,
            bare=matching(r"\b((?:[a-z]{1,5}[- ]?)?\d[\d-]{3,})\b", form=_label_form),
            wrong="login.no_number",
        ),
        Field(
            "postcode",
            "login.ask_postcode",
            read=_postcode,
            bare=matching(r"(?<![\w-])(\d{4,5})(?![\w-])"),
            wrong="login.no_postcode",
        ),
    )

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        text = voice.text("login.link_proposal", number=facts["number"], postcode=facts["postcode"])
        return Shown(text, {})

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        receipt = await ask(
            self.services.subscriptions.identity.link_access,
            turn.caller,
            facts["number"],
            facts["postcode"],
            key=key,
        )
        card = await self._receipt_card(voice, receipt)
        buttons = [voice.topic_button("first_steps"), voice.topic_button("subscription_status")]
        return answer(voice, voice.text("login.linked"), cards=[card], buttons=buttons)

    async def _receipt_card(self, voice: Voice, receipt: AccessReceipt) -> Card:
        catalogue = await ask(self.services.subscriptions.plans.catalogue)
        names = {plan.code: voice.plan(plan) for plan in catalogue}
        rows = [
            voice.row("login.card_number", receipt.number),
            voice.row("card.plan", names.get(receipt.plan, receipt.plan)),
            voice.row("card.time", voice.moment(receipt.linked_at)),
        ]
        return Card(kind="receipt", title=voice.text("login.card_linked"), rows=rows)


_KINDS = {
    "tv": r"\b(?:tv|fernseher\w*|telly|television|fire ?stick|glotze)\b",
    "phone": r"\b(?:handy\w*|smartphone\w*|telefon\w*|phone|mobile|cell)\b",
    "tablet": r"\b(?:tablet\w*|ipad)\b",
    "browser": r"\b(?:browser|rechner|computer|laptop|notebook|pc)\b",
}
_SHORTEST_WORD = 4
_LONGEST_ANSWER = 6
_EVERY = re.compile(
    r"\b(?:alle\w*|[üu]berall|s[äa]mtliche\w*|all|every(?:where|thing)?|each)\b", re.IGNORECASE
)
_OUT = re.compile(
    r"\b(?:abmeld\w*|ausloggen|log\w* ?out|sign\w*|raus\w*|schmei\w*|entfern\w*|remove|clear|kick|throw|meld\w*|weg|disconnect)\b"
    r"|\b(?:log|throw|kick)\b.*\bout\b",
    re.IGNORECASE,
)


class DeviceLimit(Matter):
    """The devices that are signed in, and the signing out of one or all."""

    intent = "device_limit"
    needs = Level.IDENTIFIED
    corrects = {Code.DEVICE_UNKNOWN: "device"}
    fields = (Field("device", "login.which_device", wrong="login.no_device"),)

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        there = await self._devices(turn)
        if not there.devices:
            buttons = [voice.topic_button("playback_problem"), voice.person_button()]
            return answer(voice, voice.text("login.no_devices"), buttons=buttons)
        known = {**facts, "names": " ".join(device.name for device in there.devices)}
        meant = facts.get("device") or _meant(turn, there.devices)
        return {**known, "device": meant} if meant else known

    @override
    async def choices(self, name: str, turn: Turn, voice: Voice, facts: Facts) -> Sequence[Choice]:
        devices = (await self._devices(turn)).devices
        single = [Choice(device.name, device.id) for device in devices]
        return [*single, Choice(voice.text("login.all_devices"), _ALL)]

    @override
    def takes(self, turn: Turn, pending: Pending) -> bool:
        if super().takes(turn, pending):
            return True
        short = 0 < len(turn.typed.split()) <= _LONGEST_ANSWER and not turn.is_question
        free = turn.intent not in {"request_human", "account_compromised", "crisis"}
        return short and free and _names(turn.typed, pending.facts.get("names", ""))

    @override
    async def _answered(self, turn: Turn, voice: Voice, pending: Pending) -> dict[str, str]:
        found = await super()._answered(turn, voice, pending)
        if "device" in found:
            return found
        meant = _meant(turn, (await self._devices(turn)).devices, answering=True)
        return {**found, "device": meant} if meant else found

    @override
    async def _asked(self, turn: Turn, voice: Voice, field: Field, pending: Pending) -> Reply:
        reply = await super()._asked(turn, voice, field, pending)
        first, there = reply.says[0], await self._devices(turn)
        text = f"{_how_many(voice, there)} {first.text}"
        said = first.model_copy(update={"text": text, "cards": [_device_card(voice, there)]})
        return replace(reply, says=(said, *reply.says[1:]))

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        there = await self._devices(turn)
        if facts["device"] == _ALL:
            text = voice.text("login.sign_out_all", count=str(len(there.devices)))
            return Shown(text, {}, cards=[_device_card(voice, there)], gist=text)
        names = {device.id: device.name for device in there.devices}
        if facts["device"] not in names:
            return answer(
                voice, voice.text("error.device_unknown"), buttons=[voice.person_button()]
            )
        return Shown(voice.text("login.sign_out_one", device=names[facts["device"]]), {})

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        device = None if facts["device"] == _ALL else facts["device"]
        receipt = await ask(
            self.services.subscriptions.identity.sign_out_devices, turn.caller, device, key=key
        )
        buttons = [voice.topic_button("reset_password"), voice.person_button()]
        card = _signed_out_card(voice, receipt)
        return answer(voice, voice.text("login.signed_out"), cards=[card], buttons=buttons)

    async def _devices(self, turn: Turn) -> Devices:
        return await ask(self.services.subscriptions.identity.devices, turn.caller)


def _meant(turn: Turn, devices: Sequence[DeviceShown], *, answering: bool = False) -> str | None:
    """The device that the words name to be signed out, by its name or the only one of its kind, or all of them."""
    typed = turn.typed
    if not typed or not (answering or _OUT.search(typed)):
        return None
    named = [d.id for d in devices if _names(typed, d.name)]
    kinds = [d.id for d in devices if re.search(_KINDS.get(d.kind, r"(?!)"), typed, re.IGNORECASE)]
    for found in (named, kinds):
        if len(found) == 1:
            return found[0]
    return _ALL if _EVERY.search(typed) and not named else None


def _names(typed: str, name: str) -> bool:
    """Whether a telling word of a device's name was typed."""
    telling = [word for word in re.findall(r"\w+", name) if len(word) >= _SHORTEST_WORD]
    return any(re.search(rf"\b{re.escape(word)}\b", typed, re.IGNORECASE) for word in telling)


def _how_many(voice: Voice, there: Devices) -> str:
    count = str(len(there.devices))
    if there.limit is None:
        return voice.text("login.devices_count", count=count)
    return voice.text("login.devices_of_limit", count=count, limit=str(there.limit))


def _device_card(voice: Voice, there: Devices) -> Card:
    rows = [
        Row(label=device.name, value=voice.minute(device.last_seen_at)) for device in there.devices
    ]
    return Card(kind="info", title=voice.text("login.card_devices"), rows=rows)


def _signed_out_card(voice: Voice, receipt: SignOutReceipt) -> Card:
    rows = [
        voice.row("login.card_signed_out", ", ".join(receipt.signed_out) or "–"),
        voice.row("login.card_left", str(receipt.left)),
    ]
    return Card(kind="receipt", title=voice.text("login.card_sign_out"), rows=rows)


class AccountCompromised(BotAction):
    """Reported at once: the account is closed if we know whose it is, and a person takes over."""

    intent = "account_compromised"
    writes = True

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        receipt = await ask(
            self.services.subscriptions.identity.report_compromise,
            turn.caller,
            turn.typed,
            key=f"{turn.key}:compromised",
        )
        words = say(voice, _what_was_done(voice, receipt), cards=[_case_card(voice, receipt)])
        return Reply((words,), handoff=handoff(self.services, turn, "catalogue"))


def _what_was_done(voice: Voice, receipt: CompromiseReceipt) -> str:
    if not receipt.locked:
        return voice.text("login.break_in_noted")
    return voice.text(
        "login.break_in_closed",
        count=str(receipt.devices_signed_out),
        address=receipt.sent_to or "",
    )


def _case_card(voice: Voice, receipt: CompromiseReceipt) -> Card:
    rows = [
        voice.row("card.reference", receipt.case),
        voice.row("login.card_answer_by", voice.minute(receipt.promised_at)),
    ]
    return Card(kind="receipt", title=voice.text("login.card_break_in"), rows=rows)
