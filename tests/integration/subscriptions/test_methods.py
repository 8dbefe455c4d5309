"""Ways to pay: nothing but masked labels is kept, a mandate is what was agreed to, contracts follow."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, insert

from subscriptions import Subscriptions
from subscriptions.model.base import Caller, Level
from subscriptions.provider import AccountRequest, SetupRequest
from subscriptions.store import tables as t
from subscriptions.store.engine import writing
from tests.integration.subscriptions.looking import fingerprint, rows
from tests.integration.subscriptions.making_methods import (
    AUSTRIAN,
    FRENCH,
    HOLDER,
    READER,
    account,
    setup_done,
)
from tests.integration.subscriptions.people import NOW, CountingProvider, SetClock, bot_for

BOT = bot_for("K-1003")
TODAY = date(2026, 11, 21)


def plan_try(engine: Engine, invoice: str, method: str) -> None:
    """A debit of an open invoice that is planned for next week."""
    with writing(engine) as db:
        db.execute(
            insert(t.attempts).values(
                reference=f"{invoice}-9",
                invoice=invoice,
                number=9,
                method=method,
                kind="sepa",
                amount_minor=1990,
                currency="EUR",
                state="scheduled",
                at=NOW,
                due_on=TODAY + timedelta(days=7),
            )
        )


def open_invoice(engine: Engine, customer: str) -> str:
    found = rows(engine, t.invoices, customer=customer)
    return str(max(found, key=lambda row: row["issued_on"])["number"])


def test_what_is_on_file_is_masked(business: Subscriptions) -> None:
    found = business.methods.list(BOT)
    (method,) = found.methods
    assert (method.kind, method.label, method.mandate) == ("sepa", "IBAN •••• 3000", "M-1003")
    assert (method.mandate_state, method.active, method.expired) == ("active", True, False)
    assert len(method.contracts) == 1
    assert found.offered == ("sepa", "card", "paypal", "wallet")


def test_a_card_whose_last_day_is_past_is_expired(business: Subscriptions) -> None:
    (method,) = business.methods.list(bot_for("K-1007")).methods
    assert (method.kind, method.expired, method.mandate) == ("card", True, None)


def test_a_new_account_pays_the_contract_with_a_new_mandate(
    business: Subscriptions, engine: Engine
) -> None:
    (old,) = rows(engine, t.payment_methods, customer="K-1003")
    invoice = open_invoice(engine, "K-1003")
    plan_try(engine, invoice, old["id"])
    terms = business.methods.mandate_terms(BOT, AUSTRIAN, HOLDER)
    receipt = business.methods.change_bank_account(READER, account(), key="k")

    assert (receipt.label, receipt.mandate) == ("IBAN •••• 3201", "M-1003-02")
    assert (receipt.signed_on, receipt.ended_mandate) == (TODAY, "M-1003")
    assert receipt.next_debit_on is not None
    assert receipt.next_debit_on > TODAY
    assert receipt.text == terms.text
    assert terms.reference == receipt.mandate
    (contract,) = rows(engine, t.subscriptions, customer="K-1003")
    (new,) = (m for m in rows(engine, t.payment_methods, customer="K-1003") if m["id"] != old["id"])
    assert contract["method"] == new["id"]
    assert receipt.contracts == (contract["id"],)
    (planned,) = rows(engine, t.attempts, state="scheduled")
    assert planned["method"] == new["id"]
    (mandate,) = rows(engine, t.mandates, reference=receipt.mandate)
    assert (mandate["state"], mandate["replaces"]) == ("active", "M-1003")
    assert (mandate["text"], mandate["consent_at"]) == (terms.text, NOW)
    (ended,) = rows(engine, t.mandates, reference="M-1003")
    assert (ended["state"], ended["ended_on"]) == ("revoked", TODAY)
    assert business.methods.mandate(BOT).reference == receipt.mandate
    events = rows(engine, t.subscription_events, subscription=contract["id"])
    assert [event["kind"] for event in events][-1] == "method_changed"


def test_a_new_account_is_written_down_once_and_told(
    business: Subscriptions, engine: Engine, provider: CountingProvider
) -> None:
    first = business.methods.change_bank_account(READER, account(), key="k")
    again = business.methods.change_bank_account(READER, account(), key="k")
    assert again == first
    (entry,) = rows(engine, t.audit, action="methods.change_bank_account")
    assert (entry["customer"], entry["actor"]) == ("K-1003", "bot")
    (notice,) = rows(engine, t.contacts, template="bank_account_changed")
    assert notice["facts"] == {"method": "IBAN •••• 3201", "mandate": "M-1003-02"}
    assert sum(isinstance(asked, AccountRequest) for asked in provider.asked) == 1


@pytest.mark.parametrize("iban", [AUSTRIAN, FRENCH])
def test_no_table_keeps_an_iban(
    business: Subscriptions, engine: Engine, caplog: pytest.LogCaptureFixture, iban: str
) -> None:
    business.methods.mandate_terms(BOT, iban, HOLDER)
    business.methods.change_bank_account(READER, account(iban), key="k")
    compact = iban.replace(" ", "")
    written = json.dumps(fingerprint(engine), ensure_ascii=False) + caplog.text
    assert "M-1003-02" in written  # what was agreed to is there
    for secret in (iban, compact, compact.lower(), compact[4:], compact[2:], compact[:-4]):
        assert secret not in written


def test_the_account_of_somebody_else_needs_an_agent_with_the_holders_word(
    business: Subscriptions, engine: Engine
) -> None:
    agent = Caller("K-1003", Level.CONFIRMED, "agent:kim", NOW)
    wanted = account(holder="Paul Szabó", holder_agreed=True)
    receipt = business.methods.change_bank_account(agent, wanted, key="k")
    assert "Paul Szabó" in receipt.text
    (method,) = rows(engine, t.payment_methods, label=receipt.label)
    assert method["holder"] == "Paul Szabó"


def test_the_mandate_text_speaks_the_customers_language(business: Subscriptions) -> None:
    german = business.methods.mandate_terms(BOT, AUSTRIAN, HOLDER)
    english = business.methods.mandate_terms(bot_for("K-1004"), AUSTRIAN, "Ben Carter")
    for terms, weeks in ((german, "acht Wochen"), (english, "eight weeks")):
        assert weeks in terms.text
        for part in (terms.creditor, terms.creditor_id, terms.label, terms.reference or "-"):
            assert part in terms.text


def test_a_card_customer_may_change_to_direct_debit(
    business: Subscriptions, engine: Engine
) -> None:
    caller = Caller("K-1004", Level.CONFIRMED, "bot", NOW)
    wanted = account(holder="CARTER, Ben")
    receipt = business.methods.change_bank_account(caller, wanted, key="k")
    assert receipt.ended_mandate is None
    (contract,) = rows(engine, t.subscriptions, customer="K-1004")
    assert contract["method"] != "P-1004"
    retry_ways = {m.kind: m.active for m in business.methods.list(caller).methods}
    assert retry_ways == {"sepa": True, "card": True}


def test_the_debits_and_the_mandate_end_when_it_is_revoked(
    business: Subscriptions, engine: Engine
) -> None:
    (method,) = rows(engine, t.payment_methods, customer="K-1003")
    plan_try(engine, open_invoice(engine, "K-1003"), method["id"])
    first = business.methods.revoke_mandate(BOT, key="k")
    assert business.methods.revoke_mandate(BOT, key="k") == first
    assert (first.reference, first.ended_on, len(first.contracts)) == ("M-1003", TODAY, 1)
    assert first.needed_by is not None
    assert business.methods.mandate(BOT).state == "revoked"
    assert rows(engine, t.attempts, state="called_off")
    assert rows(engine, t.attempts, state="scheduled") == []
    (shown,) = business.methods.list(BOT).methods
    assert shown.active is False
    (entry,) = rows(engine, t.audit)
    assert entry["facts"] == {"mandate": "M-1003", "called_off": 1}
    assert len(rows(engine, t.contacts, template="mandate_revoked")) == 1


def test_a_mandate_says_when_it_lapses(business: Subscriptions) -> None:
    mandate = business.methods.mandate(BOT)
    assert mandate.creditor_id == "DE98ZZZ09999999999"
    assert mandate.lapses_on > TODAY


def test_the_debit_day_moves_coming_debits(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    before = business.methods.debit_day(BOT)
    assert (before.day, before.changeable_from) == (None, None)
    assert before.next_debit_on is not None
    shown = business.methods.debit_day(BOT, 15)
    assert rows(engine, t.audit) == []
    receipt = business.methods.change_debit_day(BOT, 15, key="k")
    assert shown == receipt
    assert business.methods.change_debit_day(BOT, 15, key="k") == receipt
    assert (receipt.day, receipt.changeable_from) == (15, date(2027, 5, 21))
    assert receipt.next_debit_on is not None
    assert receipt.next_debit_on.day == 15
    assert receipt.next_debit_on >= before.next_debit_on
    assert business.methods.debit_day(BOT) == receipt
    assert len(rows(engine, t.audit)) == 1
    assert len(rows(engine, t.contacts, template="debit_day_changed")) == 1
    clock.now = NOW.replace(year=2027, month=5, day=21)
    assert business.methods.debit_day(BOT).changeable_from is None
    assert business.methods.change_debit_day(BOT, 3, key="k2").day == 3


def test_a_page_for_a_new_card_is_asked_for_once_and_its_reference_is_not_kept(
    business: Subscriptions, engine: Engine, provider: CountingProvider
) -> None:
    caller = bot_for("K-1007")
    page = business.methods.setup_link(caller, "card", key="k")
    assert business.methods.setup_link(caller, "card", key="k") == page
    asked = [each for each in provider.asked if isinstance(each, SetupRequest)]
    assert len(asked) == 1
    assert page.url.startswith("/simulator/")
    (link,) = rows(engine, t.setup_links)
    assert (link["state"], link["kind"]) == ("open", "card")
    assert asked[0].reference not in json.dumps(fingerprint(engine))


def test_what_was_left_on_the_page_pays_the_contract(
    business: Subscriptions, engine: Engine, provider: CountingProvider
) -> None:
    business.methods.setup_link(bot_for("K-1007"), "card", key="k")
    (asked,) = (each for each in provider.asked if isinstance(each, SetupRequest))
    (link,) = rows(engine, t.setup_links)
    done = setup_done(asked.reference, link["provider_reference"])
    headers, body = provider.simulator.signed((done,), NOW)
    business.settlement.receive("simulator", headers, body)
    newest = business.methods.list(bot_for("K-1007")).methods[0]
    assert (newest.label, len(newest.contracts)) == ("Visa •••• 4242", 1)
    assert rows(engine, t.setup_links)[0]["state"] == "done"
    assert len(rows(engine, t.contacts, template="payment_method_changed")) == 1
