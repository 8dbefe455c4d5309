"""Cards about the end of a contract: receipts and what became of a declaration.

Invariants: every value is the business's own; a receipt shows the moment to the second, because it is evidence.
"""

from datetime import datetime

from actions.voice import Voice
from handoff.contract import Card, Row
from subscriptions.model.cancellation import (
    BereavementReceipt,
    CancellationReceipt,
    CauseReceipt,
    EndingState,
    EndingStatus,
    TakenBack,
    WithdrawalReceipt,
)
from subscriptions.model.catalogue import Plan


def cancellation_card(voice: Voice, receipt: CancellationReceipt) -> Card:
    """The time-stamped receipt of an ordinary cancellation."""
    rows = _received(voice, receipt.reference, receipt.received_at, receipt.plan)
    if receipt.ends_on is not None:
        rows.append(voice.row("card.ends_on", voice.day(receipt.ends_on)))
    return Card(kind="receipt", title=voice.text("card.cancellation_receipt"), rows=rows)


def cause_card(voice: Voice, receipt: CauseReceipt) -> Card:
    """The receipt of a cancellation for cause: the reason as it was kept, and by when a person decides."""
    rows = [
        *_received(voice, receipt.reference, receipt.received_at, receipt.plan),
        voice.row("card.cause", voice.text(f"cause.{receipt.reason.value}")),
        *_with_person(voice, receipt.case, receipt.promised_at),
    ]
    return Card(kind="receipt", title=voice.text("card.cause_receipt"), rows=rows)


def withdrawal_card(voice: Voice, receipt: WithdrawalReceipt) -> Card:
    """The receipt of a withdrawal, with what goes back as it is known now."""
    rows = _received(voice, receipt.reference, receipt.received_at, receipt.plan)
    if receipt.refund is not None:
        rows.append(voice.row("card.goes_back", voice.money(receipt.refund)))
    if receipt.awaited is not None:
        rows.append(voice.row("card.goes_back_later", voice.money(receipt.awaited)))
    if receipt.case is not None:
        rows.append(voice.row("card.case", receipt.case))
    return Card(kind="receipt", title=voice.text("card.withdrawal_receipt"), rows=rows)


def bereavement_card(voice: Voice, receipt: BereavementReceipt) -> Card:
    """What everybody gets who reports a death or a guardian."""
    rows = [
        voice.row("card.received_at", voice.moment(receipt.received_at)),
        *_with_person(voice, receipt.reference, receipt.promised_at),
    ]
    return Card(kind="receipt", title=voice.text("card.bereavement_receipt"), rows=rows)


def ending_card(voice: Voice, ending: EndingStatus) -> Card:
    """One declared end and where it stands."""
    rows = _received(voice, ending.reference, ending.received_at, ending.plan)
    rows.append(voice.row("card.status", voice.text(f"ending.{ending.state.value}")))
    if ending.ends_on is not None and ending.state is not EndingState.TAKEN_BACK:
        rows.append(voice.row("card.ends_on", voice.day(ending.ends_on)))
    if ending.case is not None:
        rows.append(voice.row("card.case", ending.case))
    return Card(kind="info", title=voice.text(f"ending.of_{ending.kind.value}"), rows=rows)


def taken_back_card(voice: Voice, taken: TakenBack) -> Card:
    """The receipt of a cancellation that was taken back."""
    rows = [
        voice.row("card.reference", taken.reference),
        voice.row("card.time", voice.moment(taken.at)),
        voice.row("card.plan", voice.plan(taken.plan)),
        voice.row("card.renews_on", voice.day(taken.renews_on)),
    ]
    return Card(kind="receipt", title=voice.text("card.taken_back_receipt"), rows=rows)


def _received(voice: Voice, reference: str, at: datetime, plan: Plan | None) -> list[Row]:
    rows = [
        voice.row("card.reference", reference),
        voice.row("card.received_at", voice.moment(at)),
    ]
    if plan is not None:
        rows.append(voice.row("card.plan", voice.plan(plan)))
    return rows


def _with_person(voice: Voice, case: str, promised_at: datetime) -> list[Row]:
    return [
        voice.row("card.case", case),
        voice.row("card.decided_by", voice.minute(promised_at)),
    ]
