"""Changing one's own password on its page: who may, what is refused, and what ends with it."""

import re

import httpx
import pytest

from handoff.desk.audit import entry
from tests.integration.handoff_web.gateway import HEADER, PASSWORD, Gateway

NEW = "sechs Birnen im Korb 27"
PATH = "/desk/password?lang=en"


async def sent(gateway: Gateway, cookie: str, *, origin: str = "", **fields: str) -> httpx.Response:
    """The form as a browser sends it."""
    headers = {"Cookie": cookie, "Origin": origin or gateway.base}
    typed = {"old": PASSWORD, "new": NEW, "again": fields.get("new", NEW), **fields}
    return await gateway.http.post(PATH, data=typed, headers=headers)


async def signs_in(gateway: Gateway, password: str) -> int:
    """The status of a sign-in as Maya."""
    body = {"login": "maya", "password": password}
    answer = await gateway.http.post("/api/agent/login", json=body, headers=HEADER)
    gateway.http.cookies.clear()
    return answer.status_code


async def told(gateway: Gateway) -> list[str]:
    """What the audit tells of Maya."""
    ines = {"Cookie": await gateway.login("ines"), **HEADER}
    found = (await gateway.http.get("/api/desk/audit?who=maya", headers=ines)).json()
    return [entry["what"] for entry in found["entries"]]


async def test_it_is_changed_and_every_other_session_ends(gateway: Gateway) -> None:
    mine, other = await gateway.login(), await gateway.login()
    page = await gateway.http.get(PATH, headers={"Cookie": mine})
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert re.search(r'name="login" [^>]*value="maya"', page.text)
    async with gateway.agent(cookie=other) as elsewhere:
        answer = await sent(gateway, mine)
        assert (answer.status_code, 'role="status"' in answer.text) == (200, True)
        assert await elsewhere.close_code() == 4401
    for cookie, status in ((mine, 200), (other, 401)):
        me = await gateway.http.get("/api/agent/me", headers={"Cookie": cookie, **HEADER})
        assert me.status_code == status
    assert [await signs_in(gateway, word) for word in (PASSWORD, NEW)] == [401, 200]
    assert await told(gateway) == ["own_password_set"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"old": "not the present one"}, "The present password is wrong."),
        ({"new": "too short 12345"[:14]}, "too short"),
        ({"new": "x" * 257}, "too long"),
        ({"new": "tabs\tand other marks"}, "cannot be seen"),
        ({"new": "the desk of MAYA today"}, "holds your own name"),
        ({"new": "the brandt and no more"}, "holds your own name"),
        ({"new": PASSWORD}, "has to be another"),
        ({"again": "something else at all"}, "differ"),
    ],
)
async def test_what_does_not_fit_is_refused_in_words_and_changes_nothing(
    gateway: Gateway, typed: dict[str, str], said: str
) -> None:
    cookie, other = await gateway.login(), await gateway.login()
    answer = await sent(gateway, cookie, **typed)
    assert answer.status_code == 422
    assert said in answer.text
    for secret in {*typed.values(), PASSWORD, NEW}:
        assert secret not in answer.text
    me = await gateway.http.get("/api/agent/me", headers={"Cookie": other, **HEADER})
    assert me.status_code == 200
    assert await signs_in(gateway, PASSWORD) == 200
    assert await told(gateway) == []


async def test_without_a_session_or_from_a_foreign_page_nothing_happens(gateway: Gateway) -> None:
    for cookie in ("", "abolotse_desk=guessed"):
        page = await gateway.http.get(PATH, headers={"Cookie": cookie})
        assert (page.status_code, page.headers["location"]) == (303, "/desk")
        assert (await sent(gateway, cookie)).status_code == 303
    mine = await gateway.login()
    for origin in ("https://evil.example", "null"):
        assert (await sent(gateway, mine, origin=origin)).status_code == 403
    silent = await gateway.http.post(PATH, data={"old": PASSWORD}, headers={"Cookie": mine})
    assert silent.status_code == 403
    assert await signs_in(gateway, PASSWORD) == 200


async def test_tries_are_bounded_for_one_agent_and_not_for_another(gateway: Gateway) -> None:
    mine, jonas = await gateway.login(), await gateway.login("jonas")
    statuses = [(await sent(gateway, mine, old=f"try number {n}")).status_code for n in range(12)]
    assert statuses[:10] == [422] * 10
    assert 429 in statuses
    assert (await sent(gateway, jonas, old="wrong")).status_code == 422


async def test_whoever_was_given_another_one_meanwhile_does_not_take_it_back(
    gateway: Gateway,
) -> None:
    """Two changes at once, of which each knew the old one: the first one stands."""
    cookie = await gateway.login()
    account = await gateway.web.accounts.account("maya")
    sign_in, _ = await gateway.web.sign_ins.find(cookie.partition("=")[2])
    ends = await gateway.web.accounts.change_own_password(
        account, "first", keep=sign_in.id, told=entry("maya", "own_password_set")
    )
    again = await gateway.web.accounts.change_own_password(
        account, "second", keep=sign_in.id, told=entry("maya", "own_password_set")
    )
    assert (ends, again) == ([], None)
    assert (await gateway.web.accounts.account("maya")).password_hash == "first"
    assert await told(gateway) == ["own_password_set"]
