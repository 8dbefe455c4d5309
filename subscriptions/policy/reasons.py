"""Plain words for failure classes, for agents, in German and English.

Invariants: every class has words in both languages; no word accuses or frightens.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from subscriptions.model.payments import FailureClass as F


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in both languages."""

    de: str
    en: str


REASONS: Mapping[F, Words] = {
    F.SOFT_FUNDS: Words("Das Konto war nicht ausreichend gedeckt.", "There were not enough funds."),
    F.SOFT_BANK: Words(
        "Die Bank hat ohne Angabe von Gründen abgelehnt.", "The bank declined without a reason."
    ),
    F.SOFT_MASKED: Words(
        "Die Bank hat zurückgegeben und nennt aus Datenschutz keinen Grund.",
        "The bank returned it and gives no reason, for data protection.",
    ),
    F.TECH: Words("Es war eine technische Störung.", "It was a technical fault."),
    F.NEEDS_SCA: Words(
        "Die Zahlung muss bei der Bank bestätigt werden.", "The bank wants a confirmation."
    ),
    F.UPDATE_METHOD: Words("Die Karte ist abgelaufen.", "The card has expired."),
    F.HARD_METHOD: Words(
        "Über diesen Zahlungsweg kann nicht mehr abgebucht werden.",
        "This way of paying can no longer be used.",
    ),
    F.NEW_MANDATE: Words(
        "Für das Konto fehlt ein gültiges SEPA-Mandat.", "A valid SEPA mandate is missing."
    ),
    F.CUSTOMER_STOP: Words(
        "Die Zahlung wurde vom Kunden oder seiner Bank gestoppt.",
        "The customer or their bank stopped the payment.",
    ),
    F.RISK: Words(
        "Die Zahlung wurde zur Prüfung angehalten.", "The payment is on hold for a review."
    ),
    F.STOP_ALL: Words(
        "Alle Abbuchungen ruhen; nur ein Mensch bearbeitet das.",
        "All debits are stopped; only a person handles this.",
    ),
    F.OWN_ERROR: Words("Der Fehler lag bei uns.", "The error was ours."),
    F.UNKNOWN: Words(
        "Der gemeldete Grund ist uns nicht bekannt.", "The reported reason is unknown to us."
    ),
}
