"""Pages, assets, headers, health and the description of the API."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handoff.web.headers import CSP
from tests.integration.handoff_web.gateway import Gateway, running_gateway


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A small build."""
    folder = tmp_path / "dist"
    (folder / "deeper").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>shop</title>")
    (folder / "loader.js").write_text("console.log('loader')")
    (folder / "notes.txt").write_text("not for the web")
    (folder / "deeper" / "x.js").write_text("deep")
    (tmp_path / "secret.js").write_text("secret")
    (folder / "link.js").symlink_to(tmp_path / "secret.js")
    return folder


@pytest.fixture
async def site(folder: Path, dist: Path) -> AsyncIterator[Gateway]:
    async with running_gateway(folder, dist=dist) as running:
        yield running


async def test_pages_and_assets(site: Gateway, dist: Path) -> None:
    page = await site.http.get("/")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    asset = await site.http.get("/assets/loader.js")
    assert asset.text == "console.log('loader')"
    assert asset.headers["content-type"] == "text/javascript; charset=utf-8"
    assert asset.headers["content-encoding"] == "gzip"
    assert asset.headers["cache-control"] == "no-cache"
    assert asset.headers["cross-origin-resource-policy"] == "cross-origin"
    tag = {"If-None-Match": asset.headers["etag"]}
    assert (await site.http.get("/assets/loader.js", headers=tag)).status_code == 304
    (dist / "loader.js").write_text("console.log('newer loader')")
    newer = await site.http.get("/assets/loader.js", headers=tag)
    assert (newer.status_code, newer.text) == (200, "console.log('newer loader')")
    plain = await site.http.get("/assets/loader.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    head = await site.http.head("/assets/loader.js")
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/assets/notes.txt",
        "/assets/deeper/x.js",
        "/assets/..%2Fsecret.js",
        "/assets/%2e%2e/secret.js",
        "/assets/..%5csecret.js",
        "/assets/link.js",
        "/assets/missing.js",
        "/assets/.js",
        "/assets/",
        "/nowhere",
    ],
)
async def test_nothing_else_is_served(site: Gateway, path: str) -> None:
    answer = await site.http.get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text


async def test_a_page_that_was_not_built_says_how_to_get_it(site: Gateway) -> None:
    answer = await site.http.get("/desk")
    assert answer.status_code == 503
    assert "webchat/dist/desk.html is missing" in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/desk", "/docs", "/healthz", "/nowhere", "/assets/loader.js"]
)
async def test_every_answer_has_the_security_headers(site: Gateway, path: str) -> None:
    headers = (await site.http.get(path)).headers
    assert headers["content-security-policy"] == CSP
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "strict-transport-security" not in headers, "no HTTPS in development"


def test_the_policy_is_strict() -> None:
    assert "unsafe" not in CSP
    assert "frame-ancestors 'none'" in CSP
    assert "require-trusted-types-for 'script'" in CSP


async def test_an_unexpected_error_is_a_code_with_headers(
    site: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken() -> None:
        raise RuntimeError("what a person wrote")

    monkeypatch.setattr(site.web.subscribers, "demo_customers", broken)
    answer = await site.http.get("/demo/customers")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert answer.headers["content-security-policy"] == CSP


async def test_the_api_is_described_without_scripts(site: Gateway) -> None:
    answer = await site.http.get("/docs")
    assert answer.status_code == 200
    assert "/api/agent/login" in answer.text
    assert "<script" not in answer.text


async def test_health_and_readiness(site: Gateway) -> None:
    assert (await site.http.get("/healthz")).json() == {"status": "ok"}
    answer = await site.http.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded", "no action server runs here"
    parts = answer.json()["parts"]
    assert parts == {"database": "ok", "rasa": "ok", "actions": "down", "tasks": "ok"}


async def test_without_its_database_it_is_unready(site: Gateway) -> None:
    site.web.health._asked_at = float("-inf")
    site.web.flow._store._committer.close()
    answer = await site.http.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "unready")


async def test_demo_customers(site: Gateway) -> None:
    customers = (await site.http.get("/demo/customers")).json()
    assert {"K-1001", "K-1002"} <= {one["number"] for one in customers}
    assert json.dumps(customers).isprintable()


async def test_a_flood_of_readiness_checks_asks_the_parts_once(site: Gateway) -> None:
    before = site.web.health._asked_at
    await asyncio.gather(*(site.http.get("/readyz") for _ in range(10)))
    asked = site.web.health._asked_at
    assert asked != before
    await site.http.get("/readyz")
    assert site.web.health._asked_at == asked
