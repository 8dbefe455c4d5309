"""What an operator tells all processes in production, for tests: nothing of it is real, nothing of it is the demo's."""

import json
from typing import Final

PRODUCTION: Final = {
    "mode": "production",
    "code_secret": "c" * 40,
    "payment_provider": "stripe",
    "payment_secret_key": "sk_test_not_real",
    "payment_webhook_secret": "whsec_not_real",
    "payment_return_url": "https://shop.example/account",
    "public_address": "https://shop.example/",
    "outbox": "smtp://127.0.0.1:9?sender=care@shop.example",
    "seller": json.dumps(
        {
            "name": "Verlag am Park",
            "street": "Parkweg 1",
            "postcode": "10115",
            "city": "Berlin",
            "country": "DE",
            "tax_number": "12/345/67890",
            "creditor_id": "DE02ZZZ0123456789",
        }
    ),
}


def in_environment() -> dict[str, str]:
    """The same as a process reads it."""
    return {f"SUBSCRIPTIONS_{name.upper()}": value for name, value in PRODUCTION.items()}
