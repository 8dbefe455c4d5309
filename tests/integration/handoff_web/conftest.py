"""Fixtures: the demo data of the business made once, and a gateway per test."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from subscriptions.migrations import upgrade
from subscriptions.seeding import seed
from subscriptions.store.engine import open_engine
from tests.integration.handoff_web.gateway import Gateway, running_gateway


@pytest.fixture(scope="session")
def business(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The business's database with the demo customers."""
    path = tmp_path_factory.mktemp("business") / "subscriptions.db"
    upgrade(f"sqlite:///{path}")
    engine = open_engine(f"sqlite:///{path}")
    seed(engine, datetime.now(UTC))
    engine.dispose()
    return path


@pytest.fixture
def folder(tmp_path: Path, business: Path) -> Path:
    """A folder with a copy of the business's database."""
    shutil.copy(business, tmp_path / "subscriptions.db")
    return tmp_path


@pytest.fixture
async def gateway(folder: Path) -> AsyncIterator[Gateway]:
    """A gateway in development mode."""
    async with running_gateway(folder) as running:
        yield running
