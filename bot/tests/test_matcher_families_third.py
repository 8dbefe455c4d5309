"""A third round of families: what is spelled out, said beside another day, adjectives that are no plans, who speaks of the past."""

from datetime import date

import pytest

from components.entities import VALUES, pipeline

TODAY = date(2026, 10, 14)  # a Wednesday
PIPELINES = {language: pipeline(language, lambda: TODAY) for language in ("de", "en")}

FAMILIES = {
    "de": [
        ("ich tue mir etwas an", []),
        ("premium kündigen", ["plan=stream-premium"]),
    ],
    "en": [
        ("postcode is B S one four D J", ["postcode=BS1 4DJ"]),
        ("postcode is B for Bravo S for sugar one four D for dog J", ["postcode=BS1 4DJ"]),
        ("the invoice is R E ten forty four dash twelve", ["invoice=RE-1044-0012"]),
        (
            "my card is four one one one one one one one one one one one one one one one",
            ["card=•••• 1111"],
        ),
        ("j a n e at example dot com", ["email=jane@example.com"]),
        ("jane doe all one word at example dot com", ["email=janedoe@example.com"]),
        ("ravi dot k at the rate example dot co dot in", ["email=ravi.k@example.co.in"]),
        ("i am at four at example dot com", []),
        ("call me on nine eight seven six five four three two one oh", ["phone=+919876543210"]),
        ("the Monday after Thanksgiving", ["date=2026-11-30"]),
        ("the day before the 3rd", ["date=2026-11-02"]),
        ("the last working day of the month", ["date=2026-10-30"]),
        ("it came wenesday", ["date=2026-10-07"]),
        ("an ice cream sundae", []),
        ("canceled 10/1", ["date=2026-10-01"]),
        ("due on 10/1", ["date=2027-01-10"]),
        ("you charged me this Monday", ["date=2026-10-12"]),
        ("what did I pay in August", ["month=2026-08"]),
        ("I booked the course for May", ["month=2027-05"]),
        ("I have an appointment on the 12th", ["date=2026-11-12"]),
        ("the second week of November", ["period=2026-11-08/2026-11-14"]),
        ("May was my sister's name", []),
        ("we buried my mom Saturday", ["date=2026-10-10"]),
        ("the premium bonds people", []),
        ("this app is so basic", []),
        ("I have premium but want basic", ["plan=stream-premium", "plan=stream-basic"]),
        ("there is no certificate anywhere", []),
        ("add the certificate please", ["addon=learn-certificate"]),
        ("it is not in the archive", []),
        ("ninety nine percent sure", []),
        ("forty two Station Road", ["street=42 Station Road"]),
        ("I quit over the 4 quid rise", ["amount=400GBP"]),
        ("Portree IV51 9DE", ["city=Portree", "postcode=IV51 9DE"]),
        ("subscriber number ABO-410490, postcode 22605", ["postcode=22605"]),
        ("Pune - 411038, is the new address", ["city=Pune", "postcode=411038"]),
        ("Portland, Oregon 97205", ["city=Portland", "postcode=97205"]),
        ("invoice no. 417", ["invoice=417"]),
    ],
}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [(language, *family) for language, families in FAMILIES.items() for family in families],
)
def test_family(language: str, text: str, expected: "list[str]") -> None:
    found = PIPELINES[language](text).user_data[VALUES]
    assert [f"{f.entity}={f.value}{f.currency or ''}" for f in found] == expected
