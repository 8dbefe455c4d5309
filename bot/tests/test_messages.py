"""The importer gives Rasa what Rasa's own importer would, and its messages are copied as what they are."""

import copy
from pathlib import Path

import pytest
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.messages import Messages, WrittenMessage
from components.written import Line

ROOT = Path(__file__).resolve().parents[2]
PLACES = (
    str(ROOT / "bot" / "config.yml"),
    str(ROOT / "bot" / "domain"),
    # Two writers are enough; Rasa needs seconds for all.
    [str(ROOT / "data" / "nlu" / "de" / "starter.yml"), str(ROOT / "data" / "rules")],
)


def content(data: TrainingData) -> "list[str]":
    return sorted(repr(sorted(message.data.items())) for message in data.training_examples)


@pytest.mark.model
def test_rasa_gets_what_its_own_importer_gives() -> None:
    ours, theirs = Messages(*PLACES), RasaFileImporter(*PLACES)
    found = content(ours.get_nlu_data())
    assert found == content(theirs.get_nlu_data())
    assert len(found) > 100
    assert ours.get_domain().fingerprint() == theirs.get_domain().fingerprint()
    assert ours.get_stories().fingerprint() == theirs.get_stories().fingerprint()
    assert ours.get_stories().story_steps


def test_each_file_is_read_once(tmp_path: Path) -> None:
    file = tmp_path / "w.yml"
    file.write_text(
        "nlu:\n- intent: greet\n  metadata: {writer: w, language: de}\n  examples: |\n    - moin\n",
        encoding="utf-8",
    )
    importer = Messages(training_data_paths=[str(tmp_path)])
    first = importer.get_nlu_data()
    file.unlink()
    assert importer.get_nlu_data() is first
    assert [m.get(TEXT) for m in first.training_examples] == ["moin"]


def test_a_copy_is_equal_and_stands_for_itself() -> None:
    message = WrittenMessage.of(Line("moin", "greet", "w", "de"))
    twin = copy.deepcopy(message)
    assert (twin, hash(twin)) == (message, hash(message))
    twin.set(INTENT, "goodbye")
    assert twin != message
    assert message.get(INTENT) == "greet"


@pytest.mark.parametrize(
    "other",
    [
        Line("Moin", "greet", "w", "de"),
        Line("moin", "goodbye", "w", "de"),
        Line("moin", "greet", "v", "de"),
        Line("moin", "greet", "w", "en"),
    ],
)
def test_whatever_differs_makes_another_message(other: Line) -> None:
    assert WrittenMessage.of(other) != WrittenMessage.of(Line("moin", "greet", "w", "de"))


def test_the_same_message_counts_once_as_with_rasa() -> None:
    line = Line("moin", "greet", "w", "de")
    data = TrainingData([WrittenMessage.of(line), WrittenMessage.of(line)])
    assert len(data.training_examples) == 1
