"""The words on the payment simulator's pages, German and English with equal keys (a test holds it)."""

from typing import Literal, get_args

Language = Literal["de", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

TEXTS: dict[Language, dict[str, str]] = {
    "de": {
        "provider": "Simulierter Zahlungsanbieter",
        "notice_title": "Das ist nur eine Simulation.",
        "notice": "Diese Seite steht hier statt der Seite eines Zahlungsanbieters. Es gibt keine echte Karte, "
        "deshalb auch kein Feld für eine Kartennummer, und es wird kein Geld bewegt.",
        "pay": "Rechnung bezahlen",
        "pay_many": "Rechnungen bezahlen",
        "amount": "Betrag",
        "invoice": "Rechnung",
        "invoices": "Rechnungen",
        "setup": "Neue Zahlungsart hinterlegen",
        "method": "Zahlungsart (erfunden)",
        "choose": "Was soll geschehen?",
        "pay_succeed": "Zahlung gelingt",
        "pay_decline": "Zahlung wird abgelehnt",
        "setup_succeed": "Hinterlegen gelingt",
        "setup_decline": "Hinterlegen wird abgelehnt",
        "back": "Zurück",
        "pay_declined": "Die simulierte Zahlung wurde abgelehnt. Es ist nichts bezahlt. Sie können es noch einmal versuchen.",
        "setup_declined": "Das simulierte Hinterlegen wurde abgelehnt. Es hat sich nichts geändert. "
        "Sie können es noch einmal versuchen.",
        "pay_now": "Bezahlt",
        "pay_now_text": "Die simulierte Zahlung ist eingegangen. Sie können zum Chat zurückkehren.",
        "pay_before": "Bereits bezahlt",
        "pay_before_text": "Für diesen Link ist nichts mehr zu zahlen.",
        "setup_now": "Hinterlegt",
        "setup_now_text": "Ihr Vertrag wird künftig mit dieser Zahlungsart bezahlt. Sie können zum Chat zurückkehren.",
        "setup_before": "Bereits hinterlegt",
        "setup_before_text": "Diese Zahlungsart wurde schon hinterlegt. Es ist nichts mehr zu tun.",
        "missing": "Diese Seite gibt es nicht",
        "missing_text": "Der Link ist abgelaufen, wurde durch einen neueren ersetzt oder ist nicht vollständig. "
        "Im Chat bekommen Sie einen neuen.",
        "language": "Sprache",
    },
    "en": {
        "provider": "Simulated payment provider",
        "notice_title": "This is only a simulation.",
        "notice": "This page stands in for the page of a payment provider. There is no real card, so there is no field "
        "for a card number either, and no money moves.",
        "pay": "Pay an invoice",
        "pay_many": "Pay invoices",
        "amount": "Amount",
        "invoice": "Invoice",
        "invoices": "Invoices",
        "setup": "Leave a new way to pay",
        "method": "Way to pay (made up)",
        "choose": "What should happen?",
        "pay_succeed": "Payment succeeds",
        "pay_decline": "Payment is declined",
        "setup_succeed": "Setting up succeeds",
        "setup_decline": "Setting up is declined",
        "back": "Back",
        "pay_declined": "The simulated payment was declined. Nothing has been paid. You can try again.",
        "setup_declined": "Setting it up was declined by the simulation. Nothing has changed. You can try again.",
        "pay_now": "Paid",
        "pay_now_text": "The simulated payment has arrived. You can go back to the chat.",
        "pay_before": "Already paid",
        "pay_before_text": "There is nothing left to pay with this link.",
        "setup_now": "Set up",
        "setup_now_text": "Your contract will be paid this way from now on. You can go back to the chat.",
        "setup_before": "Already set up",
        "setup_before_text": "This way to pay was set up before. There is nothing left to do.",
        "missing": "This page does not exist",
        "missing_text": "The link has expired, was replaced by a newer one, or is incomplete. Ask for a new one in the chat.",
        "language": "Language",
    },
}


def language_of(asked: str | None, accepted: str) -> Language:
    """The language of `?lang=`, else the better liked one of an Accept-Language header, else German."""
    for language in LANGUAGES:
        if asked == language:
            return language
    liked = sorted((_liked(part) for part in accepted.split(",")), key=lambda each: -each[1])
    for name, quality in liked:
        for language in LANGUAGES:
            if quality > 0 and name == language:
                return language
    return "de"


def _liked(part: str) -> tuple[str, float]:
    """A language without its region, and how much it is liked (RFC 9110, 12.5.4); nonsense is not liked."""
    name, _, parameter = part.partition(";")
    key, _, value = parameter.strip().partition("=")
    try:
        quality = float(value) if key.strip() == "q" else 1.0
    except ValueError:
        quality = 0.0
    return name.strip().lower().partition("-")[0], quality


def amount_text(minor: int, currency: str, language: Language) -> str:
    """An amount as people write it: 1.234,50 € and €1,234.50."""
    whole = f"{minor // 100:,}"
    cents = f"{minor % 100:02}"
    if language == "de":
        return f"{whole.replace(',', '.')},{cents}\N{NO-BREAK SPACE}{'€' if currency == 'EUR' else currency}"
    sign = "€" if currency == "EUR" else f"{currency}\N{NO-BREAK SPACE}"
    return f"{sign}{whole}.{cents}"
