"""Fixtures that every kind of test may ask for: real servers, started once and only when needed."""

import gc
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.e2e.desk import colleague, desk_house, guest
from tests.e2e.fixtures import agent, browser, data, product, subscriber
from tests.postgres import PostgresServer, running_postgres
from tests.redis import RedisServer, running_redis

# Machines are shared: how long an example takes says nothing about what is tried.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")

__all__ = ["agent", "browser", "colleague", "data", "desk_house", "guest", "product", "subscriber"]


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: looking through it for garbage is a tenth of the work."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The PostgreSQL of this test session."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="module")
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A fresh PostgreSQL database for the module, as SQLAlchemy address."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """The Redis of this test session."""
    with running_redis() as server:
        yield server


@pytest.fixture(scope="module")
def redis_url(redis_server: RedisServer) -> str:
    """The address of an empty Redis."""
    redis_server.flush()
    return redis_server.url
