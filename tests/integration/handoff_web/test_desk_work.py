"""What agents work with, over HTTP: who may do what, and that nothing leaves that should not."""

import asyncio
import io
import json
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from PIL import Image

from handoff.contract import Say, Understanding
from handoff.web import (
    desk_customers,
    desk_files,
    desk_labels,
    desk_replies,
    desk_search,
    desk_turns,
)
from handoff.web.limits import Buckets, Limits, Rate
from tests.integration.handoff_web.gateway import HEADER, Gateway, cid, running_gateway

pytestmark = pytest.mark.asyncio(loop_scope="module")

REPLY = {
    "name_de": "Neu",
    "name_en": "New",
    "text_de": "Hallo {name}",
    "text_en": "Hello {name}",
    "cues": "",
}
LABEL = {"name_de": "Rot", "name_en": "Red", "colour": "red"}
SUPERVISORS_ONLY = {
    ("POST", "/api/agent/replies"),
    ("PUT", "/api/agent/replies/{reply}"),
    ("PUT", "/api/agent/replies/{reply}/archived"),
    ("DELETE", "/api/agent/replies/{reply}"),
    ("POST", "/api/agent/labels"),
    ("PUT", "/api/agent/labels/{label}"),
    ("PUT", "/api/agent/labels/{label}/archived"),
    ("DELETE", "/api/agent/labels/{label}"),
    ("GET", "/api/agent/turn-labels.jsonl"),
}
BODIES: dict[tuple[str, str], Any] = {
    ("POST", "/api/agent/replies"): REPLY,
    ("PUT", "/api/agent/replies/{reply}"): REPLY,
    ("POST", "/api/agent/labels"): LABEL,
    ("PUT", "/api/agent/labels/{label}"): LABEL,
    ("PUT", "/api/agent/replies/{reply}/archived"): {"archived": True},
    ("PUT", "/api/agent/labels/{label}/archived"): {"archived": True},
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gateway(
    business: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Gateway]:
    """One gateway for all tests here; patient, because they are many."""
    folder = tmp_path_factory.mktemp("gateway")
    shutil.copy(business, folder / "subscriptions.db")
    many = Rate(burst=10_000, per_second=1_000)
    limits = Limits(
        connects=Buckets(many),
        messages=Buckets(many),
        links=Buckets(many),
        logins_by_address=Buckets(many),
        logins_by_name=Buckets(many),
    )
    async with running_gateway(folder, limits=limits) as running:
        yield running


class Desk:
    """An agent's browser."""

    def __init__(self, gateway: Gateway, cookie: str) -> None:
        self._http, self._cookie = gateway.http, cookie

    async def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {**HEADER, "Cookie": self._cookie}
        return await self._http.request(method, f"/api/agent{path}", headers=headers, **more)


async def desk(gateway: Gateway, login: str = "maya") -> Desk:
    return Desk(gateway, await gateway.login(login))


async def token(gateway: Gateway, number: str) -> str:
    answer = await gateway.http.post("/demo/token", json={"customer": number})
    return str(answer.json()["jwt"])


async def chat(gateway: Gateway, text: str = "Wo ist meine Rechnung?", **hello: Any) -> str:
    """A conversation in which a subscriber wrote and the bot has answered."""
    async with gateway.subscriber(**hello) as (talk, welcome):
        await talk.send("send", cid=cid(), text=text)
        await talk.event("message", author="bot", code=None)
    return str(welcome["conversation"])


async def owned(gateway: Gateway, its: Desk, conversation: str) -> int:
    """Maya takes it; the epoch."""
    row = (await its.call("GET", f"/conversations/{conversation}")).json()
    chats = [{"conversation": conversation, "epoch": row["epoch"]}]
    body = {"cid": cid(), "action": "take", "chats": chats}
    (done,) = (await its.call("POST", "/bulk", json=body)).json()
    assert done["code"] == ""
    return int((await its.call("GET", f"/conversations/{conversation}")).json()["epoch"])


def routes() -> list[tuple[str, str]]:
    found = []
    for part in (
        desk_replies,
        desk_labels,
        desk_search,
        desk_customers,
        desk_turns,
        desk_files,
    ):
        for route in part.router.routes:
            methods: set[str] = getattr(route, "methods", set())
            found += [(method, str(getattr(route, "path", ""))) for method in methods]
    return sorted(found)


def filled(path: str, **names: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: names.get(found[1], "x"), path)


async def test_the_matrix_covers_every_route() -> None:
    assert len(routes()) >= 22
    assert set(routes()) >= SUPERVISORS_ONLY


@pytest.mark.parametrize(("method", "path"), routes())
async def test_nobody_gets_in_without_session_or_from_another_page(
    gateway: Gateway, method: str, path: str
) -> None:
    url = filled(path, seq="1", file="0" * 32)
    body = BODIES.get((method, path), {})
    no_session = await gateway.http.request(method, url, headers=HEADER, json=body)
    assert no_session.status_code in {401, 422}, no_session.text
    cookie = await gateway.login()
    foreign = await gateway.http.request(method, url, headers={"Cookie": cookie}, json=body)
    assert (foreign.status_code, foreign.json()["code"]) == (403, "header_missing")


@pytest.mark.parametrize(("method", "path"), sorted(SUPERVISORS_ONLY))
async def test_supervisors_routes_are_closed_to_agents(
    gateway: Gateway, method: str, path: str
) -> None:
    its, url = await desk(gateway), filled(path).removeprefix("/api/agent")
    answer = await its.call(method, url, json=BODIES.get((method, path)))
    assert (answer.status_code, answer.json()["code"]) == (403, "supervisors_only")


@pytest.mark.parametrize(("method", "path"), [r for r in routes() if "{conversation}" in r[1]])
async def test_a_conversation_that_does_not_exist_is_404_everywhere(
    gateway: Gateway, method: str, path: str
) -> None:
    its = await desk(gateway)
    url = filled(path, conversation="nobody", seq="1", reply="greeting", label="goodwill")
    bodies = {
        "locale": {"locale": "en"},
        "send": {"cid": cid(), "epoch": 1, "text": "x", "files": ["f" * 32]},
        "1": {"intent": "greet"},
    }
    more: dict[str, Any] = {"params": {"locale": "de", "name": "x.pdf"}}
    if (body := bodies.get(url.rpartition("/")[2])) is not None:
        more["json"] = body
    answer = await its.call(method, url.removeprefix("/api/agent"), **more)
    empty = path.endswith(("/turn-labels", "/files", "/read")) and answer.status_code < 300
    assert answer.status_code == 404 or (empty and answer.text in {"", "[]"}), answer.text


async def test_replies_are_seeded_changed_by_supervisors_and_refused_with_the_wrong_piece(
    gateway: Gateway,
) -> None:
    ines, maya = await desk(gateway, "ines"), await desk(gateway)
    seeded = (await maya.call("GET", "/replies")).json()
    assert len(seeded) == 8
    assert all(one["text_de"] and one["text_en"] and one["cues"] for one in seeded)
    wrong = {**REPLY, "text_en": "Hi {name.__class__}"}
    refused = await ines.call("POST", "/replies", json=wrong)
    assert refused.status_code == 422
    assert refused.json() == {
        "code": "unknown_variable",
        "facts": {"what": "{name.__class__}"},
    }
    assert (await ines.call("POST", "/replies", json={**REPLY, "name_de": " "})).json()[
        "code"
    ] == "bad_name_de"
    made = (await ines.call("POST", "/replies", json=REPLY)).json()["id"]
    changed = await ines.call("PUT", f"/replies/{made}", json={**REPLY, "name_de": "Anders"})
    assert changed.json()["name_de"] == "Anders"
    assert (await ines.call("DELETE", f"/replies/{made}")).status_code == 204
    assert (await ines.call("DELETE", f"/replies/{made}")).status_code == 404
    assert (await ines.call("PUT", f"/replies/{made}", json=REPLY)).status_code == 404


async def test_a_reply_is_filled_in_with_what_is_known_and_the_rest_is_a_gap(
    gateway: Gateway,
) -> None:
    maya = await desk(gateway)
    conversation = await chat(
        gateway, "Warum ist meine Zahlung fehlgeschlagen?", jwt=await token(gateway, "K-1002")
    )
    path = f"/conversations/{conversation}"
    fits = (await maya.call("GET", f"{path}/suggestions")).json()
    assert fits["replies"][0] == "payment_failed"
    answers = {
        locale: (
            await maya.call("GET", f"{path}/replies/payment_failed", params={"locale": locale})
        ).json()
        for locale in ("de", "en")
    }
    assert answers["de"]["gaps"] == answers["en"]["gaps"] == []
    assert re.search(r"Offen sind derzeit [\d.,]+\s€", answers["de"]["text"])
    assert re.search(r"open amount is €[\d.,]+", answers["en"]["text"])
    other = await chat(gateway)
    gap = (
        await maya.call("GET", f"/conversations/{other}/replies/greeting", params={"locale": "de"})
    ).json()
    assert gap["gaps"] == ["name"]
    assert "\u27e6Name\u27e7" in gap["text"]
    assert "Maya Brandt" in gap["text"]


async def test_a_gap_is_refused_by_the_socket_too(gateway: Gateway) -> None:
    conversation = await chat(gateway)
    async with gateway.agent("maya") as talk:
        if conversation not in talk.inbox:
            await talk.until(lambda _: conversation in talk.inbox)
        epoch = talk.inbox[conversation]["epoch"]
        await talk.send("take", cid=cid(), conversation=conversation, epoch=epoch)
        await talk.until(
            lambda f: f["type"] == "inbox" and talk.inbox[conversation]["controller"] == "agent"
        )
        sent = {"conversation": conversation, "epoch": talk.inbox[conversation]["epoch"]}
        key = cid()
        await talk.send("send", cid=key, text="Hallo \u27e6Name\u27e7", **sent)
        assert (await talk.of("nack", cid=key))["code"] == "unfilled_gap"
        note = cid()
        await talk.send("send", cid=note, text="Hallo \u27e6Name\u27e7", note=True, **sent)
        await talk.of("ack", cid=note)


async def test_labels_and_mentions_reach_open_lists(gateway: Gateway) -> None:
    maya, jonas = await desk(gateway), await desk(gateway, "jonas")
    conversation = await chat(gateway)
    async with gateway.agent("jonas") as talk:
        put = await maya.call("PUT", f"/conversations/{conversation}/labels/goodwill")
        assert put.status_code == 204
        await talk.until(
            lambda f: (
                f["type"] == "inbox"
                and talk.inbox.get(conversation, {}).get("labels") == ["goodwill"]
            )
        )
        async with gateway.agent("maya") as hers:
            await hers.send(
                "send", cid=cid(), conversation=conversation, epoch=0, text="@jonas ?", note=True
            )
            await hers.next()
        await talk.until(
            lambda f: f["type"] == "inbox" and talk.inbox[conversation]["mentioned"] == ["jonas"]
        )
        found = (await jonas.call("GET", "/search", params={"mentions": True})).json()
        assert [one["row"]["conversation"] for one in found["chats"]] == [conversation]
        assert found["chats"][0]["excerpt"] == "@jonas ?"
        await jonas.call("POST", f"/conversations/{conversation}/mentions/read")
        await talk.until(
            lambda f: f["type"] == "inbox" and talk.inbox[conversation]["mentioned"] == []
        )
    assert (await maya.call("PUT", f"/conversations/{conversation}/labels/none")).status_code == 404
    gone = await maya.call("DELETE", f"/conversations/{conversation}/labels/goodwill")
    assert gone.status_code == 204


async def test_search_finds_pages_and_is_audited_without_the_words(gateway: Gateway) -> None:
    maya = await desk(gateway)
    conversation = await chat(gateway, "Mein Fahrradschloss klemmt")
    async with asyncio.timeout(30):
        while not (found := (await search(maya, words="fahrradschl"))["chats"]):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert [one["row"]["conversation"] for one in found] == [conversation]
    assert "Mein Fahrradschloss klemmt" in found[0]["excerpt"]
    assert (await search(maya, words="fahrradschl", controller="closed"))["chats"] == []
    assert (await search(maya, words="?!"))["chats"] == [], "no word finds nothing, not all"
    assert len((await search(maya))["chats"]) > 1
    kept = await gateway.web.supervision.audit.entries()
    searches = [one.entry for one in kept if one.entry.what == "searched"]
    assert searches[0].who == "maya"
    assert any(one.facts["shown"] == [conversation] for one in searches)
    assert "fahrrad" not in json.dumps([one.facts for one in searches]).lower()


async def test_a_customer_who_never_wrote_is_found_and_seen(gateway: Gateway) -> None:
    maya = await desk(gateway)
    before = len((await search(maya))["chats"])
    asked = {"words": "RE-1007-0001"}
    found = (await maya.call("GET", "/customers", params={"words": "K-1007"})).json()
    (one,) = found["customers"]
    assert (one["number"], one["conversation"], found["more"]) == ("K-1007", None, None)
    assert "***@" in one["email"]
    (billed,) = (await maya.call("GET", "/customers", params=asked)).json()["customers"]
    assert (billed["number"], billed["invoice"]) == ("K-1007", "RE-1007-0001")
    seen = (await maya.call("GET", "/customers/K-1007/overview")).json()
    assert (seen["header"]["name"], seen["since"]) == (one["name"], None)
    assert (await maya.call("GET", "/customers/K-9999/overview")).status_code == 404
    assert (await maya.call("GET", "/customers", params={"words": "x"})).status_code == 422
    assert len((await search(maya))["chats"]) == before, "looking makes no conversation"


async def test_a_customer_who_wrote_is_found_with_their_conversations(gateway: Gateway) -> None:
    maya = await desk(gateway)
    ids = [
        await chat(gateway, said, jwt=await token(gateway, "K-1006")) for said in ("Eins", "Zwei")
    ]
    found = (await maya.call("GET", "/customers", params={"words": "k-1006"})).json()
    assert found["customers"][0]["conversation"] in ids
    theirs = (await search(maya, subscriber="K-1006"))["chats"]
    assert {one["row"]["conversation"] for one in theirs} == set(ids)
    assert (await search(maya, subscriber="K-1007"))["chats"] == []


@pytest.mark.parametrize(("where", "body"), [("replies", REPLY), ("labels", LABEL)])
async def test_of_two_who_word_the_same_the_second_is_told(
    gateway: Gateway, where: str, body: dict[str, Any]
) -> None:
    ines = await desk(gateway, "ines")
    made = (await ines.call("POST", f"/{where}", json=body)).json()
    path = f"/{where}/{made['id']}"
    first = {**body, "name_de": "Erste", "version": made["version"]}
    second = {**body, "name_de": "Zweite", "version": made["version"]}
    changed = (await ines.call("PUT", path, json=first)).json()
    refused = await ines.call("PUT", path, json=second)
    assert (refused.status_code, refused.json()["code"]) == (409, "changed_meanwhile")
    now = refused.json()["facts"]["now"]
    assert (now["name_de"], now["version"]) == ("Erste", changed["version"])
    again = await ines.call("PUT", path, json={**second, "version": now["version"]})
    assert (again.status_code, again.json()["name_de"]) == (200, "Zweite")
    await ines.call("DELETE", path)


async def test_what_is_archived_is_offered_no_more_and_comes_back(gateway: Gateway) -> None:
    ines, maya = await desk(gateway, "ines"), await desk(gateway)
    made = (await ines.call("POST", "/replies", json=REPLY)).json()
    path = f"/replies/{made['id']}"

    async def offered(**params: Any) -> set[str]:
        return {one["id"] for one in (await maya.call("GET", "/replies", params=params)).json()}

    assert made["id"] in await offered()
    assert (await ines.call("PUT", f"{path}/archived", json={"archived": True})).is_success
    assert made["id"] not in await offered()
    assert made["id"] in await offered(archived=True)
    assert (await ines.call("PUT", f"{path}/archived", json={"archived": False})).is_success
    assert made["id"] in await offered()
    await ines.call("DELETE", path)


async def test_an_archived_label_stays_where_it_is_and_goes_nowhere_else(gateway: Gateway) -> None:
    ines, maya = await desk(gateway, "ines"), await desk(gateway)
    made = (await ines.call("POST", "/labels", json=LABEL)).json()["id"]
    has, wants = await chat(gateway), await chat(gateway)
    assert (await maya.call("PUT", f"/conversations/{has}/labels/{made}")).is_success
    await ines.call("PUT", f"/labels/{made}/archived", json={"archived": True})
    assert (await maya.call("PUT", f"/conversations/{wants}/labels/{made}")).status_code == 404
    assert (await maya.call("GET", f"/conversations/{has}")).json()["labels"] == [made]
    kept = [one for one in (await maya.call("GET", "/labels")).json() if one["id"] == made]
    assert [one["archived"] for one in kept] == [True]
    assert (await maya.call("DELETE", f"/conversations/{has}/labels/{made}")).is_success
    await ines.call("DELETE", f"/labels/{made}")


async def search(its: Desk, **params: Any) -> dict[str, Any]:
    answer = await its.call("GET", "/search", params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_a_wrong_turn_is_labelled_from_the_log_and_exported(gateway: Gateway) -> None:
    known = Understanding(intent="greet", confidence=0.41)
    before, gateway.assistant.answer = (
        gateway.assistant.answer,
        lambda _turn: [Say(text="Hallo!", locale="de", understood=known)],
    )
    try:
        async with gateway.subscriber() as (talk, welcome):
            await talk.send("send", cid=cid(), text="Ich will mein Geld zurück")
            shown = await talk.event("message", author="bot", code=None)
    finally:
        gateway.assistant.answer = before
    assert shown["event"]["understood"] is None, "subscribers never see it"
    conversation, maya = welcome["conversation"], await desk(gateway)
    async with gateway.agent("maya") as talk:
        await talk.send("watch", conversation=conversation)
        told = await talk.event("message", author="bot", code=None)
    understood = told["event"]["understood"]
    assert (understood["intent"], understood["confidence"]) == ("greet", 0.41)
    path = f"/conversations/{conversation}/turn-labels/{understood['seq']}"
    assert (await maya.call("PUT", path, json={"intent": "refund"})).status_code == 204
    bot_seq = f"/conversations/{conversation}/turn-labels/{told['seq']}"
    assert (await maya.call("PUT", bot_seq, json={"intent": "refund"})).status_code == 404
    assert (await maya.call("PUT", path, json={"intent": "/restart"})).status_code == 422
    ines = await desk(gateway, "ines")
    export = await ines.call("GET", "/turn-labels.jsonl")
    (line,) = [json.loads(one) for one in export.text.splitlines()]
    assert line["text"] == "Ich will mein Geld zurück"
    assert (line["intent"], line["right_intent"]) == ("greet", "refund")
    shown_labels = (await maya.call("GET", f"/conversations/{conversation}/turn-labels")).json()
    assert [one["right_intent"] for one in shown_labels] == ["refund"]
    assert (await maya.call("DELETE", path)).status_code == 204


async def test_the_language_is_switched_and_written_down(gateway: Gateway) -> None:
    maya, conversation = await desk(gateway), await chat(gateway)
    path = f"/conversations/{conversation}"
    for _ in range(2):
        answer = await maya.call("PUT", f"{path}/locale", json={"locale": "en"})
        assert answer.status_code == 204
    assert (await maya.call("GET", path)).json()["locale"] == "en"
    kept = [one.entry for one in await gateway.web.supervision.audit.entries()]
    changed = [one for one in kept if one.what == "language_changed"]
    assert [one.facts for one in changed] == [{"before": "de", "after": "en"}]


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 20), (1, 2, 3)).save(out, "PNG")
    return out.getvalue()


async def test_a_file_is_sent_and_opened_by_its_address_alone(gateway: Gateway) -> None:
    maya, jonas = await desk(gateway), await desk(gateway, "jonas")
    conversation = await chat(gateway)
    epoch = await owned(gateway, maya, conversation)
    path = f"/conversations/{conversation}/files"
    name = {"name": 'Beleg "März".html'}
    added = await maya.call("POST", path, params=name, content=picture())
    assert added.status_code == 201, added.text
    file = added.json()
    assert (file["name"], file["media_type"]) == ("Beleg März.png", "image/png")
    body = {"cid": cid(), "epoch": epoch, "text": "Ihr Beleg", "files": [file["id"]]}
    assert (await jonas.call("POST", f"{path}/send", json=body)).status_code == 404
    stale = {**body, "epoch": epoch - 1}
    assert (await maya.call("POST", f"{path}/send", json=stale)).status_code == 409
    sent = await maya.call("POST", f"{path}/send", json=body)
    again = await maya.call("POST", f"{path}/send", json=body)
    assert sent.json() == again.json()
    log = await gateway.web.flow.events(conversation, since=0, for_agents=False)
    (stored,) = next(e for e in log if e.seq == sent.json()["seq"]).body["links"]
    assert (await gateway.http.get(stored["url"])).status_code == 404, "which file is no address"
    link = {"url": gateway.web.work.signed.shown(stored["url"], "subscriber")}
    got = await gateway.http.get(link["url"])
    assert got.status_code == 200
    assert got.headers["content-type"] == "image/png"
    assert got.headers["content-disposition"].startswith("attachment; ")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert "no-store" in got.headers["cache-control"]
    with Image.open(io.BytesIO(got.content)) as image:
        assert image.size == (20, 20)
    id_, _, mark = link["url"].removeprefix("/files/").partition(".")
    for wrong in (id_, f"{id_}.", f"{id_}.{mark[:-1]}", f"{'0' * 32}.{mark}", "x", "%00"):
        refused = await gateway.http.get(f"/files/{wrong}", headers={"Accept-Language": "en"})
        assert refused.status_code == 404
        assert "This link is not valid" in refused.text


async def test_an_address_is_made_for_each_look_and_an_agents_needs_the_agent(
    gateway: Gateway,
) -> None:
    maya = await desk(gateway)
    async with gateway.subscriber(locale="de") as (talk, welcome):
        conversation = str(welcome["conversation"])
        epoch = await owned(gateway, maya, conversation)
        path = f"/conversations/{conversation}/files"
        added = await maya.call("POST", path, params={"name": "a.png"}, content=picture())
        body = {"cid": cid(), "epoch": epoch, "text": "Bild", "files": [added.json()["id"]]}
        assert (await maya.call("POST", f"{path}/send", json=body)).status_code == 200
        got = await talk.event("message", author="agent")
    (mine,) = got["event"]["links"]
    assert (await gateway.http.get(mine["url"])).status_code == 200
    cookie = await gateway.login()
    async with gateway.agent(cookie=cookie) as agent:
        await agent.send("watch", conversation=conversation, since=0)
        seen = await agent.event("message", author="agent", text="Bild")
    (theirs,) = seen["event"]["links"]
    assert theirs["url"] != mine["url"]
    assert (await gateway.http.get(theirs["url"])).status_code == 404
    with_cookie = await gateway.http.get(theirs["url"], headers={"Cookie": cookie})
    assert with_cookie.status_code == 200


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"<svg onload='alert(1)'/>", 415, "file_type"),
        (
            rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
            422,
            "file_virus",
        ),
        (b"%PDF-1.4 <html><script>alert(1)</script> %%EOF", 422, "file_mixed"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 6_000_000, 413, "file_too_big"),
        (b"", 422, "file_empty"),
    ],
)
async def test_a_file_that_is_not_taken_is_kept_nowhere(
    gateway: Gateway, content: bytes, status: int, code: str
) -> None:
    maya, conversation = await desk(gateway), await chat(gateway)
    path = f"/conversations/{conversation}/files"
    answer = await maya.call("POST", path, params={"name": "a.pdf"}, content=content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await maya.call("GET", path)).json() == []
