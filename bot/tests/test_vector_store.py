"""Vectors are read once, stored without their texts, and forgotten with the code that made them."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from components import vector_store
from components.encoder import Vectors, encode_all, sentence_encoder
from components.vector_store import FOLDER, vectors_of

BOT = Path(__file__).resolve().parents[1]


class Reader:
    """Gives each text a vector and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.array([[len(text), ord(text[0])] for text in texts], dtype=np.float32)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    return tmp_path


def test_only_new_texts_are_read(folder: Path) -> None:
    first, second = Reader(), Reader()
    vectors_of("e5", ["eins", "zwei", "eins"], read=first)
    found = vectors_of("e5", ["zwei", "drei", "eins"], read=second)
    assert first.asked == ["eins", "zwei"]
    assert second.asked == ["drei"]
    assert found.tolist() == [[4, ord("z")], [4, ord("d")], [4, ord("e")]]


def test_what_no_message_says_any_more_is_forgotten(folder: Path) -> None:
    vectors_of("e5", ["eins", "zwei"], read=Reader())
    vectors_of("e5", ["zwei", "drei"], read=Reader())
    again = Reader()
    vectors_of("e5", ["eins"], read=again)
    assert again.asked == ["eins"]


def test_other_code_reads_again_and_leaves_one_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors_of("e5", ["eins"], read=Reader())
    monkeypatch.setattr(vector_store, "encoders_fingerprint", lambda: "changed")
    reader = Reader()
    vectors_of("e5", ["eins"], read=reader)
    assert reader.asked == ["eins"]
    assert [path.name for path in folder.glob("*.npz")] == ["e5-changed.npz"]


def test_no_text_is_on_disk(folder: Path) -> None:
    vectors_of("e5", ["Frau Mustermann kündigt"], read=Reader())
    assert all(b"Mustermann" not in path.read_bytes() for path in folder.iterdir())


def test_without_a_folder_nothing_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(FOLDER, raising=False)
    monkeypatch.chdir(tmp_path)
    reader = Reader()
    for _ in range(2):
        vectors_of("e5", ["eins"], read=reader)
    assert reader.asked == ["eins", "eins"]
    assert not list(tmp_path.iterdir())


@pytest.mark.model
def test_reading_ahead_stores_what_training_would_compute(folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "nlu"
    data.mkdir()
    (data / "one.yml").write_text(
        "nlu:\n- intent: greet\n  metadata: {writer: w, language: de}\n"
        "  examples: |\n    - Guten Morgen\n    - moin zusammen\n",
        encoding="utf-8",
    )
    articles = tmp_path / "knowledge" / "de"
    articles.mkdir(parents=True)
    (articles / "pausing.md").write_text(
        "---\ntitle: Pause\nintents: [pause_subscription]\nasked: [[kann ich pausieren]]\n---\n"
        "\n## So geht es\n\nIn den Einstellungen.\n",
        encoding="utf-8",
    )
    command = [sys.executable, "read_ahead.py", str(data), str(articles.parent)]
    subprocess.run(command, cwd=BOT, check=True)  # noqa: S603  our own script
    reader = Reader()
    texts = ["Guten Morgen", "moin zusammen"]
    stored = vectors_of("use+e5", texts, read=reader)
    assert not reader.asked
    assert np.array_equal(stored, encode_all(sentence_encoder("use+e5"), texts))
    vectors_of("use", ["kann ich pausieren", "So geht es"], read=reader)
    assert not reader.asked
    vectors_of("use", ["nie gelesen"], read=reader)
    assert reader.asked == ["nie gelesen"]
