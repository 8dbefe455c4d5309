"""A conversation with the real actions on a real database, without Rasa: the rules choose the action."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from actions.services import Services
from tests.chats import Chat, Clock, begin, make_seeded, rules_of_the_assistant, services_on

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated and seeded database, made once."""
    return make_seeded(tmp_path_factory.mktemp("seeded") / "subscriptions.db")


@pytest.fixture
def database(services: Services, tmp_path: Path) -> Path:
    """The database of this test."""
    return tmp_path / "subscriptions.db"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(seeded: Path, tmp_path: Path, clock: Clock) -> Iterator[Services]:
    with services_on(seeded, tmp_path, clock) as services:
        yield services


@pytest.fixture(scope="session")
def rules() -> dict[str, str]:
    """Intent to action, from the rules that Rasa is trained with."""
    return rules_of_the_assistant()


Start = Callable[..., Chat]


@pytest.fixture
def chat(services: Services) -> Start:
    """Begin a conversation: `chat("K-1001", locale="en")`; with other `services` parts if wanted."""

    names = (f"c{number}" for number in itertools.count(1))

    def start(subscriber: str | None = None, *, locale: str = "de", **parts: Any) -> Chat:
        return begin(replace(services, **parts), subscriber, locale=locale, name=next(names))

    return start
