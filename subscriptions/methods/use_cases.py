"""All use cases around ways to pay, each in a module of its own."""

from subscriptions.methods import bank_accounts, debit_days, mandates, on_file, setups
from subscriptions.model.base import Caller
from subscriptions.model.methods import (
    BankAccountReceipt,
    DebitDay,
    MandateInfo,
    MandateRevoked,
    MandateTerms,
    MethodsOnFile,
    NewAccount,
    SetupPage,
)
from subscriptions.store.backing import Backing


class Methods:
    """Level 1, a new bank account level 2."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing

    def list(self, caller: Caller) -> MethodsOnFile:
        """What is on file, masked, and what else can be had."""
        return on_file.on_file(self._backing, caller)

    def setup_link(self, caller: Caller, kind: str, *, key: str) -> SetupPage:
        """A page of the provider for a new card, PayPal account or wallet (`card`, `paypal`, `wallet`).

        Raises BAD_INPUT for another kind, CONTRACT_MISSING, PROVIDER_DOWN. What is left there pays the
        contracts as soon as the provider has told.
        """
        return setups.setup_link(self._backing, caller, kind, key=key)

    def mandate_terms(self, caller: Caller, iban: str, holder: str) -> MandateTerms:
        """The text to agree to before this account is debited, in the customer's language.

        Raises IBAN_INVALID, IBAN_OUTSIDE_SEPA, OTHER_HOLDER, METHOD_UNCHANGED, CONTRACT_MISSING.
        """
        return bank_accounts.terms(self._backing, caller, NewAccount(iban, holder))

    def change_bank_account(
        self, caller: Caller, account: NewAccount, *, key: str
    ) -> BankAccountReceipt:
        """Debit another account from now on: contracts, planned tries, a new mandate; the old one ends.

        Raises what `mandate_terms` raises, CONSENT_NEEDED without the consent to its text, NOT_FOUND for a
        contract that is not theirs, PROVIDER_DOWN. Level 2.
        """
        return bank_accounts.change(self._backing, caller, account, key=key)

    def mandate(self, caller: Caller) -> MandateInfo:
        """The newest mandate, with the text that was agreed to; raises MANDATE_MISSING."""
        return mandates.mandate(self._backing, caller)

    def revoke_mandate(self, caller: Caller, *, key: str) -> MandateRevoked:
        """End the newest mandate and call off planned debits; says which contracts need another way to pay.

        Raises MANDATE_MISSING.
        """
        return mandates.revoke(self._backing, caller, key=key)

    def debit_day(self, caller: Caller, wished: int | None = None) -> DebitDay:
        """On which day of month is debited, and when next; with `wished` what it would be, raising as the change does."""
        return debit_days.debit_day(self._backing, caller, wished)

    def change_debit_day(self, caller: Caller, day: int, *, key: str) -> DebitDay:
        """Debit on another day of month, for invoices to come.

        Raises DEBIT_DAY_INVALID (1 to 28), METHOD_UNCHANGED, DEBIT_DAY_TOO_OFTEN (once in six months).
        """
        return debit_days.change(self._backing, caller, day, key=key)
