"""The servers that the tests start are real, fresh, and theirs alone."""

import pytest
from sqlalchemy import create_engine, text

from tests.postgres import PostgresServer
from tests.redis import RedisServer


@pytest.mark.postgres
def test_each_asking_gets_its_own_postgres_database(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as db:
        db.execute(text("CREATE TABLE mark (n int)"))
        assert db.execute(text("SHOW synchronous_commit")).scalar_one() == "on"
    engine.dispose()
    with postgres_server.database() as other:
        engine = create_engine(other)
        with engine.connect() as db:
            assert db.execute(text("SELECT to_regclass('mark')")).scalar_one() is None
        engine.dispose()


def test_redis_answers_and_is_empty(redis_server: RedisServer, redis_url: str) -> None:
    assert redis_url == redis_server.url
    assert redis_server._said(b"DBSIZE") == b":0\r\n"
