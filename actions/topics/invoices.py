"""Invoices as documents: one, those of a month, or all of a year, by links that open them for a while.

Invariants: a link comes from the business for the caller's own invoices; a correction of an invoice that exists, or
another recipient on it, is made by a person.
"""

import re
from collections.abc import Sequence

from typing_extensions import override

from actions.dialogue.fields import Choice, Facts, Field
from actions.dialogue.pending import Pending
from actions.dialogue.topic import Topic
from actions.replies import Reply, answer
from actions.services import ask
from actions.topics.billing import none_yet, to_billing
from actions.topics.billing_meant import (
    AMOUNT,
    BEFORE,
    DAY,
    INVOICE,
    MONTH,
    NONE_FITS,
    PERIOD,
    buttons_of,
    resolved,
    to_choose,
)
from actions.topics.billing_words import mistaken
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button, Link
from subscriptions.model.base import Level
from subscriptions.model.billing import DocumentLink, InvoiceSummary

_YEAR = re.compile(r"(?<![\d.,/-])(20\d{2})(?![\d-]|[.,/]\d|\s?€)")
_ALL = re.compile(
    r"\b(?:alle[rn]?|sämtliche[rn]?|saemtliche[rn]?|gesamte[rn]?|komplette[rn]?|jahresrechnung\w*|all|every|whole year|full year)\b",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"korrigier|korrektur|berichtig|umschreib|umgeschrieben|storn|neu ausstell|falsch\w* (?:name|adresse|anschrift|firma|empfänger)"
    r"|(?:auf|für) (?:einen |meinen |meine |den |die )?(?:anderen? )(?:namen?|empfänger|firma|person)|nicht auf mich"
    r"|\bcorrect(?:ed|ion)\b|re-?issue|amend|wrong (?:name|address|company)|(?:different|another|other) (?:name|recipient|person|company)",
    re.IGNORECASE,
)
_WHOLE_YEAR = re.compile(r"(\d{4})-01-01/\1-12-31")


def _year(turn: Turn) -> str | None:
    """A calendar year, said as such: "2025", "last year"."""
    whole = _WHOLE_YEAR.fullmatch(turn.value("period") or "")
    if whole:
        return whole.group(1)
    if turn.value("month") or turn.value("date") or turn.value("invoice"):
        return None
    found = _YEAR.search(turn.typed)
    return found.group(1) if found else None


def _all(turn: Turn) -> str | None:
    return "yes" if _ALL.search(turn.typed) else None


def _wants_year(facts: Facts) -> bool:
    return "all" in facts and not any(name in facts for name in ("invoice", "month", "date"))


class GetInvoice(Topic):
    """Hands out links to what was named: the newest invoice if nothing was."""

    intent = "get_invoice"
    needs = Level.IDENTIFIED
    fields = (
        Field("year", "billing.which_year", read=_year, wanted=_wants_year),
        Field("all", "billing.which_year", read=_all, wanted=lambda _: False),
        INVOICE,
        *(MONTH, DAY, PERIOD, BEFORE, AMOUNT),
    )

    @override
    def amended_by(self, turn: Turn) -> bool:
        return bool(self._found(turn)) or mistaken(turn.typed)

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        if _CORRECTION.search(turn.typed):
            return to_billing(self.services, turn, voice, "billing.correction")
        every = await ask(self.services.subscriptions.billing.invoices, turn.caller)
        if not every:
            return none_yet(voice)
        said = self._found(turn)
        if "year" in said or ("year" in facts and not said):
            return {"year": facts["year"]}
        years = _years(every)
        if "all" in said and len(years) == 1:
            return {"year": years[0]}
        facts = {name: value for name, value in facts.items() if name != "year"}
        known = await resolved(self.services, turn, facts, said)
        return self._none_fits(voice, every) if NONE_FITS in known else known

    @override
    async def choices(self, name: str, turn: Turn, voice: Voice, facts: Facts) -> Sequence[Choice]:
        if name != "year":
            return await to_choose(self.services, turn, voice, facts)
        every = await ask(self.services.subscriptions.billing.invoices, turn.caller)
        return [Choice(year, year) for year in _years(every)]

    @override
    async def tell(self, turn: Turn, voice: Voice, facts: Facts, pending: Pending) -> Reply:
        every = await ask(self.services.subscriptions.billing.invoices, turn.caller)
        if "year" in facts:
            return await self._of_year(turn, voice, facts["year"], every)
        link = await ask(
            self.services.subscriptions.billing.invoice_link,
            turn.caller,
            facts.get("invoice"),
            key=f"{turn.key}:{self.intent}",
        )
        found = next(each for each in every if each.number == link.invoice)
        text = voice.text(
            "billing.document",
            invoice=found.number,
            date=voice.day(found.issued_on),
            total=voice.money(found.total),
            until=voice.minute(link.expires_at),
        )
        shown = Link(
            title=voice.text("billing.document_title", invoice=found.number), url=_url(link)
        )
        year = str(found.issued_on.year)
        ways = [
            voice.topic_button("explain_charge", invoice=found.number),
            self._year_button(voice, year),
            self._wrong_details(voice),
        ]
        return answer(voice, text, links=[shown], buttons=[*ways, voice.person_button()])

    async def _of_year(
        self, turn: Turn, voice: Voice, year: str, every: Sequence[InvoiceSummary]
    ) -> Reply:
        if year not in _years(every):
            buttons = [self._year_button(voice, known) for known in _years(every)]
            text = voice.text("billing.no_such_year", year=year)
            return answer(voice, text, buttons=[*buttons, voice.person_button()])
        link = await ask(
            self.services.subscriptions.billing.invoice_link,
            turn.caller,
            year=int(year),
            key=f"{turn.key}:{self.intent}",
        )
        count = sum(str(each.issued_on.year) == year for each in every)
        until = voice.minute(link.expires_at)
        key = "billing.documents" if count > 1 else "billing.documents_one"
        text = voice.text(key, year=year, count=str(count), until=until)
        shown = Link(title=voice.text("billing.documents_title", year=year), url=_url(link))
        others = [self._year_button(voice, known) for known in _years(every) if known != year]
        buttons = [*others[:2], self._wrong_details(voice), voice.person_button()]
        return answer(voice, text, links=[shown], buttons=buttons)

    def _none_fits(self, voice: Voice, every: Sequence[InvoiceSummary]) -> Reply:
        buttons = buttons_of(voice, self.intent, every[:2])
        years = [self._year_button(voice, year) for year in _years(every)[:2]]
        text = voice.text("billing.none_fits")
        return answer(voice, text, buttons=[*buttons, *years, voice.person_button()])

    def _year_button(self, voice: Voice, year: str) -> Button:
        title = voice.text("button.all_of_year", year=year)
        return Button(title=title, intent=self.intent, value={"year": year})

    def _wrong_details(self, voice: Voice) -> Button:
        return voice.topic_button("change_invoice_details")


def _years(every: Sequence[InvoiceSummary]) -> list[str]:
    return list(dict.fromkeys(str(each.issued_on.year) for each in every))


def _url(link: DocumentLink) -> str:
    return f"/{link.path}"
