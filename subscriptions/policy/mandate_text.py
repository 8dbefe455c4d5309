"""The text of a SEPA Core direct debit mandate, in the words of this house.

It holds what the rulebook asks for: creditor with identifier, reference, account, kind of payment, the permission to
collect and the one to pay, and the right to a refund within eight weeks.
"""

from subscriptions.policy.seller import Seller

_DE = """SEPA-Lastschriftmandat
Zahlungsempfänger: {name}
Gläubiger-Identifikationsnummer: {identifier}
Mandatsreferenz: {reference}
Konto: {label}
Kontoinhaberin oder Kontoinhaber: {holder}
Art der Zahlung: wiederkehrend

Ich erlaube {name}, fällige Beträge von diesem Konto per Lastschrift einzuziehen. Zugleich weise ich meine Bank an, \
die Lastschriften von {name} auf mein Konto einzulösen.

Ich kann innerhalb von acht Wochen ab dem Tag der Belastung verlangen, dass meine Bank mir den Betrag erstattet. Dafür \
gelten die Bedingungen, die ich mit meiner Bank vereinbart habe."""
_EN = """SEPA Direct Debit Mandate
Payee: {name}
Creditor identifier: {identifier}
Mandate reference: {reference}
Account: {label}
Account holder: {holder}
Type of payment: recurring

I allow {name} to collect amounts that are due from this account by direct debit. I also instruct my bank to pay the \
direct debits of {name} from my account.

Within eight weeks of the day on which my account was debited I can ask my bank to give the amount back. The terms \
that I agreed with my bank apply to this."""
_TEXTS = {"de": _DE, "en": _EN}
_LATER = {
    "de": "wird mit der Bestätigung mitgeteilt",
    "en": "will be given with the confirmation",
}


def mandate_text(
    creditor: Seller, *, reference: str | None, label: str, holder: str, locale: str
) -> str:
    """The mandate in German or English; the account is masked. Without reference it is told afterwards."""
    return _TEXTS[locale].format(
        name=creditor.name,
        identifier=creditor.creditor_id,
        reference=reference or _LATER[locale],
        label=label,
        holder=holder,
    )
