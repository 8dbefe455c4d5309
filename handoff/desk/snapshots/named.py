"""What states of the business are called at the desk, in both languages; an unknown one is named as it is."""

from collections.abc import Mapping

from handoff.desk.words import Words, same


def named(names: Mapping[str, Words], code: str | None) -> Words:
    """The name of a code."""
    return names.get(code or "", same(code or "–"))


PAID = {
    "paid": Words(de="bezahlt", en="paid"),
    "late": Words(de="bezahlt", en="paid"),
    "processing": Words(de="unterwegs", en="under way"),
    "failed": Words(de="fehlgeschlagen", en="failed"),
    "open": Words(de="offen", en="open"),
}
HOLDS = {
    "hardship": Words(de="kann gerade nicht zahlen", en="cannot pay at the moment"),
    "dispute": Words(de="Forderung bestritten", en="claim disputed"),
    "deceased": Words(de="verstorben", en="deceased"),
    "claims_paid": Words(de="sagt, es sei bezahlt", en="says it is paid"),
    "fraud": Words(de="Verdacht auf Missbrauch", en="suspected misuse"),
}
DUNNING = {
    "new": Words(de="begonnen", en="begun"),
    "silent_retry": Words(de="stiller neuer Versuch", en="silent retry"),
    "reminded": Words(de="erinnert", en="reminded"),
    "grace": Words(de="Schonfrist", en="grace"),
    "promise": Words(de="Zahlung versprochen", en="payment promised"),
    "plan": Words(de="Raten", en="instalments"),
    "pause": Words(de="Pause", en="pause"),
    "hold": Words(de="ruht", en="on hold"),
    "firm": Words(de="letzte Warnung", en="last warning"),
    "human_review": Words(de="ein Mensch prüft", en="a person looks"),
}
MANDATES = {
    "created": Words(de="neu", en="new"),
    "active": Words(de="gültig", en="valid"),
    "amended": Words(de="geändert", en="amended"),
    "revoked": Words(de="widerrufen", en="revoked"),
    "invalid": Words(de="ungültig", en="invalid"),
    "lapsed": Words(de="verfallen", en="lapsed"),
}
STATES = {
    "pending": Words(de="bestellt", en="ordered"),
    "trialing": Words(de="in der Probezeit", en="on trial"),
    "active": Words(de="aktiv", en="active"),
    "paused": Words(de="pausiert", en="paused"),
    "past_due": Words(de="in Zahlungsverzug", en="past due"),
    "suspended": Words(de="gesperrt", en="suspended"),
    "cancel_scheduled": Words(de="gekündigt", en="cancelled"),
    "ended": Words(de="beendet", en="ended"),
    "withdrawn": Words(de="widerrufen", en="withdrawn"),
}
ACCESS = {
    "full": Words(de="voll", en="full"),
    "limited": Words(de="eingeschränkt", en="limited"),
    "none": Words(de="keiner", en="none"),
}
LOGINS = {
    "free": Words(de="frei", en="open"),
    "tries": Words(de="gesperrt nach falschen Passwörtern", en="locked after wrong passwords"),
    "compromised": Words(
        de="gesperrt, ein Fremder war im Konto", en="locked, a stranger was in the account"
    ),
}
