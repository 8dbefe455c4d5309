"""What the holder of a link may have or do: the business asked in a thread, its refusals as a few kinds of trouble.

Invariants: the token is the only proof and is in no log; a link that ran out, was used or never was is one and the
same trouble; documents are made one after the other, because making a PDF is all computing.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.payments import PaymentRequestState
from subscriptions.port import Business

T = TypeVar("T")
HOLDER = Caller(None, Level.ANONYMOUS, "link")


class Trouble(StrEnum):
    """Why a link does not do what it is for."""

    OVER = "over"  # ran out, used, replaced, or never made
    UNDO_OVER = "undo_over"
    PAID = "paid"
    ADDRESS_TAKEN = "address_taken"
    ON_HOLD = "on_hold"
    LATER = "later"  # what we stand on does not answer
    TOO_OFTEN = "too_often"


_TROUBLES = {
    Code.UNDO_EXPIRED: Trouble.UNDO_OVER,
    Code.NOTHING_DUE: Trouble.PAID,
    Code.EMAIL_TAKEN: Trouble.ADDRESS_TAKEN,
    Code.ACCOUNT_ON_HOLD: Trouble.ON_HOLD,
    Code.STORE_UNAVAILABLE: Trouble.LATER,
    Code.PROVIDER_DOWN: Trouble.LATER,
}


class LinkRefused(Exception):
    """A link does not do what it is for."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class File:
    """Something to download."""

    content: bytes
    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Bill:
    """What a pay link asks for, in the smallest unit of the currency."""

    minor: int
    currency: str
    invoices: tuple[str, ...]
    paid: bool


class Links:
    """The use cases behind links, by token; all raise LinkRefused. `house` is who sent the link, `chats` finds somebody's."""

    def __init__(
        self,
        subscriptions: Business,
        house: str,
        chats: Callable[[str], Awaitable[list[dict[str, Any]]]],
    ) -> None:
        self._business = subscriptions
        self._chats = chats
        self._one_document = asyncio.Lock()
        self.house = house

    async def document(self, token: str) -> File:
        """An invoice as PDF, or those of a year as ZIP."""
        async with self._one_document:
            found = await _asked(lambda: self._business.billing.document_of(token))
        return File(found.content, found.name, found.media_type)

    async def export(self, token: str) -> File:
        """The copy of somebody's data: what the business has, and the chats as they are now."""
        found = await _asked(lambda: self._business.privacy.export_of(token))
        copy = json.loads(found.content)
        copy["chats"] = await self._chats(copy["customer"])
        content = json.dumps(copy, ensure_ascii=False, indent=1).encode()
        return File(content, found.name, found.media_type)

    async def bill(self, token: str) -> Bill:
        """What a pay link asks for; one that ran out or was replaced is over."""
        found = await _asked(lambda: self._business.payments.pay_link_of(token))
        if found.state not in {PaymentRequestState.OPEN, PaymentRequestState.PAID}:
            raise LinkRefused(Trouble.OVER)
        paid = found.state is PaymentRequestState.PAID
        return Bill(found.amount.minor, found.amount.currency, found.invoices, paid)

    async def pay_page(self, token: str) -> str:
        """The address of the payment provider's page; PAID when there is nothing left to pay."""
        return await _asked(lambda: self._business.payments.pay_page_of(token))

    async def undo(self, token: str, key: str) -> str:
        """Take a change of contact data back; returns the words that say so."""
        await _asked(
            lambda: self._business.profile.undo_contact_change(HOLDER, token, key=f"undo:{key}")
        )
        return "undone"

    async def confirm(self, token: str, key: str) -> str:
        """Confirm a new e-mail address; returns the words that say so."""
        await _asked(
            lambda: self._business.profile.confirm_contact_change(
                HOLDER, token, key=f"confirm:{key}"
            )
        )
        return "confirmed"

    async def consent(self, token: str, key: str) -> str:
        """Confirm what somebody agreed to by e-mail; returns the words for what that was."""
        receipt = await _asked(
            lambda: self._business.profile.confirm_consent(HOLDER, token, key=f"consent:{key}")
        )
        return receipt.purpose


async def _asked(call: Callable[[], T]) -> T:
    try:
        return await asyncio.to_thread(call)
    except SubscriptionError as refused:
        raise LinkRefused(_TROUBLES.get(refused.code, Trouble.OVER)) from refused
