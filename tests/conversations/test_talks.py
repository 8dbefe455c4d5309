"""The talks of `talks/`: real words read by the trained assistant, the real actions, the demo data.

Invariants: every intent has a talk of every kind in both languages, or a reason why it cannot; talks that tell something
wrong fail.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from actions.turn import ACTS, SMALL_TALK
from launch.settings import ROOT
from tests.chats import Clock, make_seeded, services_on
from tests.conversations.reader import Reader, reading
from tests.conversations.talk import KINDS, Talk, player, talks

TALKS = tuple(talks())
WRONG = tuple(talks(Path(__file__).parent / "negative" / "talks"))
# (intent, kind): why no talk of that kind can be told, in either language.
CANNOT_BE_TOLD = {
    ("out_of_scope", "happy"): "there is nothing to fulfil in what is none of our business",
}


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


def test_every_intent_has_a_talk_of_every_kind_in_both_languages() -> None:
    domain = yaml.safe_load((ROOT / "bot/domain/intents.yml").read_text(encoding="utf-8"))
    topics = set(domain["intents"]) - ACTS - SMALL_TALK
    told = {(talk.told["intent"], talk.told["kind"], talk.locale) for talk in TALKS}
    missing = {
        (intent, kind, locale)
        for intent in topics
        for kind in KINDS
        for locale in ("de", "en")
        if (intent, kind, locale) not in told
    }
    excused = {(*which, locale) for which in CANNOT_BE_TOLD for locale in ("de", "en")}
    assert missing == excused, sorted(missing ^ excused)
    unknown = {kind for _, kind, _ in told} - set(KINDS)
    unknown |= {intent for intent, _, _ in told} - set(domain["intents"])
    assert not unknown


@pytest.mark.stack
@pytest.mark.parametrize("talk", WRONG, ids=lambda talk: talk.name)
def test_a_talk_told_wrong_fails(talk: Talk, reader: Reader, seeded: Path, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=talk.told["wrong"]):
        play(talk, reader, seeded, tmp_path)
