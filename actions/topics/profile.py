"""Moving house: where the post and the printed issue go, and from which day.

Invariants: what is stored was shown as the business understood it and confirmed; a day that is over means today; for
a printed issue abroad a person takes over before anything is stored.
"""

import re
from collections.abc import Sequence
from datetime import date

from typing_extensions import override

from actions.dialogue.context import CORRECTING
from actions.dialogue.fields import Choice, Facts, Field, matching, value_of
from actions.dialogue.matter import Matter, Shown
from actions.replies import Reply, answer
from actions.services import ask
from actions.topics.countries import country_name, country_of
from actions.turn import ACTS, Turn
from actions.voice import Voice
from handoff.contract import Card
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Level
from subscriptions.model.profile import AddressReceipt, AddressShown, NewAddress
from subscriptions.policy.calendar import business_date

_TODAY = "today"
_BOTH = "both"
_KINDS = {_BOTH: ("postal", "delivery"), "postal": ("postal",), "delivery": ("delivery",)}
_LONGEST_STREET = 8
_LONGEST_CITY = 4
_VALUES = ACTS - {"inform"}
_NOW = re.compile(
    r"\b(?:ab (?:jetzt|heute|sofort)|(?:jetzt|sofort|heute|gleich|bereits|schon|now|today|immediately|already|right away|straight away|at once)\b|seit\b|since\b)",
    re.IGNORECASE,
)
_MOVED = re.compile(
    r"\b(?:umgezogen|umzug\w*|umziehe\w*|zieh\w*|wohn\w*|mov(?:ed?|ing)|relocat\w*|live|living)\b",
    re.IGNORECASE,
)
_DELIVERED = re.compile(
    r"\b(?:liefer\w*|zustell\w*|zugestellt|zeitung\w*|magazin\w*|heft\w*|deliver\w*|paper|newspaper|magazine\w*)\b",
    re.IGNORECASE,
)
_ONLY_LETTERS = re.compile(
    r"\b(?:(?:nur|bloß)\s+(?:die\s+)?(?:briefe|post)|only\s+(?:the\s+)?(?:letters|post|mail)|letters\s+only)\b",
    re.IGNORECASE,
)
_IN_FRONT = re.compile(r"((?:[A-ZÄÖÜ][\w'’.-]*\s+){1,4}\d+(?:\s?[a-zA-Z])?)\s*,?\s+(?:\d{5})\b")
_HOUSE = r"\b(?:haus)?(?:nummer|nr\.?|number|no\.)\s*(\d+\s?[a-z]?)\b|^(?:nein|nee|no|nope)[,.]?\s+(\d{1,4}\s?[a-z]?)[.!]?$"


def _day(turn: Turn) -> str | None:
    """The day that is named, the first of a period or month, or today."""
    named = turn.value("date") or (turn.value("period") or "").partition("/")[0]
    month = turn.value("month")
    named = named or (f"{month}-01" if month else "")
    if named or turn.intent == "affirm":  # "passt jetzt" is no day
        return named or None
    return _TODAY if _NOW.search(turn.typed) else None


def _street(turn: Turn) -> str | None:
    """The street that was recognised, else the capital words and the number in front of a postcode."""
    before = _IN_FRONT.search(turn.typed)
    return turn.value("street") or (before.group(1) if before else None)


def _kind(turn: Turn) -> str | None:
    if _ONLY_LETTERS.search(turn.typed):
        return "postal"
    if _MOVED.search(turn.typed):
        return _BOTH
    return "delivery" if _DELIVERED.search(turn.typed) else None


def _street_line(turn: Turn) -> str | None:
    """An answer that is a street and number, whatever stands beside it."""
    line = turn.typed
    for kind in ("postcode", "city"):
        line = line.replace(turn.value(kind) or "\0", "")
    line = line.strip(" ,.")
    fits = re.search(r"[^\W\d_]", line) and re.search(r"\d", line)
    return line if fits and len(line.split()) <= _LONGEST_STREET else None


def _town(turn: Turn) -> str | None:
    """An answer of a few words without digits."""
    found = re.fullmatch(r"(?:in\s+)?([^\W\d_][^\d?!]+?)[.]?", turn.typed, re.IGNORECASE)
    if found is None or turn.intent in _VALUES or len(turn.typed.split()) > _LONGEST_CITY:
        return None
    return found.group(1)


def _kind_choices(voice: Voice) -> Sequence[Choice]:
    return [Choice(voice.text(f"profile.kind_{kind}"), kind) for kind in _KINDS]


def _from_today(voice: Voice) -> Sequence[Choice]:
    return [Choice(voice.text("profile.from_today"), _TODAY)]


def _country_choices(voice: Voice) -> Sequence[Choice]:
    return [Choice(country_name(code, voice.locale), code) for code in ("DE", "AT", "CH")]


class ChangeAddress(Matter):
    """A new address for letters, for what is delivered, or for both."""

    intent = "change_address"
    needs = Level.IDENTIFIED
    corrects = {Code.DATE_IN_PAST: "from_on", Code.DATE_TOO_FAR: "from_on"}
    hands_over = {Code.ADDRESS_ABROAD: None}
    fields = (
        Field(
            "street",
            "profile.ask_street",
            read=_street,
            bare=_street_line,
            wrong="profile.no_street",
        ),
        Field(
            "postcode",
            "profile.ask_postcode",
            read=value_of("postcode"),
            bare=matching(r"(?<!\w)(\d{4,5})(?!\w)"),
            wrong="profile.no_postcode",
        ),
        Field("city", "profile.ask_city", read=value_of("city"), bare=_town),
        Field(
            "country",
            "profile.ask_country",
            read=lambda turn: country_of(turn.typed, turn.value("postcode")),
            choices=_country_choices,
            wanted=lambda facts: not re.fullmatch(r"\d{5}", facts.get("postcode", "")),
        ),
        Field("from_on", "profile.ask_from", read=_day, choices=_from_today),
        Field(
            "addresses",
            "profile.ask_kind",
            read=_kind,
            choices=_kind_choices,
            wanted=lambda facts: "printed" in facts,
        ),
        Field("house", "profile.ask_street", read=matching(_HOUSE), wanted=lambda _: False),
    )

    @override
    def amended_by(self, turn: Turn) -> bool:
        """ "No, 14 Abbey Lane": what was just entered is wrong."""
        return _street(turn) is not None or bool(turn.value("postcode") or turn.value("city"))

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        known = {name: value for name, value in facts.items() if name != "house"}
        going_on = any(matter.kind == self.intent for matter in turn.open)
        if turn.intent in CORRECTING and not going_on:
            known = {**await self._entered(turn), **known}
        if "house" in facts and "street" in facts and not _street(turn):
            known["street"] = _renumbered(facts["street"], facts["house"])
        if "from_on" in known:
            today = business_date(self.services.clock()).isoformat()
            known["from_on"] = today if known["from_on"] == _TODAY else known["from_on"]
            known["from_on"] = max(known["from_on"], today)
        if "printed" not in known:
            addresses = await ask(self.services.subscriptions.profile.addresses, turn.caller)
            if any(address.kind == "delivery" for address in addresses):
                known["printed"] = "yes"
        return known

    async def _entered(self, turn: Turn) -> dict[str, str]:
        """Town and day of the address that was entered last: a correction names only what is wrong."""
        every = await ask(self.services.subscriptions.profile.addresses, turn.caller)
        newest = max(every, key=lambda address: address.valid_from, default=None)
        if newest is None:
            return {}
        day = newest.valid_from.isoformat()
        return {"postcode": newest.postcode, "city": newest.city, "from_on": day}

    @override
    def mended_by(self, refusal: SubscriptionError) -> str:
        if refusal.code is Code.ADDRESS_INVALID:
            field = str(refusal.facts.get("field", ""))
            return field if self._field(field) else "street"
        return super().mended_by(refusal)

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        check = self.services.subscriptions.profile.check_address
        shown = [await ask(check, turn.caller, wanted) for wanted in _wanted(facts)]
        text = voice.text("profile.address_proposal", date=voice.day(shown[0].valid_from))
        return Shown(text, {}, cards=[_address_card(voice, shown)])

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        change = self.services.subscriptions.profile.change_address
        receipts = [
            await ask(change, turn.caller, wanted, key=f"{key}:{wanted.kind}")
            for wanted in _wanted(facts)
        ]
        day = receipts[0].address.valid_from
        buttons = [voice.topic_button("change_contact_details"), voice.person_button()]
        card = _receipt_card(voice, receipts, facts["street"])
        text = voice.text("profile.address_changed", date=voice.day(day))
        return answer(voice, text, cards=[card], buttons=buttons)


def _wanted(facts: Facts) -> list[NewAddress]:
    kinds = _KINDS[facts.get("addresses", "postal")] if "printed" in facts else ("postal",)
    return [
        NewAddress(
            kind=kind,
            street=facts["street"],
            postcode=facts["postcode"],
            city=facts["city"],
            country=facts.get("country", "DE"),
            from_on=date.fromisoformat(facts["from_on"]),
        )
        for kind in kinds
    ]


def _renumbered(street: str, house: str) -> str:
    """The street with another house number: the digits at its end, else the first ones."""
    number = r"\d+(?:\s?[a-zA-Z])?"
    place = rf"{number}$" if re.search(rf"{number}$", street) else rf"{number}\b"
    return re.sub(place, house, street, count=1)


def _address_card(voice: Voice, shown: Sequence[AddressShown]) -> Card:
    first = shown[0]
    rows = [
        voice.row("profile.card_kind", _kinds(voice, [one.kind for one in shown])),
        voice.row("profile.card_street", first.street),
        voice.row("profile.card_town", f"{first.postcode} {first.city}"),
    ]
    if first.country != "DE":
        rows.append(voice.row("profile.card_country", country_name(first.country, voice.locale)))
    rows.append(voice.row("card.effective_on", voice.day(first.valid_from)))
    return Card(kind="info", title=voice.text("profile.card_new_address"), rows=rows)


def _receipt_card(voice: Voice, receipts: Sequence[AddressReceipt], street: str) -> Card:
    """The receipts mask the street; what was typed a moment ago is shown in full."""
    first = receipts[0].address
    rows = [
        voice.row("profile.card_kind", _kinds(voice, [one.address.kind for one in receipts])),
        voice.row("profile.card_town", f"{street}, {first.postcode} {first.city}"),
        voice.row("card.effective_on", voice.day(first.valid_from)),
        *(voice.row("card.reference", receipt.reference) for receipt in receipts),
    ]
    return Card(kind="receipt", title=voice.text("profile.card_address_receipt"), rows=rows)


def _kinds(voice: Voice, kinds: Sequence[str]) -> str:
    return voice.text(f"profile.kind_{_BOTH if len(kinds) > 1 else kinds[0]}")
