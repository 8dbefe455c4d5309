"""To whom invoices are made out: changed for future ones, never for those that exist."""

from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.model.base import Level
from subscriptions.model.invoice_details import DetailsWish
from subscriptions.model.profile import NewAddress
from subscriptions.store import invoices, recipients
from subscriptions.store import tables as t
from subscriptions.store.engine import reading, writing
from tests.integration.subscriptions import making_billing as making
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.people import bot_for

MARCUS, SURE = bot_for("K-1002"), bot_for("K-1002", Level.CONFIRMED)
OFFICE = NewAddress("postal", "Werkstraße 7", "20095", "Hamburg", name="Buchhaltung")
WISH = DetailsWish(company="Okafor & Söhne GmbH", vat_id="de 136 695 976", address=OFFICE)


def test_details_are_masked_below_level_2(business: Subscriptions) -> None:
    before = business.billing.invoice_details(MARCUS)
    assert (before.name, before.company, before.separate_address) == ("Marcus Okafor", None, False)
    business.billing.change_invoice_details(SURE, WISH, key="d")
    masked = business.billing.invoice_details(MARCUS)
    assert (masked.company, masked.vat_id, masked.street) == (
        "Okafor & Söhne GmbH",
        "•••• 5976",
        "W***",
    )
    shown = business.billing.invoice_details(SURE)
    assert (shown.vat_id, shown.street, shown.separate_address) == (
        "DE136695976",
        "Werkstraße 7",
        True,
    )


def test_a_change_counts_for_future_invoices_only_and_says_so(
    business: Subscriptions, engine: Engine
) -> None:
    receipt = business.billing.change_invoice_details(SURE, WISH, key="d")
    assert (receipt.works_from, receipt.unchanged) == (making.TODAY, "RE-1002-0015")
    assert business.billing.change_invoice_details(SURE, WISH, key="d") == receipt
    new = making.invoice(engine, "RE-1002-0016")
    with reading(engine) as db:
        old = invoices.find(db, "K-1002", "RE-1002-0015")
        assert old is not None
        assert recipients.of_invoice(db, old) == recipients.Recipient("Marcus Okafor")
        made_out = recipients.of_invoice(db, new)
    assert (made_out.company, made_out.name, made_out.city) == (
        "Okafor & Söhne GmbH",
        "Buchhaltung",
        "Hamburg",
    )
    assert len(rows(engine, t.audit, action="billing.change_invoice_details")) == 1
    assert len(rows(engine, t.contacts, template="invoice_details_changed")) == 1


def test_personal_data_are_neither_in_the_audit_nor_in_the_notice(
    business: Subscriptions, engine: Engine
) -> None:
    receipt = business.billing.change_invoice_details(SURE, WISH, key="d")
    (entry,) = rows(engine, t.audit, action="billing.change_invoice_details")
    facts = {"changed": "company,vat_id,address", "reference": receipt.reference}
    assert entry["facts"] == facts
    (told,) = rows(engine, t.contacts, template="invoice_details_changed")
    assert told["facts"] == facts


def test_details_can_be_taken_back_one_by_one(business: Subscriptions, engine: Engine) -> None:
    business.billing.change_invoice_details(SURE, WISH, key="d")
    business.billing.change_invoice_details(SURE, DetailsWish(vat_id=""), key="e")
    left = business.billing.change_invoice_details(
        SURE, DetailsWish(postal_again=True), key="f"
    ).details
    assert (left.company, left.vat_id, left.street, left.separate_address) == (
        "Okafor & Söhne GmbH",
        None,
        "",
        False,
    )


def test_what_is_written_down_survives_the_master_data(
    business: Subscriptions, engine: Engine
) -> None:
    with writing(engine) as db:
        recipients.freeze(db, "K-1002")
    making.renamed(engine, "K-1002", "Gelöscht")
    with reading(engine) as db:
        old = invoices.find(db, "K-1002", "RE-1002-0015")
        assert old is not None
        assert recipients.of_invoice(db, old).name == "Marcus Okafor"
