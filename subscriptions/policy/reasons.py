"""Plain words for failure classes, for agents and for subscribers, in German and English, and the ways out.

Invariants: every class has words in both languages; no word accuses or frightens; whoever may be offered
something is offered two ways or more, never the one that just failed for good; where only a person may
act (RISK, STOP_ALL) only a person is offered.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from subscriptions.model.base import Words
from subscriptions.model.payments import FailureClass as F
from subscriptions.model.payments import WayOut as W

__all__ = ["EXPLAINED", "REASONS", "Explained", "Words", "ways_out"]

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


@dataclass(frozen=True, slots=True)
class Explained:
    """For the subscriber: what happened, and what there is to do (domain paper, section 3)."""

    reason: Words
    todo: Words


_BY_PERSON = Explained(
    Words(
        "Diese Zahlung sehen wir uns persönlich an.", "We are looking at this payment in person."
    ),
    Words(
        "Jetzt ist nichts zu tun; ein Mensch meldet sich.",
        "There is nothing you need to do now; a person will get in touch with you.",
    ),
)

EXPLAINED: Mapping[F, Explained] = {
    F.SOFT_FUNDS: Explained(
        Words(
            "Die Bank hat gemeldet, dass der Betrag in dem Moment nicht verfügbar war.",
            "Your bank told us that the amount was not available at that moment.",
        ),
        Words(
            "Zu tun ist nichts; auch ein anderer Tag geht, wenn er besser passt.",
            "You need not do anything, or you pick a day that suits you better.",
        ),
    ),
    F.SOFT_BANK: Explained(
        Words(
            "Die Bank hat die Zahlung abgelehnt, ohne uns einen Grund zu nennen.",
            "Your bank declined the payment without giving us a reason.",
        ),
        Words(
            "Den Grund kennt nur die Bank; dort nachfragen hilft, oder auf anderem Weg zahlen.",
            "Only your bank knows the reason; ask there, or pay in another way.",
        ),
    ),
    F.SOFT_MASKED: Explained(
        Words(
            "Die Bank hat die Lastschrift zurückgegeben und nennt den Grund aus Datenschutz nicht.",
            "Your bank returned the debit and, for data protection, does not tell us why.",
        ),
        Words(
            "Stimmt das hinterlegte Konto noch? Wenn ja: An welchem Tag passt es?",
            "Is the account we have still right? If so, pick a day that suits you.",
        ),
    ),
    F.TECH: Explained(
        Words(
            "Es war eine technische Störung bei der Abwicklung.",
            "There was a technical fault while the payment was processed.",
        ),
        Words("Zu tun ist nichts.", "You need not do anything."),
    ),
    F.NEEDS_SCA: Explained(
        Words(
            "Die Bank möchte, dass diese Zahlung eigens bestätigt wird.",
            "Your bank wants you to confirm this payment yourself.",
        ),
        Words(
            "Bestätigen lässt sie sich auf der gesicherten Zahlungsseite.",
            "Confirm the payment on the secure payment page.",
        ),
    ),
    F.UPDATE_METHOD: Explained(
        Words("Die hinterlegte Karte ist abgelaufen.", "The card we have on file has expired."),
        Words(
            "Weiter geht es mit der neuen Karte oder einem anderen Zahlungsweg.",
            "Add the new card, or another way to pay.",
        ),
    ),
    F.HARD_METHOD: Explained(
        Words(
            "Über den hinterlegten Zahlungsweg ist keine Zahlung mehr möglich.",
            "No payment is possible any more with the method we have on file.",
        ),
        Words("Weiter geht es mit einem anderen Zahlungsweg.", "Add another way to pay."),
    ),
    F.NEW_MANDATE: Explained(
        Words(
            "Für die Lastschrift fehlt uns ein gültiges Mandat.",
            "We have no valid mandate for the direct debit.",
        ),
        Words(
            "Weiter geht es mit einem neuen Mandat oder auf anderem Weg.",
            "Give a new mandate, or pay in another way.",
        ),
    ),
    F.CUSTOMER_STOP: Explained(
        Words(
            "Die Zahlung wurde vom Kontoinhaber oder seiner Bank gestoppt.",
            "The payment was stopped on your side.",
        ),
        Words(
            "Stimmt etwas nicht? Das lässt sich hier klären; auch kündigen geht gleich hier.",
            "Is something wrong? Tell us; you can also cancel right here.",
        ),
    ),
    F.RISK: _BY_PERSON,
    F.STOP_ALL: _BY_PERSON,
    F.OWN_ERROR: Explained(
        Words("Der Fehler lag bei uns; das tut uns leid.", "The mistake was ours; we are sorry."),
        Words(
            "Zu tun ist nichts, und es kostet nichts.",
            "You need not do anything, and it costs you nothing.",
        ),
    ),
    F.UNKNOWN: Explained(
        Words("Den Grund haben wir nicht eindeutig erfahren.", "We were not told a clear reason."),
        Words(
            "Weiter geht es auf anderem Zahlungsweg, oder ein Mensch sieht nach.",
            "Pay in another way, or a person looks into it with you.",
        ),
    ),
}

_WAYS: Mapping[F, tuple[W, ...]] = {
    F.SOFT_FUNDS: (W.RETRY, W.PROMISE, W.OTHER_METHOD, W.PAY_NOW),
    F.SOFT_BANK: (W.RETRY, W.OTHER_METHOD, W.PAY_NOW, W.PROMISE),
    F.SOFT_MASKED: (W.RETRY, W.OTHER_ACCOUNT, W.PROMISE, W.OTHER_METHOD, W.PAY_NOW),
    F.TECH: (W.RETRY, W.PAY_NOW, W.OTHER_METHOD),
    F.NEEDS_SCA: (W.PAY_NOW, W.OTHER_METHOD),
    F.UPDATE_METHOD: (W.RETRY, W.OTHER_METHOD, W.PAY_NOW, W.PROMISE),
    F.HARD_METHOD: (W.RETRY, W.OTHER_METHOD, W.PAY_NOW, W.PROMISE),
    F.NEW_MANDATE: (W.RETRY, W.OTHER_ACCOUNT, W.OTHER_METHOD, W.PAY_NOW),
    F.CUSTOMER_STOP: (W.PERSON, W.CANCEL, W.OTHER_METHOD, W.PAY_NOW),
    F.RISK: (W.PERSON,),
    F.STOP_ALL: (W.PERSON,),
    F.OWN_ERROR: (W.PAY_NOW, W.OTHER_METHOD),
    F.UNKNOWN: (W.RETRY, W.OTHER_METHOD, W.PAY_NOW, W.PERSON),
}


def ways_out(kind: F, *, retry: bool, promise: bool) -> tuple[W, ...]:
    """What a customer may do, best first; `retry` and `promise`: whether these are permitted now."""
    closed = {way for way, open_ in ((W.RETRY, retry), (W.PROMISE, promise)) if not open_}
    return tuple(way for way in _WAYS[kind] if way not in closed)
