"""A link to pay what is open: all of it, or the invoices that were chosen.

Invariants: the link costs nothing beyond what is open and asks for no login; it is handed out at once, because it
collects nothing by itself; a link that failed twice is a person's.
"""

import re
from collections.abc import Sequence

from typing_extensions import override

from actions.dialogue.fields import Choice, Facts, Field
from actions.dialogue.pending import Pending
from actions.dialogue.topic import Topic
from actions.replies import Reply, answer
from actions.services import ask
from actions.topics.collections_part import part_payment
from actions.topics.named_invoices import names_an_invoice
from actions.topics.open_money import (
    WAYS_TO_PAY,
    asked_before,
    invoice_choices,
    invoices,
    meant,
    nothing_to_do,
    owed_of,
    sealed,
    to_person,
    unpaid,
)
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button, Card, Link
from subscriptions.model.base import Level
from subscriptions.model.billing import InvoiceSummary
from subscriptions.model.payments import PayLink

_ALL = "all"
_MOST_SINGLE = 3
_TWICE = 2
_BROKEN_LINK = re.compile(
    r"\b(?:funktionier\w*|geht|klappt|ging|lädt|laedt|öffnet|oeffnet)\b.*\bnicht\b|\bnicht\b.*\bfunktionier"
    r"|\b(?:fehler\w*|kaputt|abgelehnt|schon wieder|immer noch)\b"
    r"|\b(?:doesn'?t|does not|won'?t|didn'?t|not|isn'?t) (?:work|open|load|go through)\w*"
    r"|\b(?:not working|broken|error|failed|declined|still)\b",
    re.IGNORECASE,
)
_ONLY_ALL = re.compile(r"\b(?:alle[sn]?|gesamt\w*|komplett|all|everything|whole)\b", re.IGNORECASE)


class PayNow(Topic):
    """Hands out the link; other invoices are a press or a word away."""

    intent = "pay_now"
    needs = Level.IDENTIFIED
    writes = True
    patience = 1
    replaces = WAYS_TO_PAY
    fields = (
        Field(
            "invoices",
            "payments.which_to_pay",
            wrong="payments.no_such_invoice",
            wanted=lambda facts: "unknown" in facts,
        ),
    )

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        person = await sealed(self.services, turn, voice)
        if person is not None:
            return person
        part = (
            await part_payment(self.services, turn, voice) if turn.intent == self.intent else None
        )
        if part is not None:
            return part
        if _BROKEN_LINK.search(turn.typed) and asked_before(turn, self.intent) >= _TWICE:
            return to_person(self.services, turn, voice, "payments.link_failed")
        open_ = unpaid(await invoices(self.services, turn))
        if not open_:
            return await nothing_to_do(self.services, turn, voice, "payments.nothing_to_pay")
        return _chosen(turn, facts, meant(self.services, turn, owed_of(open_)), open_)

    @override
    async def choices(self, name: str, turn: Turn, voice: Voice, facts: Facts) -> Sequence[Choice]:
        open_ = unpaid(await invoices(self.services, turn))
        every = Choice(voice.text("payments.all_open"), _ALL)
        return [*invoice_choices(voice, owed_of(open_)), every]

    @override
    async def tell(self, turn: Turn, voice: Voice, facts: Facts, pending: Pending) -> Reply:
        chosen = facts.get("invoices", _ALL)
        numbers = None if chosen == _ALL else tuple(chosen.split(","))
        pay_link = self.services.subscriptions.payments.pay_link
        link = await ask(pay_link, turn.caller, numbers, key=f"{pending.key}:{chosen}")
        open_ = unpaid(await invoices(self.services, turn))
        again = _BROKEN_LINK.search(turn.typed) and asked_before(turn, self.intent)
        key = "payments.link_again" if again else "payments.link"
        text = voice.text(key, amount=voice.money(link.amount), date=voice.minute(link.expires_at))
        title = voice.text("payments.open_link", amount=voice.money(link.amount))
        links = [Link(title=title, url=f"/pay/{link.token}")]
        buttons = [*_others(voice, open_, link), voice.topic_button("promise_to_pay")]
        buttons.append(voice.person_button())
        return answer(voice, text, cards=[_card(voice, link)], buttons=buttons, links=links)

    @override
    def amended_by(self, turn: Turn) -> bool:
        """ "No, only the one of October", "it still does not work": another link is wanted."""
        said = _ONLY_ALL.search(turn.typed) or _BROKEN_LINK.search(turn.typed)
        return names_an_invoice(turn) or said is not None


def _chosen(
    turn: Turn, facts: Facts, named: Sequence[str], open_: Sequence[InvoiceSummary]
) -> Facts:
    """The invoices to pay: those that the message names, as far as they are open; `unknown` if none of them is."""
    if "invoices" in turn.pressed:
        return facts
    if not named:
        return {**facts, "invoices": _ALL} if _ONLY_ALL.search(turn.typed) else facts
    theirs = [i.number for i in open_ if i.number in named]
    if theirs:
        return {**facts, "invoices": ",".join(theirs)}
    return {"unknown": named[0]}


def _others(voice: Voice, open_: Sequence[InvoiceSummary], link: PayLink) -> list[Button]:
    """The other choice: each invoice alone, or all of them."""
    if len(open_) == 1:
        return []
    if len(link.invoices) < len(open_):
        title = voice.text("payments.all_open")
        return [Button(title=title, intent="pay_now", value={"invoices": _ALL})]
    return [
        Button(
            title=voice.text("payments.only_invoice", invoice=i.number),
            intent="pay_now",
            value={"invoices": i.number},
        )
        for i in open_[:_MOST_SINGLE]
    ]


def _card(voice: Voice, link: PayLink) -> Card:
    rows = [
        voice.row("card.amount", voice.money(link.amount)),
        *(voice.row("card.invoice_number", number) for number in link.invoices),
        voice.row("payments.extra_cost", voice.text("payments.none")),
        voice.row("payments.link_until", voice.minute(link.expires_at)),
        voice.row("card.reference", link.reference),
    ]
    return Card(kind="payment", title=voice.text("payments.link_title"), rows=rows)
