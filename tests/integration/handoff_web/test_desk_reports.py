"""Reports over HTTP: for supervisors, as numbers and as a file, with refusals that name what is wrong."""

import csv
import io
from datetime import UTC, datetime

import httpx
import pytest

from handoff.adapters.sql.reports import SqlReports
from handoff.adapters.sql.store import open_store
from tests.integration.handoff_web.gateway import HEADER, Gateway, cid

TODAY = datetime.now(UTC).date().isoformat()
DAYS = {"first": TODAY, "last": TODAY}


async def got(gateway: Gateway, path: str, login: str, **asked: str) -> httpx.Response:
    """What an agent of that login is answered."""
    headers = {"Cookie": await gateway.login(login), **HEADER}
    return await gateway.http.get(path, params=DAYS | asked, headers=headers)


async def a_talk(gateway: Gateway) -> None:
    """Somebody asks the bot once, and the facts are computed."""
    async with gateway.subscriber() as (talk, _):
        await talk.send("send", cid=cid(), text="hallo")
        await talk.event("message", author="bot", text="bot heard hallo")
    store = open_store(gateway.settings.database_url)
    try:
        await SqlReports(store).catch_up()
    finally:
        store.close()


async def test_a_supervisor_reads_what_happened(gateway: Gateway) -> None:
    await a_talk(gateway)
    answer = await got(gateway, "/api/desk/reports", "ines", by="locale")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["whole"]["talks"] == 1
    assert found["whole"]["alone_share"] == 1.0
    assert found["whole"]["in_time_share"] is None
    assert [group["talks"] for group in found["groups"]] == [1]
    assert found["before"]["talks"] == 0


async def test_people_are_named_as_others_read_them(gateway: Gateway) -> None:
    by_agent = (await got(gateway, "/api/desk/reports", "ines", by="agent")).json()
    assert by_agent["names"]["maya"] == "Maya Brandt"
    by_team = await got(gateway, "/api/desk/reports", "ines", by="team")
    assert (by_team.status_code, by_team.json()["names"]) == (200, {})


async def test_the_file_has_the_same_numbers(gateway: Gateway) -> None:
    await a_talk(gateway)
    answer = await got(gateway, "/api/desk/reports.csv", "ines", by="locale")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["locale"], row["talks"], row["waiting_p50"]) in (("de", "1", ""), ("en", "1", ""))
    (told,) = (await got(gateway, "/api/desk/audit", "ines", who="ines")).json()["entries"]
    assert (told["what"], told["facts"]["by"]) == ("report_downloaded", "locale")


@pytest.mark.parametrize("path", ["/api/desk/reports", "/api/desk/reports.csv"])
async def test_agents_are_refused(gateway: Gateway, path: str) -> None:
    answer = await got(gateway, path, "maya")
    assert (answer.status_code, answer.json()["code"]) == (403, "supervisors_only")


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        ("2026-11-02", "2026-11-01", "span_reversed"),
        ("2024-01-01", "2026-11-01", "span_too_long"),
        ("yesterday", "2026-11-01", "bad_request"),
    ],
)
async def test_days_that_make_no_span(gateway: Gateway, first: str, last: str, code: str) -> None:
    answer = await got(gateway, "/api/desk/reports", "ines", first=first, last=last)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
