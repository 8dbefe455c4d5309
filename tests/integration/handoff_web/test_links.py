"""The pages behind links, from the use case that hands one out to what its holder gets."""

import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zipfile import ZipFile

import httpx
import pytest

from handoff.conversations.ports import Agent, Visitor
from handoff.web.limits import Buckets, Limits, Rate
from subscriptions import Connections, Subscriptions, open_subscriptions
from subscriptions.connecting import DEVELOPMENT_SECRET
from subscriptions.model.base import Caller, Level
from subscriptions.model.payments import PaymentRequestState
from subscriptions.outbox import Message
from subscriptions.outbox.texts import MailTexts
from subscriptions.store import tables as t
from subscriptions.store.engine import open_engine
from tests.integration.handoff_web.gateway import PRODUCTION, Gateway, cid, running_gateway
from tests.integration.subscriptions.looking import rows
from tests.unit.handoff.test_logs import written  # noqa: F401

MARCUS, ANNA = "K-1002", "K-1001"
GERMAN, ENGLISH = {"Accept-Language": "de-DE,en;q=0.5"}, {"Accept-Language": "en"}
NEW = "marcus.new@example.org"
GONE = {"de": "<h1>Dieser Link gilt nicht</h1>", "en": "<h1>This link is not valid</h1>"}
PAGES = ("documents", "exports", "pay")  # these show or give something
BUTTONS = ("undo", "confirm", "consent")  # these do something
TEXTS = MailTexts("https://chat.example.org")


@dataclass
class Post:
    """What left by the outbox."""

    sent: list[Message] = field(default_factory=list)

    def __call__(self, message: Message) -> None:
        self.sent.append(message)

    def token(self, template: str) -> str:
        """The secret of the newest message of this kind."""
        return next(m.secret for m in reversed(self.sent) if m.template == template)


@contextmanager
def beside(
    folder: Path, *, ago: timedelta = timedelta(0), secret: str = DEVELOPMENT_SECRET
) -> Iterator[tuple[Subscriptions, Post]]:
    """The business in another process, as it was some time ago."""
    post = Post()
    with open_subscriptions(
        f"sqlite:///{folder / 'subscriptions.db'}",
        lambda: datetime.now(UTC) - ago,
        connections=Connections(outbox=post, secret=secret),
    ) as business:
        yield business, post


def handed_out(folder: Path, page: str, *, ago: timedelta = timedelta(0)) -> str:
    """A token for this page."""
    with beside(folder, ago=ago) as (business, post):
        sure = Caller(MARCUS, Level.CONFIRMED, "bot", datetime.now(UTC) - ago)
        if page == "documents":
            return business.billing.invoice_link(sure, key=page).token
        if page == "pay":
            anna = Caller(ANNA, Level.IDENTIFIED, "bot")
            return business.payments.pay_link(anna, key=page).token
        if page == "exports":
            business.privacy.export(sure, key=page)
            return post.token("data_export")
        if page == "consent":
            business.profile.change_consent(sure, "newsletter", "email", given=True, key=page)
            return post.token("newsletter_confirm")
        business.profile.change_email(sure, NEW, key=page)
        return post.token("email_confirm" if page == "confirm" else "email_change_asked")


def stored(folder: Path, table: object, **where: object) -> list[dict[str, object]]:
    engine = open_engine(f"sqlite:///{folder / 'subscriptions.db'}")
    try:
        return rows(engine, table, **where)
    finally:
        engine.dispose()


def email(folder: Path) -> object:
    return stored(folder, t.customers, number=MARCUS)[0]["email"]


async def press(gateway: Gateway, page: httpx.Response) -> httpx.Response:
    """Press the only button of a page."""
    assert page.text.count("<form") == page.text.count("<button") == 1
    action = page.text.partition('action="')[2].partition('"')[0].replace("&amp;", "&")
    return await gateway.http.post(page.url.join(action))


# --- documents and exports


async def test_an_invoice_is_downloaded(gateway: Gateway, folder: Path) -> None:
    path = f"/documents/{handed_out(folder, 'documents')}"
    for _ in range(2):
        answer = await gateway.http.get(path)
        assert answer.status_code == 200
        assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-type"] == "application/pdf"
    name = answer.headers["content-disposition"]
    assert name.startswith("attachment; filename*=UTF-8''Invoice-RE-1002-")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert len(stored(folder, t.audit, action="billing.document_of")) == 2


async def test_a_year_is_downloaded_as_zip(gateway: Gateway, folder: Path) -> None:
    with beside(folder) as (business, _):
        caller = Caller(MARCUS, Level.IDENTIFIED, "bot")
        year = business.billing.invoices(caller)[-1].issued_on.year
        wanted = len(business.billing.invoices(caller, year))
        link = business.billing.invoice_link(caller, year=year, key="link")
    answer = await gateway.http.get(f"/{link.path}", timeout=60)
    assert answer.headers["content-type"] == "application/zip"
    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert len(archive.namelist()) == wanted > 0


async def test_an_export_holds_the_own_chats_whole_and_nobody_elses(
    gateway: Gateway, folder: Path
) -> None:
    flow = gateway.web.flow
    words = "IBAN DE89 3704 0044 0532 0130 00, marcus@example.com"
    maya = Agent("maya", "Maya Brandt", available=True)
    for number in (MARCUS, ANNA):
        chat = (await flow.enter(Visitor(number, 1, "X", "de"), session=None)).conversation
        await flow.receive(chat.id, cid=cid(), text=words if number == MARCUS else "von Anna")
        await flow.note(chat.id, agent=maya, cid=cid(), text="nur für das Team")
    answer = await gateway.http.get(f"/exports/{handed_out(folder, 'exports')}")
    copy = json.loads(answer.content)
    (mine,) = copy["chats"]
    assert {"customer", "tables", "readme"} <= copy.keys()
    assert words in [line["text"] for line in mine["messages"] if line["from"] == "subscriber"]
    assert "von Anna" not in answer.text
    assert "nur für das Team" not in answer.text


async def test_an_export_is_downloaded(gateway: Gateway, folder: Path) -> None:
    answer = await gateway.http.get(f"/exports/{handed_out(folder, 'exports')}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["cache-control"] == "no-store"
    assert json.loads(answer.content)["customer"] == MARCUS


# --- paying


async def test_a_pay_link_says_its_amount_and_leads_to_the_provider(
    gateway: Gateway, folder: Path
) -> None:
    token = handed_out(folder, "pay")
    with beside(folder) as (business, _):
        asked = business.payments.pay_link_of(token)
    page = await gateway.http.get(f"/pay/{token}", headers=GERMAN)
    assert "<h1>Offenen Betrag bezahlen</h1>" in page.text
    assert f"{asked.amount.minor // 100},{asked.amount.minor % 100:02}" in page.text
    assert all(number in page.text for number in asked.invoices)
    assert "offen</dd>" in page.text
    assert "Anna" not in page.text, "who it is for is nobody's business"
    onward = await gateway.http.get(f"/pay/{token}/page")
    assert onward.status_code == 303
    assert urlsplit(onward.headers["location"]).path.startswith("/simulator/")
    assert token not in onward.headers["location"]


async def test_what_is_paid_is_said_and_not_paid_again(gateway: Gateway, folder: Path) -> None:
    token = handed_out(folder, "pay")
    with closing(sqlite3.connect(folder / "subscriptions.db")) as db, db:
        db.execute("UPDATE payment_requests SET state = ?", [PaymentRequestState.PAID.value])
    page = await gateway.http.get(f"/pay/{token}", headers=ENGLISH)
    assert "<h1>Already paid</h1>" in page.text
    assert "paid</dd>" in page.text
    assert '/page"' not in page.text
    onward = await gateway.http.get(f"/pay/{token}/page", headers=ENGLISH)
    assert (onward.status_code, "<h1>Already paid</h1>" in onward.text) == (200, True)


# --- what a button does


async def test_looking_at_a_page_does_nothing(gateway: Gateway, folder: Path) -> None:
    tokens = {page: handed_out(folder, page) for page in ("undo", "consent")}
    before = stored(folder, t.audit)
    for page, token in tokens.items():
        for _ in range(3):
            answer = await gateway.http.get(f"/{page}/{token}")
            assert answer.status_code == 200
            await gateway.http.head(f"/{page}/{token}")
    assert stored(folder, t.audit) == before
    assert (await gateway.http.post(f"/undo/{tokens['undo']}")).status_code == 200


async def test_a_change_is_undone_once(gateway: Gateway, folder: Path) -> None:
    old = email(folder)
    with beside(folder) as (business, post):
        sure = Caller(MARCUS, Level.CONFIRMED, "bot", datetime.now(UTC))
        business.profile.change_email(sure, NEW, key="link")
        undo, confirm = post.token("email_change_asked"), post.token("email_confirm")
    question = await gateway.http.get(f"/confirm/{confirm}", headers=GERMAN)
    assert "<h1>Neue E-Mail-Adresse bestätigen</h1>" in question.text
    done = await press(gateway, question)
    assert (done.status_code, "<h1>Adresse bestätigt</h1>" in done.text) == (200, True)
    assert email(folder) == NEW
    question = await gateway.http.get(f"/undo/{undo}", headers=ENGLISH)
    for _ in range(2):  # a double click
        done = await press(gateway, question)
        assert (done.status_code, "<h1>Undone</h1>" in done.text) == (200, True)
    assert email(folder) == old
    again = await press(gateway, await gateway.http.get(f"/undo/{undo}", headers=ENGLISH))
    assert (again.status_code, GONE["en"] in again.text) == (404, True)
    again = await press(gateway, await gateway.http.get(f"/confirm/{confirm}", headers=ENGLISH))
    assert (again.status_code, GONE["en"] in again.text) == (404, True)
    assert email(folder) == old


async def test_a_consent_is_confirmed_once(gateway: Gateway, folder: Path) -> None:
    token = handed_out(folder, "consent")
    question = await gateway.http.get(f"/consent/{token}", headers=GERMAN)
    done = await press(gateway, question)
    assert "<h1>Newsletter bestätigt</h1>" in done.text
    with beside(folder) as (business, _):
        held = business.profile.consents(Caller(MARCUS, Level.IDENTIFIED, "bot"))
    assert [c.state for c in held if c.purpose == "newsletter"] == ["given"]
    again = await press(gateway, await gateway.http.get(f"/consent/{token}", headers=GERMAN))
    assert (again.status_code, GONE["de"] in again.text) == (404, True)


async def test_an_address_that_was_taken_meanwhile_is_told_its_owner(
    gateway: Gateway, folder: Path
) -> None:
    token = handed_out(folder, "confirm")
    with closing(sqlite3.connect(folder / "subscriptions.db")) as db, db:
        db.execute("UPDATE customers SET email = ? WHERE number = ?", [NEW, ANNA])
    page = await gateway.http.post(f"/confirm/{token}", headers=ENGLISH)
    assert page.status_code == 409
    assert "<h1>This address already belongs to an account</h1>" in page.text


async def test_after_a_break_in_no_address_is_confirmed(gateway: Gateway, folder: Path) -> None:
    token = handed_out(folder, "confirm")
    with beside(folder) as (business, _):
        business.identity.report_compromise(Caller(MARCUS, Level.IDENTIFIED, "bot"), key="k")
    page = await gateway.http.post(f"/confirm/{token}", headers=GERMAN)
    assert page.status_code == 409
    assert "<h1>Das geht gerade nicht</h1>" in page.text
    assert email(folder) != NEW


# --- links that do not work


async def used(gateway: Gateway, page: str, token: str, headers: dict[str, str]) -> httpx.Response:
    """What somebody gets who follows the link and presses its button."""
    method = "POST" if page in BUTTONS else "GET"
    return await gateway.http.request(method, f"/{page}/{token}", headers=headers)


@pytest.mark.parametrize("page", PAGES + BUTTONS)
async def test_expired_unknown_and_foreign_links_look_the_same(
    gateway: Gateway, folder: Path, page: str
) -> None:
    old = handed_out(folder, page, ago=timedelta(days=30))
    other = "undo" if page != "undo" else "consent"
    foreign = handed_out(folder, other)  # good, but for another page
    for language, headers in (("de", GERMAN), ("en", ENGLISH)):
        answers = [
            await used(gateway, page, token, headers)
            for token in (old, foreign, old[:-1], "x", "%3Cscript%3E", "a" * 2000)
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.text for answer in answers}) == 1
        assert GONE[language] in answers[0].text
        assert "Chat" in answers[0].text or "chat" in answers[0].text
        assert answers[0].headers["cache-control"] == "no-store"


async def test_a_store_that_is_away_is_a_page_that_asks_to_come_back(
    gateway: Gateway, folder: Path
) -> None:
    token = handed_out(folder, "undo")
    with closing(sqlite3.connect(folder / "subscriptions.db", isolation_level=None)) as locked:
        locked.execute("BEGIN EXCLUSIVE")
        page = await gateway.http.post(f"/undo/{token}", headers=ENGLISH, timeout=20)
        assert (page.status_code, page.headers["retry-after"]) == (503, "60")
        assert "<h1>That did not work just now</h1>" in page.text
    assert (await gateway.http.post(f"/undo/{token}")).status_code == 200


async def test_a_bug_is_a_page_too(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: str) -> None:
        raise RuntimeError("what a person wrote")

    monkeypatch.setattr(gateway.web.links._business.billing, "document_of", broken)
    page = await gateway.http.get("/documents/x", headers=GERMAN)
    assert page.status_code == 503
    assert "<h1>Das hat gerade nicht geklappt</h1>" in page.text
    assert "person" not in page.text


async def test_who_guesses_has_to_wait(folder: Path) -> None:
    limits = Limits(links=Buckets(Rate(burst=3, per_second=0.01)))
    async with running_gateway(folder, limits=limits) as gateway:
        for page in (*PAGES, *BUTTONS)[:3]:
            assert (await gateway.http.get(f"/{page}/x")).status_code == 404
        page = await gateway.http.get("/undo/x", headers=GERMAN)
        assert page.status_code == 429
        assert page.headers["retry-after"]
        assert "<h1>Bitte warten Sie einen Moment</h1>" in page.text


# --- what stands in a page, and what does not


@pytest.mark.parametrize("page", ["pay", *BUTTONS])
async def test_pages_are_plain_and_speak_two_languages(
    gateway: Gateway, folder: Path, page: str
) -> None:
    token = handed_out(folder, page)
    german = await gateway.http.get(f"/{page}/{token}", headers=GERMAN)
    english = await gateway.http.get(f"/{page}/{token}", params={"lang": "en"}, headers=GERMAN)
    assert '<html lang="de">' in german.text
    assert '<html lang="en">' in english.text
    for answer in (german, english):
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "<script" not in answer.text
        assert "style=" not in answer.text
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers


async def test_every_message_leads_to_a_page(gateway: Gateway, folder: Path) -> None:
    """The address that a subscriber reads in a message is one that the gateway serves."""
    with beside(folder) as (business, post):
        sure = Caller(MARCUS, Level.CONFIRMED, "bot", datetime.now(UTC))
        business.privacy.export(sure, key="e")
        business.profile.change_consent(sure, "offers", "email", given=True, key="c")
        business.profile.change_email(sure, NEW, key="m")
        business.profile.change_phone(sure, "+49 30 901820", key="p")
    mails = [m for m in post.sent if m.secret]
    assert {m.template for m in mails} >= {"data_export", "offers_confirm", "email_confirm"}
    for mail in mails:
        text = TEXTS.letter(mail).text
        address = next(word for word in text.split() if word.startswith("https://"))
        answer = await gateway.http.get(urlsplit(address).path)
        assert answer.status_code == 200, mail.template


async def test_in_production_all_of_it_works_with_strict_headers(folder: Path) -> None:
    with beside(folder, secret=PRODUCTION["code_secret"]) as (business, _):
        caller = Caller(MARCUS, Level.IDENTIFIED, "bot")
        path = business.billing.invoice_link(caller, key="link").path
    undo = handed_out(folder, "undo")
    async with running_gateway(folder, **PRODUCTION) as gateway:
        answers = [
            await gateway.http.get(f"/{path}", timeout=60),
            await gateway.http.get(f"/undo/{undo}"),
            await gateway.http.post(f"/undo/{undo}"),
            await gateway.http.get("/pages.css"),
        ]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["strict-transport-security"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "no-referrer"


async def test_no_token_and_no_letter_of_an_invoice_is_logged(
    folder: Path,
    written: io.StringIO,  # noqa: F811 - the fixture
) -> None:
    tokens = {page: handed_out(folder, page) for page in ("documents", "pay", "undo", "consent")}
    async with running_gateway(folder) as gateway:
        for page, token in tokens.items():
            assert (await used(gateway, page, token, GERMAN)).status_code == 200
            assert (await used(gateway, page, token + "x", GERMAN)).status_code == 404
    said = written.getvalue()
    assert "gateway_started" in said
    assert not [page for page, token in tokens.items() if token in said]
    assert "Glyph" not in said
