"""The model's name follows from the content that decides what it does, and from nothing else."""

from pathlib import Path

import pytest

from launch import training


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bot" / "components").mkdir(parents=True)
    (tmp_path / "data" / "nlu").mkdir(parents=True)
    (tmp_path / "bot" / "config.yml").write_text("a: 1")
    (tmp_path / "data" / "nlu" / "x.yml").write_text("nlu: []")
    monkeypatch.setattr(training, "ROOT", tmp_path)
    return tmp_path


def test_the_same_content_gives_the_same_name(content: Path) -> None:
    first = training.content_hash()
    (content / "README.md").write_text("not about the model")
    assert training.content_hash() == first


@pytest.mark.parametrize("name", ["bot/config.yml", "data/nlu/x.yml"])
def test_a_change_gives_another_name(content: Path, name: str) -> None:
    first = training.content_hash()
    (content / name).write_text("changed: true")
    assert training.content_hash() != first


def test_a_renamed_file_gives_another_name(content: Path) -> None:
    first = training.content_hash()
    (content / "data" / "nlu" / "x.yml").rename(content / "data" / "nlu" / "y.yml")
    assert training.content_hash() != first
