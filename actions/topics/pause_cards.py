"""Cards about pauses. Invariants: every day is the business's own; nothing is computed here."""

from datetime import date

from actions.voice import Voice
from handoff.contract import Card, Row
from subscriptions.model.catalogue import Plan
from subscriptions.model.plans import PauseReceipt, PauseStatus, PauseTerms, ResumeReceipt


def pause_card(voice: Voice, terms: PauseTerms, *, receipt: PauseReceipt | None = None) -> Card:
    """What a pause would mean, or with `receipt` the confirmation of one."""
    rows = _days(voice, terms.plan, terms.from_on, terms.until_on)
    rows.append(voice.row("card.next_debit", voice.day(terms.next_debit_on)))
    rows += _term(voice, terms.fixed_until)
    if receipt is None:
        return Card(kind="quote", title=voice.text("card.pause"), rows=rows)
    head = [
        voice.row("card.reference", receipt.reference),
        voice.row("card.time", voice.moment(receipt.at)),
    ]
    return Card(kind="receipt", title=voice.text("card.pause_receipt"), rows=[*head, *rows])


def pause_rows(voice: Voice, plan: Plan, pause: PauseStatus) -> Card:
    """A pause that runs or is planned."""
    rows = _days(voice, plan, pause.from_on, pause.until_on)
    rows += _term(voice, pause.fixed_until)
    return Card(kind="info", title=voice.text("card.pause"), rows=rows)


def resume_card(voice: Voice, resumed: ResumeReceipt) -> Card:
    """The confirmation that a pause ended or was called off."""
    rows = [
        voice.row("card.reference", resumed.reference),
        voice.row("card.time", voice.moment(resumed.at)),
        voice.row("card.plan", voice.plan(resumed.plan)),
        voice.row("card.next_debit", voice.day(resumed.next_debit_on)),
        *_term(voice, resumed.fixed_until),
    ]
    return Card(kind="receipt", title=voice.text("card.resume_receipt"), rows=rows)


def _days(voice: Voice, plan: Plan, start: date, until: date) -> list[Row]:
    return [
        voice.row("card.plan", voice.plan(plan)),
        voice.row("card.pauses_from", voice.day(start)),
        voice.row("card.runs_again", voice.day(until)),
    ]


def _term(voice: Voice, fixed_until: date | None) -> list[Row]:
    return [voice.row("card.term_until", voice.day(fixed_until))] if fixed_until else []
