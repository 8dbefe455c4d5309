"""Vouchers: what a code would do is shown, then it is redeemed; what became of one is told.

Invariants: nothing is redeemed without the yes; a code that was valid and not applied is our error and goes to a person.
"""

import re

from typing_extensions import override

from actions.dialogue.fields import Facts, Field, value_of
from actions.dialogue.matter import Matter, Shown
from actions.refusals import REFUSALS
from actions.replies import Reply, answer
from actions.services import ask
from actions.topics.billing import to_billing
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button, Card, Row
from subscriptions.errors import Code
from subscriptions.model.base import Level, Money
from subscriptions.model.vouchers import VoucherReceipt, VoucherStatus

_CODE = re.compile(r"[^\W_][\w-]{3,23}")


def _typed_code(turn: Turn) -> str | None:
    """A bare word with a digit or in capitals, as an answer to the question for the code."""
    typed = re.sub(r"\s*-\s*", "-", turn.typed.strip(" .!,;:\"'„“”"))
    is_code = _CODE.fullmatch(typed) is not None
    looks = any(letter.isdigit() for letter in typed) or typed.isupper()
    return typed.upper() if is_code and looks else None


class RedeemVoucher(Matter):
    """Asks for the code, shows what it takes off and from when, and redeems it after a yes."""

    intent = "redeem_voucher"
    needs = Level.IDENTIFIED
    corrects = {Code.VOUCHER_UNKNOWN: "voucher"}
    fields = (
        Field(
            "voucher",
            "vouchers.ask_code",
            read=value_of("voucher"),
            bare=_typed_code,
            wrong="vouchers.no_code",
        ),
    )

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        status = await ask(
            self.services.subscriptions.billing.voucher_status,
            turn.caller,
            facts["voucher"],
            facts.get("subscription"),
        )
        if status.missing_on is not None:
            named = {"code": status.code, "invoice": status.missing_on}
            return to_billing(self.services, turn, voice, "vouchers.not_applied", **named)
        if status.redeemed_at is not None:
            return _standing(voice, status)
        if not status.redeemable or status.applies_from is None:
            return self._not_redeemable(voice, status)
        text = voice.text(
            "vouchers.proposal",
            code=status.code,
            effect=effect(voice, status.kind, status.value, status.units_left),
            date=voice.day(status.applies_from),
        )
        card = Card(kind="info", title=status.code, rows=_rows(voice, status))
        return Shown(text, {"subscription": status.subscription or ""}, cards=[card])

    def _not_redeemable(self, voice: Voice, status: VoucherStatus) -> Reply:
        """Why not, in the words of the refusal, and another code."""
        refused = Code(status.refused) if status.refused else Code.ILLEGAL_STEP
        another = Button(title=voice.text("button.other_code"), intent=self.intent)
        text = voice.refusal(REFUSALS[refused].text, {})
        return answer(voice, text, buttons=[another, voice.person_button()])

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        receipt = await ask(
            self.services.subscriptions.billing.redeem_voucher,
            turn.caller,
            facts["voucher"],
            facts.get("subscription") or None,
            key=key,
        )
        text = voice.text(
            "vouchers.redeemed", code=receipt.code, date=voice.day(receipt.applies_from)
        )
        buttons = [voice.topic_button("balance_next_charge")]
        return answer(voice, text, cards=[_receipt_card(voice, receipt)], buttons=buttons)


def effect(voice: Voice, kind: str, value: int, units: int) -> str:
    """What a voucher takes off, and how often: `units` invoices, or months for free months."""
    often = "once" if units == 1 else "times"
    facts = {"units": str(units)} if units != 1 else {}
    if kind == "months":
        return voice.text(f"voucher_effect.months_{often}", **facts)
    worth = f"{value} %" if kind == "percent" else voice.money(Money(value))
    return voice.text(f"voucher_effect.off_{often}", worth=worth, **facts)


def _rows(voice: Voice, status: VoucherStatus) -> list[Row]:
    rows = [
        voice.row(
            "card.voucher_effect", effect(voice, status.kind, status.value, status.units_left)
        )
    ]
    if status.applies_from is not None:
        rows.append(voice.row("card.effective_on", voice.day(status.applies_from)))
    if status.subscription is not None:
        rows.append(voice.row("card.contract", status.subscription))
    return rows


def _standing(voice: Voice, status: VoucherStatus) -> Reply:
    """What a redeemed voucher did and still does."""
    taken = [
        Row(label=f"{use.invoice}, {voice.day(use.issued_on)}", value=voice.money(use.amount))
        for use in status.uses
    ]
    if status.units_left > 0 and status.applies_from is not None:
        left = effect(voice, status.kind, status.value, status.units_left)
        date = voice.day(status.applies_from)
        text = voice.text("vouchers.still_works", code=status.code, effect=left, date=date)
    elif taken:
        text = voice.text("vouchers.used_up", code=status.code)
    else:
        text = voice.text("vouchers.no_effect", code=status.code)
    title = voice.text("card.voucher_taken", code=status.code)
    cards = [Card(kind="info", title=title, rows=taken)] if taken else []
    buttons = [voice.topic_button("explain_charge"), voice.person_button()]
    return answer(voice, text, cards=cards, buttons=buttons)


def _receipt_card(voice: Voice, receipt: VoucherReceipt) -> Card:
    rows = [
        voice.row("card.voucher", receipt.code),
        voice.row("card.voucher_effect", effect(voice, receipt.kind, receipt.value, receipt.units)),
        voice.row("card.effective_on", voice.day(receipt.applies_from)),
        voice.row("card.contract", receipt.subscription),
        voice.row("card.reference", receipt.reference),
        voice.row("card.time", voice.moment(receipt.at)),
    ]
    return Card(kind="receipt", title=voice.text("card.voucher_receipt"), rows=rows)
