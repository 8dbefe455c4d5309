"""More families of ways to write a value: who speaks of what was, feasts, ratings, numbers from abroad, years of a plan."""

from datetime import date

import pytest

from components.entities import pipeline
from components.matchers.misspelled import Slips

TODAY = date(2026, 9, 10)  # a Thursday
PIPELINES = {language: pipeline(language, lambda: TODAY) for language in ("de", "en")}

FAMILIES = {
    "de": [
        ("nach dem Wochenende", ["date=2026-09-14"]),
        ("seit Ostermontag", ["date=2026-04-06"]),
        ("von Heiligabend bis Neujahr", ["period=2026-12-24/2027-01-01"]),
        ("über Weihnachten", []),
        ("am 3. und 5. Oktober bitte", ["date=2026-10-03", "date=2026-10-05"]),
        ("in der Woche vom 5.10.", ["period=2026-10-05/2026-10-11"]),
        ("die ersten zwei Oktoberwochen", ["period=2026-10-01/2026-10-14"]),
        ("am 3. Oktober abgebucht werden", ["date=2026-10-03"]),
        ("Schritt 3/5 hängt", []),
        ("Bewertung 4,50 Sterne", []),
        ("zu 100 % sicher", []),
        ("100 % Rabatt", ["percent=100"]),
        ("12 Euro und 50 Cent", ["amount=1250EUR"]),
        ("1,2k Euro", ["amount=120000EUR"]),
        ("durch drei teilen", ["instalments=3"]),
        ("Rechnungsnr.: 20391", ["invoice=20391"]),
        ("PLZ 8010 statt 8020", ["postcode=8010", "postcode=8020"]),
        ("nach Lissabon gezogen", ["city=Lissabon"]),
        ("drücke auf Komplett", []),
        ("4K-Fernseher", []),
        ("im Vorjahr", ["period=2025-01-01/2025-12-31"]),
        ("Freitag bis Sonntag verreist", ["period=2026-09-11/2026-09-13"]),
        ("Montag bis Freitag erreichbar", []),
    ],
    "en": [
        ("two Fridays ago", ["date=2026-08-28"]),
        ("Friday gone", ["date=2026-09-04"]),
        ("every other Saturday", []),
        ("on Saturday mornings", []),
        ("watching Wednesday again", []),
        ("27th or 28th", ["date=2026-09-27", "date=2026-09-28"]),
        ("this is the 27th attempt", []),
        ("the first Monday of the month", ["date=2026-10-05"]),
        ("on New Year's Day", ["date=2027-01-01"]),
        ("died on Ash Wednesday", ["date=2026-02-18"]),
        ("it will be charged on 1 October", ["date=2026-10-01"]),
        ("it was charged on 1 October", ["date=2025-10-01"]),
        ("run the failed debit on 1 October", ["date=2026-10-01"]),
        ("I get paid on the 28th", ["date=2026-09-28"]),
        ("I paid on the 28th", ["date=2026-08-28"]),
        ("my card runs out in April", ["month=2027-04"]),
        ("it broke in April", ["month=2026-04"]),
        ("for the past month", ["duration=P1M"]),
        ("9/10 service", []),
        ("since 9/8", ["date=2026-08-09"]),
        ("£9.99pm", ["amount=999GBP"]),
        ("2x£9.99", ["amount=999GBP"]),
        ("landline 01632 960983", ["phone=+441632960983"]),
        ("(212) 555-0147", ["phone=+12125550147"]),
        ("my mobile is 98765 43210", ["phone=+919876543210"]),
        ("order no 98765 43210", []),
        ("jane [at] example [dot] ie", ["email=jane@example.ie"]),
        ("I am at work dot com", []),
        ("DE 89 3704 0044 0532 0130 00", ["iban=DE89370400440532013000"]),
        ("DE89 37O4 OO44 O532 O13O OO", []),
        ("RE 1031 – 7", ["invoice=RE-1031-0007"]),
        ("Vienna 1070", ["city=Vienna", "postcode=1070"]),
        ("50667 Cologne Germany", ["postcode=50667", "city=Cologne"]),
        ("7 Main Street, Naas, Co. Kildare", ["street=7 Main Street", "city=Naas"]),
        ("Austin, TX 78701", ["city=Austin", "postcode=78701"]),
        ("call between 6 and 8pm", ["time=18:00", "time=20:00"]),
        ("ring me 10 to 1pm", ["time=10:00", "time=13:00"]),
        ("the paper should be here by 7", ["time=07:00"]),
        ("price went from 12 to 19", []),
        ("pay the £90 in three", ["amount=9000GBP", "instalments=3"]),
        ("pay in three days", ["date=2026-09-13"]),
        ("split it three ways", ["instalments=3"]),
        ("would three payments be possible", ["instalments=3"]),
        ("you took two payments, please look", []),
        ("at 8 this morning", ["time=08:00", "date=2026-09-10"]),
        ("switch my mother over to complete", ["plan=press-complete"]),
        ("annual Press Complete", ["plan=press-complete-year"]),
        ("I press complete and nothing happens", []),
        ("the insurance premium", []),
        ("the name on my certificate is wrong", []),
        ("book the certificate", ["addon=learn-certificate"]),
        ("my son Archie", []),
        ("from June in accounts", []),
        ("June's tablet", []),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [(language, text, found) for language, rows in FAMILIES.items() for text, found in rows],
)
def test_families(language: str, text: str, found: "list[str]") -> None:
    values = PIPELINES[language](text).user_data["checked_values"]
    assert [f"{f.entity}={f.value}{f.currency or ''}" for f in values] == found


def test_real_words_are_no_slips() -> None:
    slips = Slips(["starter", "archive", "profil"])
    assert slips.corrected("I started, said Archie, for a profit") == (
        "I started, said Archie, for a profit",
        [],
    )
    assert slips.corrected("the archve")[0] == "the archive"
