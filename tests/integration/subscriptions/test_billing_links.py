"""Links to invoices: what they open, for how long, and what they do not give away."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import Engine

from subscriptions import Connections, Subscriptions, open_subscriptions
from subscriptions.errors import Code, SubscriptionError
from subscriptions.store import tables as t
from tests.integration.subscriptions import making_billing as making
from tests.integration.subscriptions.looking import fingerprint, rows
from tests.integration.subscriptions.people import NOW, SetClock, bot_for

MARCUS = bot_for("K-1002")
LAST = "RE-1002-0015"


def refusal(business: Subscriptions, token: str) -> Code:
    with pytest.raises(SubscriptionError) as refused:
        business.billing.document_of(token)
    return refused.value.code


def test_a_link_opens_the_invoice_as_often_as_needed(business: Subscriptions) -> None:
    link = business.billing.invoice_link(MARCUS, LAST, key="k")
    assert (link.invoice, link.year) == (LAST, None)
    assert link.expires_at == NOW + timedelta(minutes=15)
    assert link.path == f"documents/{link.token}"
    shown = business.billing.invoice_pdf(MARCUS, LAST)
    assert business.billing.document_of(link.token) == shown
    assert business.billing.document_of(link.token) == shown


def test_without_a_number_it_is_the_latest(business: Subscriptions) -> None:
    assert business.billing.invoice_link(MARCUS, key="k").invoice == LAST


def test_a_year_is_a_zip_of_the_same_files(business: Subscriptions) -> None:
    year = business.billing.invoices(MARCUS)[0].issued_on.year
    link = business.billing.invoice_link(MARCUS, year=year, key="k")
    packed = business.billing.document_of(link.token)
    assert (packed.name, packed.media_type) == (f"Invoices-{year}.zip", "application/zip")
    assert business.billing.document_of(link.token).content == packed.content
    with ZipFile(BytesIO(packed.content)) as archive:
        assert archive.testzip() is None
        inside = {name: archive.read(name) for name in archive.namelist()}
    wanted = reversed(business.billing.invoices(MARCUS, year))
    documents = [business.billing.invoice_pdf(MARCUS, each.number) for each in wanted]
    assert len(documents) > 1
    assert list(inside.items()) == [(each.name, each.content) for each in documents]


def test_a_name_of_a_file_leads_nowhere(business: Subscriptions, engine: Engine) -> None:
    making.invoice(engine, "RE/../2026")
    link = business.billing.invoice_link(MARCUS, "RE/../2026", key="k")
    assert business.billing.document_of(link.token).name == "Invoice-RE_.._2026.pdf"


def test_the_same_key_gives_the_same_link(business: Subscriptions, clock: SetClock) -> None:
    first = business.billing.invoice_link(MARCUS, LAST, key="k")
    clock.forward(timedelta(minutes=5))
    assert business.billing.invoice_link(MARCUS, LAST, key="k") == first
    assert business.billing.invoice_link(MARCUS, LAST, key="other") != first


def test_after_a_quarter_of_an_hour_it_is_over(business: Subscriptions, clock: SetClock) -> None:
    link = business.billing.invoice_link(MARCUS, LAST, key="k")
    clock.forward(timedelta(minutes=14, seconds=59))
    business.billing.document_of(link.token)
    clock.forward(timedelta(seconds=1))
    assert refusal(business, link.token) is Code.LINK_EXPIRED


def test_a_token_cannot_be_made_or_changed(business: Subscriptions) -> None:
    token = business.billing.invoice_link(MARCUS, LAST, key="k").token
    body, _, seal = token.partition(".")
    said = urlsafe_b64decode(body + "=" * (-len(body) % 4))
    other = urlsafe_b64encode(said.replace(b"K-1002", b"K-1001")).rstrip(b"=").decode()
    longer = token.replace(seal, f"{seal}A")
    for wrong in ("", ".", "guessed", body, f"{body}.", f"{other}.{seal}", f"{body}.ü", longer):
        assert refusal(business, wrong) is Code.LINK_EXPIRED


def test_another_installation_opens_nothing(database_url: str, clock: SetClock) -> None:
    def opened(secret: str) -> Subscriptions:
        return open_subscriptions(database_url, clock, connections=Connections(secret=secret))

    with opened("a" * 32) as ours, opened("a" * 32) as beside, opened("b" * 32) as foreign:
        token = ours.billing.invoice_link(MARCUS, LAST, key="k").token
        assert beside.billing.document_of(token).media_type == "application/pdf"
        assert refusal(foreign, token) is Code.LINK_EXPIRED


def test_nothing_of_a_token_is_stored_and_who_opens_it_is_noted(
    business: Subscriptions, engine: Engine
) -> None:
    link = business.billing.invoice_link(MARCUS, LAST, key="k")
    business.billing.document_of(link.token)
    assert link.token not in repr(link)
    kept = str(fingerprint(engine))
    for part in link.token.split("."):
        assert part not in kept
    made, opened = rows(engine, t.audit, customer="K-1002")[-2:]
    assert (made["action"], made["facts"]) == (
        "billing.invoice_link",
        {"invoice": LAST, "year": None},
    )
    assert (opened["action"], opened["actor"]) == ("billing.document_of", "link")
