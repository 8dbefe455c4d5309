"""Board, settings and audit over HTTP: for supervisors only, with versions, and every change told in the audit."""

import csv
import io
import json
from typing import Any

import httpx
import pytest

from handoff.desk.approvals import carrying
from handoff.desk.settings.shapes import AgentShape, TeamShape
from tests.integration.handoff_web.gateway import HEADER, PASSWORD, Gateway, cid

ROUTES = [
    ("GET", "/api/desk/board"),
    ("GET", "/api/desk/chats"),
    ("GET", "/api/desk/chats/x/said"),
    ("POST", "/api/desk/chats/x/transfer"),
    ("GET", "/api/desk/audit"),
    ("GET", "/api/desk/audit.csv"),
    ("GET", "/api/desk/settings"),
    ("PUT", "/api/desk/settings/rules"),
    ("PUT", "/api/desk/settings/limits"),
    ("PUT", "/api/desk/settings/teams/service"),
    ("DELETE", "/api/desk/settings/teams/service"),
    ("POST", "/api/desk/settings/agents"),
    ("PUT", "/api/desk/settings/agents/jonas"),
    ("POST", "/api/desk/settings/agents/jonas/password"),
    ("POST", "/api/desk/settings/agents/jonas/sign-out"),
    ("DELETE", "/api/desk/settings/agents/jonas"),
]


class Desk:
    """A signed-in agent's calls."""

    def __init__(self, gateway: Gateway, cookie: str) -> None:
        self._http = gateway.http
        self._headers = {"Cookie": cookie, **HEADER}

    async def call(self, method: str, path: str, body: object = None) -> httpx.Response:
        """One call below `/api/desk`."""
        whole = f"/api/desk{path}"
        return await self._http.request(method, whole, json=body, headers=self._headers)

    async def settings(self) -> dict[str, Any]:
        """All settings."""
        found: dict[str, Any] = (await self.call("GET", "/settings")).json()
        return found

    async def told(self) -> list[str]:
        """What the audit tells of changes by Ines, newest first."""
        found = (await self.call("GET", "/audit?who=ines")).json()
        return [entry["what"] for entry in found["entries"]]


async def ines(gateway: Gateway) -> Desk:
    """The supervisor."""
    return Desk(gateway, await gateway.login("ines"))


def of(settings: dict[str, Any], kind: str, key: str) -> dict[str, Any]:
    """One thing of the settings."""
    (found,) = [one for one in settings[kind] if one["key"] == key]
    return dict(found)


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_nobody_but_supervisors(gateway: Gateway, method: str, path: str) -> None:
    maya = await gateway.login("maya")
    for headers, status in (
        ({**HEADER}, 401),
        ({"Cookie": maya}, 403),
        ({"Cookie": maya, **HEADER}, 403),
    ):
        body = {"version": "", "value": {}} if method in ("PUT", "POST") else None
        answer = await gateway.http.request(method, path, json=body, headers=headers)
        assert answer.status_code == status, (method, path, headers, answer.text)


async def test_a_supervisor_listens_in_and_that_is_told(gateway: Gateway) -> None:
    desk = await ines(gateway)
    async with gateway.subscriber() as (talk, welcome):
        chat = welcome["conversation"]
        await talk.send("person", cid=cid())
        await talk.event("control", controller="queue")
        await talk.send("send", cid=cid(), text="Ist da jemand?")
        await talk.event("message", author="subscriber")
        said = (await desk.call("GET", f"/chats/{chat}/said")).json()
        assert (said[-1]["author"], said[-1]["text"]) == ("subscriber", "Ist da jemand?")
        assert (await desk.call("GET", f"/chats/{chat}/said?since={said[-1]['seq']}")).json() == []
        found = (await desk.call("GET", "/audit?who=ines&what=listened_in")).json()["entries"]
        assert [one["conversation"] for one in found].count(chat) == 1


async def test_a_supervisor_passes_on_what_waits_and_what_others_have(gateway: Gateway) -> None:
    desk = await ines(gateway)
    async with gateway.agent("maya") as maya, gateway.subscriber() as (talk, welcome):
        chat = welcome["conversation"]
        await talk.send("person", cid=cid())
        queued = await talk.event("control", controller="queue")
        waiting = (await desk.call("GET", "/chats")).json()
        assert chat in [row["conversation"] for row in waiting]
        to = {
            "cid": cid(),
            "epoch": queued["event"]["epoch"],
            "to": "agent",
            "id": "maya",
            "note": "Bitte du",
        }
        unknown = await desk.call(
            "POST", f"/chats/{chat}/transfer", {**to, "cid": cid(), "id": "nobody"}
        )
        assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_destination")
        assert (await desk.call("POST", f"/chats/{chat}/transfer", to)).status_code == 204
        stale = await desk.call("POST", f"/chats/{chat}/transfer", {**to, "cid": cid()})
        assert (stale.status_code, stale.json()["code"]) == (409, "stale_epoch")
        epoch = to["epoch"] + 1
        await maya.send("take", cid=cid(), conversation=chat, epoch=epoch)
        owned = await talk.event("control", controller="agent")
        theirs = (await desk.call("GET", "/chats?of=maya")).json()
        assert chat in [row["conversation"] for row in theirs]
        away = {**to, "cid": cid(), "epoch": owned["event"]["epoch"], "to": "skill", "id": "BIL"}
        assert (await desk.call("POST", f"/chats/{chat}/transfer", away)).status_code == 204
        assert (await desk.call("GET", "/chats?of=maya")).json() == []


async def test_the_board_shows_who_waits_and_who_is_there(gateway: Gateway) -> None:
    async with gateway.agent("maya"), gateway.subscriber() as (talk, _):
        await talk.send("person", cid=cid())
        await talk.event("control", controller="queue")
        found = (await (await ines(gateway)).call("GET", "/board")).json()
    assert found["line"]["waiting"] == 1
    assert sum(line["waiting"] for line in found["by_skill"].values()) == 1
    (maya,) = [seat for seat in found["seats"] if seat["login"] == "maya"]
    assert maya["standing"] in ("available", "not_responding")
    assert found["today"]["cases"] in (0, 1)


async def test_rules_are_changed_on_the_version_that_was_seen(gateway: Gateway) -> None:
    desk = await ines(gateway)
    seen = (await desk.settings())["rules"]
    first = {"version": seen["version"], "value": {**seen["value"], "accept": 30}}
    changed = await desk.call("PUT", "/settings/rules", first)
    assert changed.status_code == 200
    assert changed.json()["value"]["accept"] == 30
    stale = {"version": seen["version"], "value": {**seen["value"], "accept": 99}}
    refused = await desk.call("PUT", "/settings/rules", stale)
    assert (refused.status_code, refused.json()["code"]) == (409, "changed_meanwhile")
    assert refused.json()["now"] == changed.json()
    assert (await desk.settings())["rules"]["value"]["accept"] == 30
    assert await desk.told() == ["routing_rules_set"]


async def test_limits_of_actions_come_from_the_environment_until_somebody_sets_others(
    gateway: Gateway,
) -> None:
    desk = await ines(gateway)
    seen = (await desk.settings())["limits"]
    assert seen["value"] == {
        "agent_credit": 2000,
        "agent_refund": 5000,
        "supervisor_credit": 10_000,
        "supervisor_refund": 20_000,
        "approvers": "supervisor",
        "open_hours": 24,
    }
    wanted = {**seen["value"], "agent_credit": 500, "approvers": "anyone", "open_hours": 2}
    changed = await desk.call(
        "PUT", "/settings/limits", {"version": seen["version"], "value": wanted}
    )
    assert (changed.status_code, changed.json()["value"]) == (200, wanted)
    stale = {"version": seen["version"], "value": {**wanted, "agent_credit": 9000}}
    refused = await desk.call("PUT", "/settings/limits", stale)
    assert (refused.status_code, refused.json()["code"]) == (409, "changed_meanwhile")
    assert refused.json()["now"] == changed.json()
    (told,) = (await desk.call("GET", "/audit?who=ines")).json()["entries"]
    assert (told["what"], told["facts"]) == (
        "action_limits_set",
        {**wanted, "was": seen["value"]},
    )
    limits = await gateway.web.actions.house.limits()
    assert (limits.powers["agent"].credit, limits.approvers) == (500, "anyone")
    assert limits.open_for.total_seconds() == 2 * 3600


@pytest.mark.parametrize(
    "wrong",
    [{"agent_credit": -1}, {"agent_refund": 10_000_001}, {"open_hours": 0}, {"approvers": "me"}],
)
async def test_limits_that_cannot_be_are_refused(gateway: Gateway, wrong: dict[str, Any]) -> None:
    desk = await ines(gateway)
    seen = (await desk.settings())["limits"]
    body = {"version": seen["version"], "value": {**seen["value"], **wrong}}
    answer = await desk.call("PUT", "/settings/limits", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_request")
    assert (await desk.settings())["limits"] == seen


async def test_a_team_comes_changes_and_goes(gateway: Gateway) -> None:
    desk = await ines(gateway)
    hours = [{"first": 0, "last": 4, "opens": "08:00", "closes": "18:00"}]
    value = {"name": "Nord", "skills": ["DLV"], "hours": hours, "region": "DE-HH"}
    assert (await desk.call("PUT", "/settings/teams/nord", {"value": value})).status_code == 200
    held = of(await desk.settings(), "teams", "nord")
    assert TeamShape.model_validate(held["value"]) == TeamShape.model_validate(value)
    again = await desk.call("PUT", "/settings/teams/nord", {"value": value})
    assert again.status_code == 409
    renamed = {"version": held["version"], "value": {**value, "name": "Küste"}}
    assert (await desk.call("PUT", "/settings/teams/nord", renamed)).status_code == 200
    assert (await desk.call("DELETE", "/settings/teams/nord")).status_code == 204
    assert (await desk.call("DELETE", "/settings/teams/nord")).status_code == 404
    assert await desk.told() == ["team_removed", "team_set", "team_set"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"zone": "Europe/Entenhausen"},
        {"region": "XX"},
        {"skills": ["ABC"]},
        {"hours": [{"first": 4, "last": 1, "opens": "08:00", "closes": "18:00"}]},
        {"hours": [{"first": 0, "last": 4, "opens": "18:00", "closes": "08:00"}]},
        {"closed_on": ["2026-02-30"]},
    ],
)
async def test_a_team_that_cannot_be_is_refused(gateway: Gateway, wrong: dict[str, Any]) -> None:
    desk = await ines(gateway)
    before = await desk.settings()
    body = {"value": {"name": "Nord", **wrong}}
    answer = await desk.call("PUT", "/settings/teams/nord", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_request")
    assert any("value" in field for field in answer.json()["facts"]["fields"])
    assert await desk.settings() == before


async def test_a_new_agent_signs_in_with_the_start_password(gateway: Gateway) -> None:
    desk = await ines(gateway)
    value = {"name": "Ole Petersen", "languages": ["de"], "teams": ["tech"], "capacity": 2}
    answer = await desk.call("POST", "/settings/agents", {"login": "ole", "value": value})
    password = answer.json()["password"]
    body = {"login": "ole", "password": password}
    signed = await gateway.http.post("/api/agent/login", json=body, headers=HEADER)
    assert (signed.status_code, signed.json()["role"]) == (200, "agent")
    gateway.http.cookies.clear()
    held = of(await desk.settings(), "agents", "ole")
    assert AgentShape.model_validate(held["value"]) == AgentShape.model_validate(value)
    told = await desk.call("GET", "/audit")
    assert password not in told.text
    again = await desk.call("POST", "/settings/agents", {"login": "ole", "value": value})
    assert (again.status_code, again.json()["code"]) == (422, "account_refused")


async def test_signed_out_everywhere_the_socket_ends_too(gateway: Gateway) -> None:
    desk = await ines(gateway)
    async with gateway.agent("jonas") as jonas:
        assert (await desk.call("POST", "/settings/agents/jonas/sign-out")).status_code == 204
        assert await jonas.close_code() == 4401


async def test_a_new_password_ends_the_old_one(gateway: Gateway) -> None:
    desk = await ines(gateway)
    fresh = (await desk.call("POST", "/settings/agents/jonas/password")).json()["password"]
    for password, status in ((PASSWORD, 401), (fresh, 200)):
        body = {"login": "jonas", "password": password}
        answer = await gateway.http.post("/api/agent/login", json=body, headers=HEADER)
        assert answer.status_code == status
        gateway.http.cookies.clear()


async def test_nobody_takes_their_own_rights(gateway: Gateway) -> None:
    desk = await ines(gateway)
    held = of(await desk.settings(), "agents", "ines")
    body = {"version": held["version"], "value": {**held["value"], "role": "agent"}}
    answer = await desk.call("PUT", "/settings/agents/ines", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "own_role")
    answer = await desk.call("DELETE", "/settings/agents/ines")
    assert (answer.status_code, answer.json()["code"]) == (409, "own_account")


async def test_an_agent_becomes_a_supervisor_and_goes(gateway: Gateway) -> None:
    desk = await ines(gateway)
    held = of(await desk.settings(), "agents", "jonas")
    body = {"version": held["version"], "value": {**held["value"], "role": "supervisor"}}
    assert (await desk.call("PUT", "/settings/agents/jonas", body)).status_code == 200
    jonas = Desk(gateway, await gateway.login("jonas"))
    assert (await jonas.call("GET", "/board")).status_code == 200
    assert (await desk.call("DELETE", "/settings/agents/jonas")).status_code == 204
    assert (await jonas.call("GET", "/board")).status_code == 401
    assert (await desk.call("DELETE", "/settings/agents/jonas")).status_code == 404


async def test_the_audit_by_page_by_code_and_as_a_file(gateway: Gateway) -> None:
    desk = await ines(gateway)
    for number in range(3):
        value = {"name": f"=Team {number}"}
        await desk.call("PUT", f"/settings/teams/t{number}", {"value": value})
    page = (await desk.call("GET", "/audit?what=team_set")).json()
    mine = [entry for entry in page["entries"] if entry["who"] == "ines"]
    assert [entry["facts"]["team"] for entry in mine] == ["t2", "t1", "t0"]
    older = (await desk.call("GET", f"/audit?who=ines&before={mine[0]['id']}")).json()
    assert [entry["id"] for entry in older["entries"]] == [mine[1]["id"], mine[2]["id"]]
    assert (await desk.call("GET", "/audit?last=2020-01-01")).json()["entries"] == []
    file = await desk.call("GET", "/audit.csv?who=ines")
    rows = list(csv.DictReader(io.StringIO(file.text)))
    assert [row["what"] for row in rows] == ["audit_downloaded", *["team_set"] * 3]
    assert json.loads(rows[0]["facts"]) == {"wanted": {"who": "ines", "what": ""}}


@pytest.mark.parametrize(
    "path",
    [
        f"/audit?before={10**30}",
        "/audit?last=9999-12-31",
        "/audit?first=0001-01-01",
        "/reports?first=0001-01-01&last=0001-01-02",
        "/reports?first=9999-12-30&last=9999-12-31",
    ],
)
async def test_numbers_and_days_beyond_reason_are_refused(gateway: Gateway, path: str) -> None:
    assert (await (await ines(gateway)).call("GET", path)).status_code == 422


async def test_nobody_signs_in_as_the_subscriber(gateway: Gateway) -> None:
    """Who decided is told by its login, and what a subscriber confirmed counts for more than what an agent does."""
    new = {"login": carrying.SUBSCRIBER, "value": {"name": "Sub Scriber", "role": "supervisor"}}
    answer = await (await ines(gateway)).call("POST", "/settings/agents", new)
    assert (answer.status_code, answer.json()["code"]) == (422, "account_refused")
