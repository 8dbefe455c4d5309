"""What is sent to Stripe, made of our requests. Pure; the parameters are those of API version 2026-10-28.

Invariants: our reference is in the metadata of everything, and `for` says what it is a reference of, because news
of it come back with them.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from subscriptions.entities.methods import MethodKind
from subscriptions.provider.port import (
    AccountRequest,
    ChargeRequest,
    PageRequest,
    SetupKind,
    SetupRequest,
)

Form = Any  # the SDK's typed dictionaries differ for each call; the tests look at what arrives
# Stripe ends a Checkout Session between half an hour and a day after it was made.
_SHORTEST, _LONGEST = timedelta(minutes=31), timedelta(hours=24)
_TYPES: Mapping[MethodKind, list[str]] = {
    MethodKind.CARD: ["card", "link", "paypal"],
    MethodKind.SEPA: ["sepa_debit"],
}
_SETUP_TYPES: Mapping[SetupKind, list[str]] = {
    SetupKind.CARD: ["card"],
    SetupKind.WALLET: ["card"],  # Apple Pay and Google Pay are offered beside the card
    SetupKind.PAYPAL: ["paypal"],
}
_DUE = {"de": "Offener Betrag", "en": "Amount due"}


def charge(request: ChargeRequest, customer: str, method: str) -> Form:
    """A PaymentIntent that is confirmed at once, without the customer."""
    kind = request.method.kind
    return {
        "amount": request.amount.minor,
        "currency": request.amount.currency.lower(),
        "customer": customer,
        "payment_method": method,
        "allowed_payment_method_types": _TYPES[kind],
        "confirm": True,
        "off_session": True,
        "metadata": {"reference": request.reference, "for": "attempt", "kind": kind.value},
    }


def payment_page(request: PageRequest, return_url: str, now: datetime) -> Form:
    """A Checkout Session that takes money."""
    lines = [(line.text, line.amount) for line in request.lines]
    if not lines or any(amount.minor <= 0 for _, amount in lines):
        lines = [(_DUE[request.locale], request.amount)]  # Stripe has no credit lines
    told = {"reference": request.reference, "for": "page"}
    return {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": amount.currency.lower(),
                    "unit_amount": amount.minor,
                    "product_data": {"name": text},
                },
            }
            for text, amount in lines
        ],
        # Money that a bank may fetch back is not shown as paid: debits go through `charge`.
        "excluded_payment_method_types": ["sepa_debit"],
        "metadata": told,
        "payment_intent_data": {"metadata": told},
        **_shown(request.locale, request.expires_at, request.return_url or return_url, now),
    }


def setup_page(request: SetupRequest, return_url: str, now: datetime) -> Form:
    """A Checkout Session that keeps a way to pay for later."""
    return {
        "mode": "setup",
        "customer_creation": "always",
        "allowed_payment_method_types": _SETUP_TYPES[request.kind],
        "metadata": {"reference": request.reference, "for": "setup"},
        **_shown(request.locale, request.expires_at, return_url, now),
    }


def customer(request: AccountRequest) -> Form:
    """The Stripe customer whom a bank account belongs to."""
    return {
        "name": request.holder,
        "email": request.email,
        "preferred_locales": [request.locale],
    }


def account(request: AccountRequest, customer_id: str, now: datetime) -> Form:
    """A SetupIntent with the account and the mandate that was agreed to just now, in a conversation."""
    return {
        "customer": customer_id,
        "confirm": True,
        "usage": "off_session",
        "allowed_payment_method_types": ["sepa_debit"],
        "payment_method_data": {
            "type": "sepa_debit",
            "sepa_debit": {"iban": request.iban},
            "billing_details": {"name": request.holder, "email": request.email},
        },
        "mandate_data": {
            "customer_acceptance": {
                "type": "offline",
                "offline": {},
                "accepted_at": int(now.timestamp()),
            }
        },
        "metadata": {"reference": request.reference, "for": "account"},
        "expand": ["payment_method", "mandate"],
    }


def _shown(locale: str, expires_at: datetime, back: str, now: datetime) -> dict[str, Any]:
    ends = min(max(expires_at, now + _SHORTEST), now + _LONGEST)
    return {
        "locale": locale,
        "expires_at": int(ends.timestamp()),
        "success_url": back,
        "cancel_url": back,
    }
