"""Ways to pay: what is on file, new bank accounts with their mandates, links for cards, and the debit day.

May import `subscriptions.store` and everything below it; never another noun. Invariants: every method checks the
caller's level itself; an IBAN goes to the provider and is neither stored nor written down anywhere else; a card is
typed on the provider's page only; a new account is debited only after its mandate was agreed to.
"""

from subscriptions.methods.use_cases import Methods

__all__ = ["Methods"]
