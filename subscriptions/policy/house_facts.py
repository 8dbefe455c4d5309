"""The numbers of the business that texts for people may name, so that no text tells others than the rules.

Invariants: pure; every fact is a whole number or a name, ready to be put into a sentence.
"""

from dataclasses import asdict
from datetime import timedelta

from subscriptions.policy.limits import Limits
from subscriptions.policy.methods import LAPSE_MONTHS
from subscriptions.policy.quotes import QUOTE_VALID
from subscriptions.policy.seller import Seller


def house_facts(limits: Limits, seller: Seller) -> dict[str, str]:
    """The operator's limits by their names, with the house's name and what else holds for everybody."""
    numbers = {name: str(value) for name, value in asdict(limits).items() if type(value) is int}
    return numbers | {
        "house": seller.name,
        "mandate_months": str(LAPSE_MONTHS),
        "quote_minutes": str(QUOTE_VALID // timedelta(minutes=1)),
    }
