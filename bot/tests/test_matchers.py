"""Each matcher finds what people write, normalised, and refuses what only looks like it."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from components.entities import longest, pipeline
from components.matchers import Found
from components.matchers.amounts import find_amount
from components.matchers.dates import date_finder
from components.matchers.email import find_email
from components.matchers.iban import find_iban
from components.matchers.invoices import find_invoice
from components.matchers.places import country_of, towns
from components.matchers.plans import find_plan

TODAY = date(2026, 3, 18)  # a Wednesday


def values(found: "list[Found]") -> "list[str | int]":
    """What was found, without overlaps, in the order of the text."""
    return [f.value for f in longest(found)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ich möchte auf Premium wechseln", "stream-premium"),
        ("premium-abo bitte", "stream-premium"),
        ("Premiumtarif", "stream-premium"),
        ("back to basic please", "stream-basic"),
        ("upgrade to pro", "learn-pro"),
        ("den Pro-Tarif", "learn-pro"),
        ("wechseln zu Press Plus", "press-plus"),
        ("auf das Plus-Paket", "press-plus"),
        ("Standard Jahresabo", "stream-standard-year"),
        ("the yearly plan", "stream-standard-year"),
        ("standard plan", "stream-standard"),
        ("auf stream standard", "stream-standard"),
        ("für mein Team: Learn Team", "learn-team"),
        ("switch to the team plan", "learn-team"),
        ("auf komplett umstellen", "press-complete"),
        ("gibt es das in 4K?", "stream-premium"),
    ],
)
def test_plans_by_name_and_idea(text: str, code: str) -> None:
    assert values(list(find_plan(text))) == [code]


def test_every_plan_on_sale_is_found_by_its_names() -> None:
    seed = Path(__file__).resolve().parents[2] / "data" / "seed" / "plans.yml"
    on_sale = [
        p for p in yaml.safe_load(seed.read_text(encoding="utf-8")) if p.get("available", True)
    ]
    assert len(on_sale) > 10
    for plan in on_sale:
        for name in (plan["name_de"], plan["name_en"]):
            assert values(list(find_plan(f"({name.upper()})"))) == [plan["code"]]


@pytest.mark.parametrize(
    "text",
    [
        "12 Euro pro Monat",
        "plus Mehrwertsteuer",
        "I want to start watching",
        "Ich will komplett raus",
        "euer Team ist super",
        "das ist doch Standard heutzutage",
        "my digital life",
        "Basics der Fotografie lernen",
    ],
)
def test_everyday_words_are_no_plans(text: str) -> None:
    assert values(list(find_plan(text))) == []


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("11,99 €", 1199),
        ("€ 11.99", 1199),
        ("EUR 5", 500),
        ("1.234,56 Euro", 123456),
        ("€1,234.56", 123456),
        ("1.000 €", 100000),
        ("20 euros", 2000),
        ("12 Euro 50", 1250),
        ("5,- €", 500),
        ("7,9 €", 790),
        ("11,99", 1199),
    ],
)
def test_amounts(text: str, cents: int) -> None:
    (found,) = find_amount(f"es waren {text}, glaube ich")
    assert (found.value, found.entity) == (cents, "amount")


@pytest.mark.parametrize(
    "text", ["12.3.2026", "K-1001", "version 3.6", "3 Geräte", "50667 Köln", "3 %"]
)
def test_numbers_without_euro_are_no_amounts(text: str) -> None:
    assert list(find_amount(text)) == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("am 15.08.2026", "2026-08-15"),
        ("2026-08-15", "2026-08-15"),
        ("15/08/2026", "2026-08-15"),
        ("am 3.4.", "2026-04-03"),
        ("vom 28.12.", "2025-12-28"),
        ("am 3. März", "2026-03-03"),
        ("3rd of March 2027", "2027-03-03"),
        ("March 3rd", "2026-03-03"),
        ("5 Jan", "2026-01-05"),
        ("morgen", "2026-03-19"),
        ("morgen früh", "2026-03-19"),
        ("tomorrow", "2026-03-19"),
        ("übermorgen", "2026-03-20"),
        ("gestern", "2026-03-17"),
        ("in drei Tagen", "2026-03-21"),
        ("in 2 weeks", "2026-04-01"),
        ("nächsten Freitag", "2026-03-20"),
        ("on Wednesday", "2026-03-25"),
        ("am 15. bitte", "2026-04-15"),
        ("on the 20th", "2026-03-20"),
        ("29.02.2028", "2028-02-29"),
    ],
)
def test_dates(text: str, day: str) -> None:
    find_date = date_finder(lambda: TODAY)
    assert values(list(find_date(text))) == [day]


@pytest.mark.parametrize(
    "text",
    [
        "Guten Morgen",
        "30.02.2026",
        "99/99/2026",
        "11.99 €",
        "may I ask",
        "version 3.6.21.4",
        "Version 3.6 stürzt ab",
        "since update 4.2",
        "v2.1",
        "iOS 10.3",
    ],
)
def test_no_dates(text: str) -> None:
    assert list(date_finder(lambda: TODAY)(text)) == []


def test_ibans_need_their_check_digits() -> None:
    good = "meine IBAN ist de89 3704 0044 0532 0130 00 und fertig"
    (found,) = find_iban(good)
    assert found.value == "DE89370400440532013000"
    assert good[found.start : found.end] == "de89 3704 0044 0532 0130 00"
    assert list(find_iban("DE88 3704 0044 0532 0130 00")) == []
    assert values(list(find_iban("GB82WEST12345698765432 or NL91ABNA0417164300"))) == [
        "GB82WEST12345698765432",
        "NL91ABNA0417164300",
    ]


def test_emails() -> None:
    text = "Schreiben Sie an Anna.L+abo@Example.ORG. Danke, nicht an @anna oder a@b"
    assert values(list(find_email(text))) == ["Anna.L+abo@example.org"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Rechnung R-2026-0042 bitte", "R-2026-0042"),
        ("inv-12345", "INV-12345"),
        ("invoice no. 20260042", "20260042"),
        ("Rechnungsnummer: 4711-08", "4711-08"),
    ],
)
def test_invoice_numbers(text: str, number: str) -> None:
    assert values(list(find_invoice(text))) == [number]


@pytest.mark.parametrize("text", ["K-1001", "Rechnung über 11,99 €", "Rechnung vom März", "R2D2"])
def test_no_invoice_numbers(text: str) -> None:
    assert list(find_invoice(text)) == []


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_whole_message(language: str) -> None:
    text = "Bitte 11,99 € am 3.4. von DE89 3704 0044 0532 0130 00 für Premium, a@example.org"
    doc = pipeline(language, lambda: TODAY)(text)
    assert [(f.entity, f.value) for f in doc.user_data["checked_values"]] == [
        ("amount", 1199),
        ("date", "2026-04-03"),
        ("iban", "DE89370400440532013000"),
        ("plan", "stream-premium"),
        ("email", "a@example.org"),
    ]
    assert "iban" in {span.label_ for span in doc.ents}


@pytest.mark.parametrize(
    "text", ["", "a@" * 500, "DE89 " * 200, "1." * 500, "R-" * 500, "€" * 1000, "\x00"]
)
def test_no_text_breaks_or_stalls_a_matcher(text: str) -> None:
    pipeline("de", lambda: TODAY)(text)


def test_towns_of_all_five_countries_are_known() -> None:
    known = {country: name for name, country in towns().items()}
    assert set(known) == {"DE", "AT", "CH", "GB", "IE"}
    for name in (
        "Rostock",
        "Wien",
        "Vienna",
        "Genf",
        "St. Gallen",
        "Galway",
        "Milton Keynes",
        "Bad Homburg",
    ):
        assert country_of(name) in known, name
    assert country_of("Paris") is None
