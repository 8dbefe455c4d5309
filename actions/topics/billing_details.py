"""To whom invoices are made out: company, VAT id, an address of their own; shown, then changed for future invoices.

Invariants: nothing is changed without a fresh proof and the yes; invoices that exist are left alone, and whoever wants them
changed gets a person of billing.
"""

import re
from collections.abc import Sequence

from typing_extensions import override

from actions.dialogue.fields import Choice, Facts, Field, matching, value_of
from actions.dialogue.matter import Matter, Shown
from actions.replies import Reply, answer
from actions.services import ask
from actions.topics.billing import to_billing
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Card, Row
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Level
from subscriptions.model.invoice_details import DetailsWish, InvoiceDetails
from subscriptions.model.profile import NewAddress
from subscriptions.policy.contact import checked_vat_id

NONE = "-"
"""The value of a detail that shall be removed."""

_FORM = (
    r"(?:GmbH(?:\s*&\s*Co\.?\s*KG)?|gGmbH|UG(?:\s*\(haftungsbeschränkt\))?|AG|KGaA|KG|OHG|GbR|eG|e\.\s?K\.|e\.\s?V\.|SE"
    r"|Ltd\.?|Limited|LLP|LLC|PLC|plc|Inc\.?|B\.?V\.|S\.?A\.?R\.?L\.?)"
)
_WORD = r"[A-ZÄÖÜ0-9][\w.'’+-]*"
_COMPANY = re.compile(rf"({_WORD}\s+(?:(?:{_WORD}|&|und|and)\s+){{0,5}}?{_FORM})(?!\w)")
_LED = re.compile(
    r"^(?:(?:und|and|ja|nein|no|yes|die|der|unsere?|meine?|firma|fa\.|the|company|bitte|please|auf|rechnung(?:en)?|an|ab|neue?)[\s,:]+)+",
    re.IGNORECASE,
)
_NO_COMPANY = re.compile(
    r"(?:ohne|keine|löschen|entfernen|raus|weg)\b.*\bfirm|firm\w*\b.*\b(?:löschen|entfernen|streichen|raus|weg)\b"
    r"|(?:remove|delete|drop|without|no)\b.*\bcompany",
    re.IGNORECASE,
)
_VAT_WORD = r"(?:ust|umsatzsteuer|mwst|vat|uid)"
_NO_VAT = re.compile(
    rf"(?:ohne|keine|löschen|entfernen|remove|delete|drop|without|no)\b.*\b{_VAT_WORD}|{_VAT_WORD}.*\b(?:löschen|entfernen|streichen|raus|weg)\b",
    re.IGNORECASE,
)
_POSTAL = re.compile(
    r"wieder\b.*\b(?:normale|gewöhnliche|private?|eigene|alte|post|wohn|haus)\w*|(?:an|auf) (?:meine |die )?(?:post|wohn|haus|privat)(?:adresse|anschrift)"
    r"|(?:back to|same as|use) (?:my |the )?(?:normal|usual|postal|home|private|own)",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"rückwirkend|nachträglich|bereits (?:ausgestellt|erstellt|verschickt)|schon (?:ausgestellt|erstellt|bezahlt)|(?:alte|letzte|vorige|bisherige|vergangene|frühere)[nrs]? rechnung|korrigier|korrektur|berichtig|rechnung\w* (?:vom|aus|von) (?:letzte|januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember)"
    r"|retroactive|past invoice|previous invoice|last (?:month'?s )?invoice|old invoice|already (?:issued|sent|paid)|re-?issue|correct(?:ed)? (?:the |my )?invoice|existing invoice",
    re.IGNORECASE,
)


def _company(turn: Turn) -> str | None:
    """A name with a legal form, or that there shall be none."""
    if _NO_COMPANY.search(turn.typed):
        return NONE
    found = _COMPANY.search(turn.typed)
    return (_LED.sub("", found.group(1)).strip() or None) if found else None


def _any_company(turn: Turn) -> str | None:
    """Whatever is typed as an answer, without the words that lead it."""
    if turn.intent in {"deny", "stop_flow"}:
        return None
    return _LED.sub("", turn.typed).strip(' ."„“') or None


_VAT_ID = matching(
    r"\b((?:AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI)\s?[A-Z0-9]?[\d .-]{7,13}\d[A-Z0-9]{0,2})(?!\w)",
    form=lambda typed: re.sub(r"[\s.-]", "", typed).upper(),
)


def _vat_id(turn: Turn) -> str | None:
    return NONE if _NO_VAT.search(turn.typed) else _VAT_ID(turn)


def _typed_vat_id(turn: Turn) -> str | None:
    """Anything with enough digits as an answer; whether it is right the business says."""
    typed = re.sub(r"[\s.-]", "", turn.typed).upper()
    return (
        typed
        if re.fullmatch(r"[A-Z]{0,2}[A-Z0-9]{7,14}", typed) and any(map(str.isdigit, typed))
        else None
    )


def _postal(turn: Turn) -> str | None:
    return "yes" if _POSTAL.search(turn.typed) else None


def _details(voice: Voice) -> Sequence[Choice]:
    kinds = ("company", "vat_id", "address", "postal")
    return [Choice(voice.text(f"invoice_detail.{kind}"), kind) for kind in kinds]


_ADDRESS = ("street", "postcode", "city")
_WISHED = ("company", "vat_id", *_ADDRESS, "postal")


def _nothing_wished(facts: Facts) -> bool:
    return not any(name in facts for name in _WISHED)


def _wants_address(facts: Facts) -> bool:
    begun = any(name in facts for name in _ADDRESS)
    return "postal" not in facts and (begun or facts.get("detail") == "address")


class ChangeInvoiceDetails(Matter):
    """Asks what is missing, shows how the next invoice will be made out, and changes it after a yes."""

    intent = "change_invoice_details"
    needs = Level.IDENTIFIED
    corrects = {Code.VAT_ID_INVALID: "vat_id", Code.ADDRESS_INVALID: "street"}
    fields = (
        Field("detail", "details.ask_what", choices=_details, wanted=_nothing_wished),
        Field(
            "company",
            "details.ask_company",
            read=_company,
            bare=_any_company,
            free=True,
            wanted=lambda facts: facts.get("detail") == "company",
        ),
        Field(
            "vat_id",
            "details.ask_vat_id",
            read=_vat_id,
            bare=_typed_vat_id,
            wrong="details.no_vat_id",
            wanted=lambda facts: facts.get("detail") == "vat_id",
        ),
        Field("street", "details.ask_address", read=value_of("street"), wanted=_wants_address),
        Field("postcode", "details.ask_postcode", read=value_of("postcode"), wanted=_wants_address),
        Field("city", "details.ask_city", read=value_of("city"), wanted=_wants_address),
        Field("postal", "details.ask_what", read=_postal, wanted=lambda _: False),
    )

    @override
    def mended_by(self, refusal: SubscriptionError) -> str:
        named = str(refusal.facts.get("field", ""))
        return named if named in _ADDRESS else super().mended_by(refusal)

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        if _PAST.search(turn.typed):
            return to_billing(self.services, turn, voice, "details.past_invoices")
        if turn.caller.level < Level.CONFIRMED:
            raise SubscriptionError(Code.STEP_UP_NEEDED)
        known = dict(facts)
        if known.get("detail") == "postal":
            known["postal"] = "yes"
        if "postal" in self._found(turn):
            known = {name: value for name, value in known.items() if name not in _ADDRESS}
        elif any(name in self._found(turn) for name in _ADDRESS):
            known.pop("postal", None)
        return known

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        vat_id = facts.get("vat_id", NONE)
        changed = {} if vat_id == NONE else {"vat_id": checked_vat_id(vat_id)}
        now = await ask(self.services.subscriptions.billing.invoice_details, turn.caller)
        card = Card(
            kind="info",
            title=voice.text("card.future_invoices"),
            rows=_rows(voice, now, {**facts, **changed}),
        )
        return Shown(voice.text("details.proposal"), changed, cards=[card])

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        receipt = await ask(
            self.services.subscriptions.billing.change_invoice_details,
            turn.caller,
            _wish(facts),
            key=key,
        )
        rows = _rows(voice, receipt.details, {})
        rows += [
            voice.row("card.effective_on", voice.day(receipt.works_from)),
            voice.row("card.reference", receipt.reference),
        ]
        card = Card(kind="receipt", title=voice.text("card.details_receipt"), rows=rows)
        if receipt.unchanged is None:
            return answer(voice, voice.text("details.changed"), cards=[card])
        text = voice.text("details.changed_from_now", invoice=receipt.unchanged)
        return answer(voice, text, cards=[card], buttons=[voice.topic_button("get_invoice")])


def _removed(value: str | None) -> str | None:
    return "" if value == NONE else value


def _wish(facts: Facts) -> DetailsWish:
    address = None
    if all(name in facts for name in _ADDRESS):
        street, postcode, city = (facts[name] for name in _ADDRESS)
        address = NewAddress("postal", street, postcode, city)
    return DetailsWish(
        company=_removed(facts.get("company")),
        vat_id=_removed(facts.get("vat_id")),
        address=address,
        postal_again="postal" in facts,
    )


def _rows(voice: Voice, now: InvoiceDetails, facts: Facts) -> list[Row]:
    """How an invoice is made out, with what is about to change."""
    company = _removed(facts.get("company", now.company))
    vat_id = _removed(facts.get("vat_id", now.vat_id))
    none = voice.text("card.none")
    address = f"{now.street}, {now.postcode} {now.city}".strip(" ,")
    if all(name in facts for name in _ADDRESS):
        address = f"{facts['street']}, {facts['postcode']} {facts['city']}"
    elif "postal" in facts:
        address = voice.text("card.postal_address")
    return [
        voice.row("card.name", now.name),
        voice.row("card.company", company or none),
        voice.row("card.vat_id", vat_id or none),
        voice.row("card.address", address or none),
    ]
