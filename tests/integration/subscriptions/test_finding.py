"""An agent looks for customers: by what they know, page by page, and it is written down."""

import pytest
from sqlalchemy import Engine, insert, text, update

from subscriptions import Subscriptions
from subscriptions.store import finding
from subscriptions.store import tables as t
from subscriptions.store.engine import reading, writing
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.people import AGENT, NOW


def numbers(business: Subscriptions, words: str) -> list[str]:
    return [one.number for one in business.overview.find(AGENT, words).people]


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("K-1001", "K-1001"),
        ("k-1001", "K-1001"),
        ("RE-1001-0025", "K-1001"),
        ("re-1001-0025", "K-1001"),
        ("Lindqvist", "K-1001"),
        ("lind ann", "K-1001"),
        ("julia szabo", "K-1003"),
        ("SZABÓ", "K-1003"),
    ],
)
def test_by_what_an_agent_knows(business: Subscriptions, words: str, number: str) -> None:
    assert numbers(business, words) == [number]


def test_by_the_address(business: Subscriptions, engine: Engine) -> None:
    with reading(engine) as db:
        email = db.execute(text("SELECT email FROM customers WHERE number = 'K-1001'")).scalar_one()
    assert numbers(business, email.upper()) == ["K-1001"]
    assert numbers(business, email.partition("@")[0] + "@") == ["K-1001"]
    assert numbers(business, "an%@") == []


def test_what_is_shown_is_masked_and_says_which_invoice(business: Subscriptions) -> None:
    (anna,) = business.overview.find(AGENT, "re-1001-0025").people
    assert (anna.name, anna.email, anna.invoice) == ("Anna Lindqvist", "a***@e…", "RE-1001-0025")
    (anna,) = business.overview.find(AGENT, "K-1001").people
    assert anna.invoice is None


@pytest.mark.parametrize("words", ["Nobody Here", "indqvist", "K-9999", "RE-1001", "zz%", "_nna"])
def test_nobody(business: Subscriptions, words: str) -> None:
    assert numbers(business, words) == []


def test_whose_data_are_erased_is_not_found(business: Subscriptions, engine: Engine) -> None:
    with writing(engine) as db:
        db.execute(
            update(t.customers).where(t.customers.c.number == "K-1001").values(erased_at=NOW)
        )
    assert numbers(business, "Lindqvist") == numbers(business, "K-1001") == []


def add(engine: Engine, *names: str) -> None:
    """Customers by their names."""
    values = [
        {
            "number": f"N-{place:03}",
            "name": name,
            "email": f"n{place}@example.org",
            "locale": "de",
            "address_form": "formal",
            "since": NOW.date(),
        }
        for place, name in enumerate(names)
    ]
    with writing(engine) as db:
        db.execute(insert(t.customers), values)


def test_page_by_page(business: Subscriptions, engine: Engine) -> None:
    add(engine, *(f"Quentin Quast{'e' * (n % 3)}" for n in range(45)))
    after, found = "", []
    for most in (20, 20, 5):
        page = business.overview.find(AGENT, "quast", after)
        assert len(page.people) == most
        found += [one.number for one in page.people]
        after = page.more or ""
    assert after == ""
    assert found == [f"N-{n:03}" for n in range(45)]


NAMES = (
    "MÜLLER-Lüdenscheidt",
    "Strauß, Änne",
    "O’Quirk",
    "Mu\u0308ller",
    "D'Angelo",
    "Ñandú (Çelik)",
)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("mueller", [0, 3]),
        ("müller", [0, 3]),
        ("ludenscheidt", []),
        ("lüdenscheidt", [0]),
        ("aenne strauss", [1]),
        ("quirk", [2]),
        ("angelo", [4]),
        ("celik nandu", [5]),
    ],
)
def test_both_databases_fold_names_alike(
    business: Subscriptions, engine: Engine, words: str, found: list[int]
) -> None:
    add(engine, *NAMES)
    assert numbers(business, words) == [f"N-{place:03}" for place in found]


def test_names_are_found_by_the_index_where_there_is_one(engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite folds each name")
    add(engine, *(f"Quentin Quast{n}" for n in range(900)), "Rosa Rar")
    with writing(engine) as db:
        db.execute(text("ANALYZE customers"))
    with reading(engine) as db:
        asked = finding.query(db, "rosa rar", after="", most=21)
        compiled = asked.compile(engine, compile_kwargs={"literal_binds": True})
        plan = db.exec_driver_sql(f"EXPLAIN {compiled}").scalars().all()
    assert "ix_customers_name_words" in "\n".join(plan)


def test_every_page_is_written_down_without_the_words(
    business: Subscriptions, engine: Engine
) -> None:
    business.overview.find(AGENT, "Lindqvist")
    business.overview.find(AGENT, "Nobody Here")
    noted = [(e["actor"], e["action"], e["facts"]) for e in rows(engine, t.audit)][-2:]
    assert noted == [
        (AGENT.actor, "overview.find", {"shown": "K-1001", "more": False}),
        (AGENT.actor, "overview.find", {"shown": "", "more": False}),
    ]
