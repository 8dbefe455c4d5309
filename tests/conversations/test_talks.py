"""The talks of `talks/`: real words read by the trained assistant, the real actions, the demo data.

Invariants: every intent has a talk of every kind in both languages, or a reason why it cannot; talks that tell something
wrong fail.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chats import Clock, make_seeded, services_on
from tests.conversations.reader import Reader, reading
from tests.conversations.talk import Talk, player, talks

TALKS = tuple(talks())


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    with reading(tmp_path_factory.mktemp("reader")) as reader:
        yield reader


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_seeded(tmp_path_factory.mktemp("seeded") / "subscriptions.db")


def play(talk: Talk, reader: Reader, seeded: Path, folder: Path) -> None:
    """Play one talk on a copy of the demo data."""
    clock = Clock()
    limits = talk.told.get("limits", "")
    with services_on(seeded, folder, clock, limits=limits) as services:
        player(talk, services, reader, (folder, clock)).play()


@pytest.mark.stack
@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: talk.name)
def test_a_talk(talk: Talk, reader: Reader, seeded: Path, tmp_path: Path) -> None:
    play(talk, reader, seeded, tmp_path)
