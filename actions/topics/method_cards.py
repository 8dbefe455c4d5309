"""Cards about ways to pay: what is on file, a mandate, the receipt of another account.

Invariants: masked labels only; nothing is computed here.
"""

from actions.voice import Voice
from handoff.contract import Card, Row
from subscriptions.model.methods import (
    BankAccountReceipt,
    MandateInfo,
    MethodOnFile,
    MethodsOnFile,
)


def methods_card(voice: Voice, found: MethodsOnFile) -> list[Card]:
    """Everything that pays or could, the newest first."""
    if not found.methods:
        return []
    rows = [Row(label=each.label, value=_state(voice, each)) for each in found.methods]
    return [Card(kind="payment", title=voice.text("methods.card_on_file"), rows=rows)]


def _state(voice: Voice, method: MethodOnFile) -> str:
    if method.expired:
        return voice.text("methods.expired")
    if not method.active:
        return voice.text("methods.closed")
    said = [voice.text("methods.pays", contracts=", ".join(method.contracts))]
    if not method.contracts:
        said = [voice.text("methods.spare")]
    if method.expires_on is not None:
        said.append(voice.text("methods.until", date=voice.day(method.expires_on)))
    return ", ".join(said)


def mandate_card(voice: Voice, mandate: MandateInfo) -> Card:
    """Reference, creditor and dates of a mandate."""
    rows = [
        voice.row("methods.row_mandate", mandate.reference),
        voice.row("methods.row_creditor", mandate.creditor),
        voice.row("methods.row_creditor_id", mandate.creditor_id),
        voice.row("methods.row_account", mandate.label),
        voice.row("methods.row_signed", voice.day(mandate.signed_on)),
    ]
    if mandate.last_used_on is not None:
        rows.append(voice.row("methods.row_last_used", voice.day(mandate.last_used_on)))
    return Card(kind="info", title=voice.text("intent_title.mandate_info"), rows=rows)


def account_card(voice: Voice, receipt: BankAccountReceipt) -> Card:
    """Evidence of another account: the new mandate, the old one, which contracts, when next."""
    rows = [
        voice.row("card.reference", receipt.mandate),
        voice.row("methods.row_account", receipt.label),
        voice.row("methods.row_signed", voice.day(receipt.signed_on)),
        voice.row("methods.row_contracts", ", ".join(receipt.contracts)),
    ]
    if receipt.next_debit_on is not None:
        rows.append(voice.row("methods.row_next", voice.day(receipt.next_debit_on)))
    if receipt.ended_mandate is not None:
        rows.append(voice.row("methods.row_ended", receipt.ended_mandate))
    return Card(kind="receipt", title=voice.text("methods.card_account"), rows=rows)
