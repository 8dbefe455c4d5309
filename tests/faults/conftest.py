"""Fixtures: one town per kind of database and session, whole again before every test."""

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from handoff.migrations import migrate
from subscriptions.migrations import upgrade
from tests.chaos.house import add_agents
from tests.faults.town import Town
from tests.postgres import PostgresServer
from tests.redis import RedisServer, running_redis

AGENTS = ["maya", "jonas", "ada", "ben"]


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run it to its end; a fixture of the session may be asked for while a test's own loop runs."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


@pytest.fixture(scope="session")
def business_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The business, which no test of these breaks."""
    url = f"sqlite:///{tmp_path_factory.mktemp('business') / 'subscriptions.db'}"
    upgrade(url)
    return url


@pytest.fixture(scope="session")
def town_redis() -> Iterator[RedisServer]:
    """A Redis that tests may kill."""
    with running_redis() as server:
        yield server


@pytest.fixture(scope="session")
def large_town(
    postgres_server: PostgresServer,
    town_redis: RedisServer,
    business_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Town]:
    """Two gateways over PostgreSQL and Redis; nothing runs yet."""
    with postgres_server.database() as url:
        migrate(url)
        run(add_agents(url, AGENTS))
        folder = tmp_path_factory.mktemp("large")
        town = Town([url, business_url], folder, redis=town_redis, count=2)
        yield town
        run(town.end())


@pytest.fixture(scope="session")
def small_town(business_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One gateway over embedded SQLite; nothing runs yet."""
    folder = tmp_path_factory.mktemp("small")
    url = f"sqlite:///{folder / 'handoff.db'}"
    migrate(url)
    run(add_agents(url, AGENTS))
    town = Town([url, business_url], folder, redis=None, count=1)
    yield town
    run(town.end())


@pytest.fixture
async def large(large_town: Town) -> Town:
    """The large town, whole."""
    await large_town.whole()
    return large_town


@pytest.fixture
async def small(small_town: Town) -> Town:
    """The small town, whole."""
    await small_town.whole()
    return small_town


@pytest.fixture(params=["small", pytest.param("large", marks=pytest.mark.postgres)])
async def town(request: pytest.FixtureRequest) -> Town:
    """Both, one after the other."""
    its: Town = request.getfixturevalue(f"{request.param}_town")
    await its.whole()
    return its
