"""Taking over customers from files: good rows kept, bad ones reported, interrupted imports go on."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from subscriptions.importing import ImportRefusedError, import_customers, keeping
from subscriptions.importing.rows import COLUMNS
from subscriptions.store import tables as t
from tests.integration.subscriptions.looking import count, rows
from tests.integration.subscriptions.people import NOW

GOOD = {
    "number": "X-1",
    "name": "Jörg Öztürk",
    "email": "Joerg@example.org",
    "locale": "de",
    "street": "Am Wall 1",
    "postcode": "28195",
    "city": "Bremen",
    "plan": "press-plus",
    "started_on": "2024-02-29",
    "period_start": "2026-10-29",
    "period_end": "2026-11-29",
    "method": "sepa",
    "method_label": "IBAN •••• 3000",
    "method_token": "pm_1",
    "mandate": "OLD-1",
    "mandate_signed_on": "2024-02-29",
}


def person(index: int, **other: str) -> dict[str, str]:
    """A good row of its own."""
    own = {"number": f"X-{index}", "email": f"x{index}@example.org", "mandate": f"OLD-{index}"}
    return {**GOOD, **own, **other}


def as_csv(path: Path, people: list[dict[str, str]], separator: str = ",") -> Path:
    """The rows as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        columns = list(dict.fromkeys(name for row in people for name in row))
        writer = csv.DictWriter(file, columns, delimiter=separator)
        writer.writeheader()
        writer.writerows(people)
    return path


def as_jsonl(path: Path, people: list[dict[str, str]]) -> Path:
    """The rows as JSON lines."""
    path.write_text("\n".join(json.dumps(row) for row in people), encoding="utf-8")
    return path


def refused(path: Path) -> list[tuple[int, str]]:
    """The report beside a file."""
    with path.with_name(f"{path.name}.refused.csv").open(encoding="utf-8") as file:
        return [(int(row["line"]), row["reason"]) for row in csv.DictReader(file)]


@pytest.mark.parametrize("write", [as_csv, as_jsonl])
def test_a_customer_arrives_whole(
    engine: Engine, tmp_path: Path, write: Callable[[Path, list[dict[str, str]]], Path]
) -> None:
    kind = "csv" if write is as_csv else "jsonl"
    report = import_customers(engine, write(tmp_path / f"in.{kind}", [GOOD]), NOW)
    assert (report.kept, report.refused) == (1, 0)
    (customer,) = rows(engine, t.customers, number="X-1")
    assert (customer["name"], customer["email"]) == ("Jörg Öztürk", "joerg@example.org")
    assert customer["account"] == "A-X-1"
    (contract,) = rows(engine, t.subscriptions, customer="X-1")
    assert (contract["plan"], contract["anchor_day"], contract["state"]) == (
        "press-plus",
        29,
        "active",
    )
    (method,) = rows(engine, t.payment_methods, customer="X-1")
    assert (method["label"], method["token"]) == ("IBAN •••• 3000", "pm_1")
    assert rows(engine, t.mandates, reference="OLD-1")[0]["method"] == method["id"]
    assert rows(engine, t.addresses, customer="X-1")[0]["city"] == "Bremen"
    assert not list(tmp_path.glob("*.refused.csv"))


BAD = [
    ({"email": "anna.lindqvist@example.org"}, "email: belongs to another customer"),
    ({"number": "K-1001"}, "number: this customer exists already"),
    ({"plan": "gold"}, "plan: is not in the catalogue"),
    ({"locale": "fr"}, "locale: Input should be 'de' or 'en'"),
    ({"started_on": "29.02.2024"}, "started_on: Input should be a valid date or datetime"),
    ({"period_end": "2026-10-01"}, "started_on, period_start and period_end are not in order"),
    ({"method_label": "4111 1111 1111 1111"}, "method_label: must be masked"),
    ({"method_label": "DE89 3704 0044 0532 0130 00"}, "method_label: must be masked"),
    ({"mandate": ""}, "a SEPA method needs mandate and mandate_signed_on"),
    ({"mandate": "M-1003"}, "a reference in this row exists already"),
    ({"state": "ended"}, "state: Input should be"),
    ({"ends_on": "2026-12-01"}, "ends_on belongs to the state cancel_scheduled"),
    ({"city": ""}, "an address needs street, postcode and city"),
    ({"price_cents": "9.90"}, "price_cents: Input should be a valid integer"),
    ({"name": "Wir\0"}, "name: holds a NUL character"),
]


@pytest.mark.parametrize(("other", "reason"), BAD, ids=[reason for _, reason in BAD])
def test_a_bad_row_is_reported_and_leaves_nothing(
    engine: Engine, tmp_path: Path, other: dict[str, str], reason: str
) -> None:
    path = as_jsonl(tmp_path / "in.jsonl", [person(1), person(2, **other), person(3)])
    before = count(engine, t.customers)
    report = import_customers(engine, path, NOW)
    assert (report.kept, report.refused) == (2, 1)
    ((line, said),) = refused(path)
    assert line == 2
    assert said.startswith(reason)
    assert "4111" not in said
    assert count(engine, t.customers) == before + 2
    assert {r["customer"] for r in rows(engine, t.subscriptions)} >= {"X-1", "X-3"}
    assert rows(engine, t.payment_methods, customer="X-2") == []


def test_lines_that_cannot_be_read(engine: Engine, tmp_path: Path) -> None:
    path = as_csv(tmp_path / "in.csv", [person(1), person(2), person(3, name="A\nB")], ";")
    content = path.read_bytes().replace("Jörg".encode(), "Jörg".encode("latin-1"), 1)
    path.write_bytes("\ufeff".encode() + content + b"too;few\n" + b'x"y;"broken\n')
    report = import_customers(engine, path, NOW)
    assert (report.kept, report.refused) == (2, 3)
    assert [line for line, _ in refused(path)] == [2, 6, 7]
    assert refused(path)[0][1] == "name: is not UTF-8"
    jsonl = tmp_path / "in.jsonl"
    jsonl.write_text('{"number": \n[1]\n{"number": {}}\n{"colour": "red"}\n')
    assert import_customers(engine, jsonl, NOW).refused == 4


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("in.xlsx", "", "ends in .csv or .jsonl"),
        ("in.csv", "number;name;colour\n", "unknown columns"),
        ("in.csv", "number,name\n", "missing columns"),
    ],
)
def test_a_file_that_cannot_be_taken(
    engine: Engine, tmp_path: Path, name: str, content: str, says: str
) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(ImportRefusedError, match=says):
        import_customers(engine, tmp_path / name, NOW)
    assert count(engine, t.imports) == 0


class PowerCutError(Exception):
    """Stands for whatever ends a process in the middle."""


def test_an_interrupted_import_goes_on(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "BATCH", 4)
    people = [person(i, **({"plan": "gold"} if i % 3 == 0 else {})) for i in range(1, 21)]
    path = as_csv(tmp_path / "in.csv", people)
    for stop_at in (2, 4):  # the commits of this run after which the power goes
        commits = 0

        def cut(_: object, stop_at: int = stop_at) -> None:
            nonlocal commits
            commits += 1
            if commits == stop_at:
                raise PowerCutError

        event.listen(engine, "commit", cut)
        with pytest.raises(PowerCutError):
            import_customers(engine, path, NOW)
        event.remove(engine, "commit", cut)
    report = import_customers(engine, path, NOW)
    assert report.resumed_after > 1
    assert (report.kept, report.refused) == (14, 6)
    assert [line for line, _ in refused(path)] == [4, 7, 10, 13, 16, 19]
    stored = {r["number"] for r in rows(engine, t.customers) if r["number"].startswith("X-")}
    assert stored == {f"X-{i}" for i in range(1, 21) if i % 3}


def test_the_same_file_again_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    path = as_csv(tmp_path / "in.csv", [person(1), person(2)])
    first = import_customers(engine, path, NOW)
    people = count(engine, t.customers)
    again = import_customers(engine, path, NOW)
    assert (again.kept, again.refused) == (first.kept, first.refused)
    assert count(engine, t.customers) == people


def test_every_column_is_in_the_documentation() -> None:
    text = (Path(__file__).parents[3] / "docs" / "operations.md").read_text()
    assert [name for name in sorted(COLUMNS) if f"`{name}`" not in text] == []
