"""Actions, approvals and confirmations over HTTP: session, role, ownership, epoch, header, pressed twice."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.handoff_web.gateway import HEADER, Gateway, Talk, cid, running_gateway
from tests.integration.handoff_web.test_conversation import take

REFUND = {"kind": "refund", "invoice": "RE-1002-0015", "minor": 400}
BIG = {"kind": "refund", "invoice": "RE-1002-0015", "minor": 700}
EMAIL = {"kind": "email", "email": "marcus.neu@example.org"}


@dataclass
class Chat:
    """A chat of Marcus that Maya owns, and whoever is signed in."""

    gateway: Gateway
    id: str
    epoch: int
    maya: Talk
    talk: Talk
    cookie: str

    async def ask(self, what: str, body: Any, *, cookie: str | None = None) -> httpx.Response:
        """A call of an agent, Maya by default."""
        headers = {**HEADER, "Cookie": cookie or self.cookie}
        return await self.gateway.http.post(f"/api/agent/{what}", json=body, headers=headers)

    async def read(self, what: str, *, cookie: str | None = None) -> Any:
        """What an agent reads."""
        headers = {**HEADER, "Cookie": cookie or self.cookie}
        answer = await self.gateway.http.get(f"/api/agent/{what}", headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    @property
    def actions(self) -> str:
        return f"conversations/{self.id}/actions"

    async def shown(self, wish: dict[str, Any]) -> dict[str, Any]:
        """The body that confirms a wish as it was shown."""
        answer = await self.ask(f"{self.actions}/foresee", {"epoch": self.epoch, "wish": wish})
        assert answer.status_code == 200, answer.text
        return {"epoch": self.epoch, "wish": wish, "cid": cid(), "seen": answer.json()["digest"]}

    async def does(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Look and confirm."""
        answer = await self.ask(self.actions, await self.shown(wish))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@asynccontextmanager
async def owned(gateway: Gateway, customer: str = "K-1002") -> AsyncIterator[Chat]:
    made = (await gateway.http.post("/demo/token", json={"customer": customer})).json()["jwt"]
    cookie = await gateway.login()
    async with (
        gateway.agent(cookie=cookie) as maya,
        gateway.subscriber(jwt=made, locale="en") as (talk, welcome),
    ):
        await talk.send("person", cid=cid())
        epoch = await take(maya, welcome["conversation"])
        yield Chat(gateway, welcome["conversation"], epoch, maya, talk, cookie)


@pytest.fixture
async def chat(folder: Path) -> AsyncIterator[Chat]:
    """Agents give 2.00 credit and 5.00 back; the mailbox is a file."""
    limits = {"desk_credit_minor": 200, "desk_refund_minor": 500}
    outbox = f"file:{folder / 'outbox.jsonl'}"
    async with running_gateway(folder, outbox=outbox, **limits) as gateway, owned(gateway) as made:
        yield made


async def test_looked_at_confirmed_done_and_read_by_everybody(chat: Chat) -> None:
    answer = await chat.ask(f"{chat.actions}/foresee", {"epoch": chat.epoch, "wish": REFUND})
    seen = answer.json()
    assert (seen["title"]["en"], seen["way"]) == ("Refund of €4.00", "at_once")
    assert answer.headers["cache-control"] == "no-store"
    done = await chat.does(REFUND)
    assert (done["state"], done["mine"], done["agent_name"]) == ("done", True, "Maya Brandt")
    told = await chat.talk.event("message", code="action_done")
    assert told["event"]["author"] == "system"
    assert told["event"]["text"].startswith("€4.00 for invoice RE-1002-0015 is on its way back")
    assert "facts" in told["event"]
    await chat.maya.event("message", code="action_done")
    assert [one["id"] for one in await chat.read(chat.actions)] == [done["id"]]


async def test_pressed_five_times_it_is_one(chat: Chat) -> None:
    body = await chat.shown(REFUND)
    answers = await asyncio.gather(*[chat.ask(chat.actions, body) for _ in range(5)])
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["id"] for answer in answers}) == 1
    overview = await chat.read(f"conversations/{chat.id}/overview")
    assert len(overview["money"]["refunds"]) == 1


async def test_a_stale_epoch_a_stranger_and_another_look_are_refused(chat: Chat) -> None:
    body = await chat.shown(REFUND)
    stale = await chat.ask(chat.actions, {**body, "epoch": chat.epoch - 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_epoch")
    jonas = await chat.gateway.login("jonas")
    foreign = await chat.ask(chat.actions, {**body, "cid": cid()}, cookie=jonas)
    assert (foreign.status_code, foreign.json()["code"]) == (409, "not_owner")
    ines = await chat.gateway.login("ines")
    supervisor = await chat.ask(chat.actions, {**body, "cid": cid()}, cookie=ines)
    assert supervisor.status_code == 409, "a supervisor does not act in a colleague's chat either"
    other = await chat.ask(chat.actions, {**body, "seen": "0" * 32})
    assert (other.status_code, other.json()["code"]) == (409, "changed")
    assert other.json()["words"]["en"].startswith("By now it would do something else.")
    unknown = await chat.ask("conversations/none/actions", body)
    assert unknown.status_code == 404
    assert await chat.read(chat.actions) == []


ROUTES = (
    ("POST", "conversations/{id}/actions/foresee"),
    ("POST", "conversations/{id}/actions"),
    ("GET", "conversations/{id}/actions"),
    ("GET", "plans"),
    ("GET", "approvals"),
    ("POST", "approvals/x/decision"),
    ("POST", "approvals/x/withdrawal"),
)


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_every_route_needs_a_session_and_our_own_page(
    gateway: Gateway, method: str, path: str
) -> None:
    where = f"/api/agent/{path.format(id='c')}"
    cookie = await gateway.login()
    outside = await gateway.http.request(method, where, json={}, headers=HEADER)
    assert (outside.status_code, outside.json()["code"]) == (401, "session_expired")
    crossed = await gateway.http.request(method, where, json={}, headers={"Cookie": cookie})
    assert (crossed.status_code, crossed.json()["code"]) == (403, "header_missing")


BAD: tuple[dict[str, Any], ...] = (
    {"kind": "refund", "invoice": "RE-1002-0015", "minor": -1},
    {"kind": "refund", "invoice": "RE-1002-0015", "minor": 1.5},
    {"kind": "refund", "invoice": ""},
    {"kind": "credit", "minor": 10**12},
    {"kind": "credit", "minor": 100, "subscriber": "K-1001"},
    {"kind": "erase"},
    {},
)


@pytest.mark.parametrize("wish", BAD, ids=lambda wish: json.dumps(wish)[:40])
async def test_what_is_no_wish_is_refused_at_the_door(
    gateway: Gateway, wish: dict[str, Any]
) -> None:
    headers = {**HEADER, "Cookie": await gateway.login()}
    body = {"epoch": 1, "wish": wish}
    answer = await gateway.http.post(
        "/api/agent/conversations/c/actions/foresee", json=body, headers=headers
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_request")


async def test_the_business_s_refusal_says_what_to_do_in_both_languages(chat: Chat) -> None:
    wish = {**REFUND, "minor": 90_000}
    answer = await chat.ask(f"{chat.actions}/foresee", {"epoch": chat.epoch, "wish": wish})
    assert (answer.status_code, answer.json()["code"]) == (409, "refund_impossible")
    words = answer.json()["words"]
    assert words["de"].endswith("Den Betrag prüfen.")
    assert words["en"].endswith("Check the amount.")


async def test_above_the_limit_a_supervisor_decides_and_nobody_else(chat: Chat) -> None:
    proposed = await chat.does(BIG)
    assert (proposed["state"], proposed["may_decide"]) == ("proposed", False)
    yes = {"approve": True, "seen": proposed["digest"], "comment": "fine"}
    decision = f"approvals/{proposed['id']}/decision"
    jonas, ines = await chat.gateway.login("jonas"), await chat.gateway.login("ines")
    assert [one["mine"] for one in await chat.read("approvals")] == [True]
    assert await chat.read("approvals", cookie=jonas) == []
    (seen,) = await chat.read("approvals", cookie=ines)
    assert (seen["may_decide"], seen["digest"]) == (True, proposed["digest"])
    own = await chat.ask(decision, yes)
    assert (own.status_code, own.json()["code"]) == (403, "own_proposal")
    other = await chat.ask(decision, yes, cookie=jonas)
    assert (other.status_code, other.json()["code"]) == (403, "not_allowed")
    both = await asyncio.gather(*[chat.ask(decision, yes, cookie=ines) for _ in range(3)])
    assert {answer.status_code for answer in both} <= {200, 409}
    assert "done" in {answer.json().get("state") for answer in both}
    overview = await chat.read(f"conversations/{chat.id}/overview")
    assert [refund["amount"]["minor"] for refund in overview["money"]["refunds"]] == [700]
    late = await chat.ask(decision, yes, cookie=ines)
    assert (late.status_code, late.json()["code"]) == (409, "not_open")
    assert "approves" not in str(chat.talk.seen), "who agreed is no subscriber's business"


async def test_one_s_own_proposal_may_be_withdrawn(chat: Chat) -> None:
    proposed = await chat.does(BIG)
    where = f"approvals/{proposed['id']}/withdrawal"
    ines = await chat.gateway.login("ines")
    assert (await chat.ask(where, {}, cookie=ines)).status_code == 403
    assert (await chat.ask(where, {})).json()["state"] == "withdrawn"
    assert await chat.read("approvals") == []


async def test_the_overview_says_what_changed_since_the_handover(chat: Chat) -> None:
    async with asyncio.timeout(30):
        while (await chat.read(f"conversations/{chat.id}/overview"))["since"] is None:  # noqa: ASYNC110
            await asyncio.sleep(0.1)  # nobody tells us
    await chat.does(REFUND)
    since = (await chat.read(f"conversations/{chat.id}/overview"))["since"]
    assert [change["text"]["en"] for change in since["changes"]] == [
        "Refund of €4.00 for invoice RE-1002-0015."
    ]


# --- the subscriber's page


def _mailed(folder: Path) -> str:
    """The digits of the newest code; mails leave beside the answer."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        file = folder / "outbox.jsonl"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        for mail in map(json.loads, reversed(lines)):
            if mail["template"] == "one_time_code":
                return str(mail["secret"])
        time.sleep(0.05)
    raise AssertionError("no code was sent")


def _form(page: str, what: str) -> tuple[str, dict[str, str]]:
    """Where a button of the page leads, and its hidden fields."""
    for action, inside in re.findall(r'<form method="post" action="([^"]+)">(.*?)</form>', page):
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', inside))
        if fields.get("what") == what:
            return action.replace("&amp;", "&"), fields
    raise AssertionError(f"no button for {what} in {page}")


async def _press(chat: Chat, path: str, page: str, what: str, **more: str) -> httpx.Response:
    action, fields = _form(page, what)
    return await chat.gateway.http.post(f"{path}{action}", data={**fields, **more})


async def test_the_subscriber_confirms_on_a_page_with_the_digits_from_their_mail(
    chat: Chat, folder: Path
) -> None:
    asked = await chat.does(EMAIL)
    assert asked["state"] == "asked"
    told = await chat.talk.event("message", code="action_asked")
    path = told["event"]["links"][0]["url"]
    look = await chat.gateway.http.get(path, headers={"Accept-Language": "de"})
    assert (look.status_code, look.headers["cache-control"]) == (200, "no-store")
    assert "marcus.neu@example.org" in look.text
    assert "m***@e" in look.text
    assert "marcus.okafor@example.org" not in look.text
    code_page = await _press(chat, path, look.text, "code")
    assert "Gesendet an" in code_page.text
    digits = _mailed(folder)
    wrong = await _press(chat, path, code_page.text, "agree", digits="000000")
    assert "Diese Ziffern stimmen nicht" in wrong.text
    done = await _press(chat, path, wrong.text, "agree", digits=f"{digits[:3]} {digits[3:]}")
    assert "<h1>Bestätigt</h1>" in done.text
    again = await _press(chat, path, wrong.text, "agree", digits=digits)
    assert "<h1>Bestätigt</h1>" in again.text
    (action,) = await chat.read(chat.actions)
    assert (action["state"], action["told"]["en"].startswith("A link to confirm")) == ("done", True)


async def test_the_subscriber_declines_and_the_page_is_over(chat: Chat) -> None:
    await chat.does(EMAIL)
    told = await chat.talk.event("message", code="action_asked")
    path = told["event"]["links"][0]["url"]
    look = await chat.gateway.http.get(path, headers={"Accept-Language": "en"})
    code_page = await _press(chat, path, look.text, "code")
    no = await _press(chat, path, code_page.text, "no")
    assert "Everything stays as it is." in no.text
    late = await _press(chat, path, code_page.text, "agree", digits="123456")
    assert late.status_code == 404
    (action,) = await chat.read(chat.actions)
    assert action["state"] == "refused"


@pytest.mark.parametrize("token", ["x", "a.b", "a" * 300, "..%2F..", "a." + "0" * 32])
async def test_a_link_that_is_not_ours_gets_the_page_of_all_dead_links(
    gateway: Gateway, token: str
) -> None:
    for method in ("GET", "POST"):
        answer = await gateway.http.request(method, f"/agree/{token}")
        assert answer.status_code == 404


async def test_an_order_has_its_button_beside_price_and_terms(chat: Chat, folder: Path) -> None:
    await chat.does({"kind": "plan", "plan": "stream-standard"})
    told = await chat.talk.event("message", code="action_asked")
    path = told["event"]["links"][0]["url"]
    look = await chat.gateway.http.get(path, headers={"Accept-Language": "de"})
    code_page = await _press(chat, path, look.text, "code")
    assert "zahlungspflichtig bestellen" in code_page.text
    for term in ("Gilt ab", "Preis danach", "Jetzt zu zahlen"):
        assert term in code_page.text
    done = await _press(chat, path, code_page.text, "agree", digits=_mailed(folder))
    assert "Stream Standard gilt ab" in done.text
    overview = await chat.read(f"conversations/{chat.id}/overview")
    assert overview["contracts"][0]["plan"]["code"] == "stream-standard"
