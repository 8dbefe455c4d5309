"""The model's name follows from the content that decides what it does; it is trained once, whole or not at all."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from launch import training
from launch.console import Trouble


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bot" / "components").mkdir(parents=True)
    (tmp_path / "data" / "nlu").mkdir(parents=True)
    (tmp_path / "data" / "knowledge" / "de").mkdir(parents=True)
    (tmp_path / "data" / "knowledge" / "de" / "x.md").write_text("# x")
    (tmp_path / "bot" / "config.yml").write_text("a: 1")
    (tmp_path / "data" / "nlu" / "x.yml").write_text("nlu: []")
    monkeypatch.setattr(training, "ROOT", tmp_path)
    return tmp_path


def test_the_same_content_gives_the_same_name(content: Path) -> None:
    first = training.content_hash()
    (content / "README.md").write_text("not about the model")
    assert training.content_hash() == first


@pytest.mark.parametrize("name", ["bot/config.yml", "data/knowledge/de/x.md", "data/nlu/x.yml"])
def test_a_change_gives_another_name(content: Path, name: str) -> None:
    first = training.content_hash()
    (content / name).write_text("changed: true")
    assert training.content_hash() != first


def test_a_renamed_file_gives_another_name(content: Path) -> None:
    first = training.content_hash()
    (content / "data" / "nlu" / "x.yml").rename(content / "data" / "nlu" / "y.yml")
    assert training.content_hash() != first


# --- training with a Rasa that does what the test says


GOOD = """#!/bin/sh
echo trained >> "{log}"
while [ "$1" != --out ]; do shift; done
echo model > "$2/model.tar.gz"
"""
FAILING = "#!/bin/sh\necho 'InvalidDomain: intent greet is used twice'\nexit 1\n"
SILENT = "#!/bin/sh\n"


class FakeRasa:
    """A rasa executable; `runs` counts how often it trained. Beside it the Python that reads the messages ahead."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "rasa"
        self.python = folder / "python"
        self.log = folder / "rasa.log"
        self.does("#!/bin/sh\nexit 0\n", self.python)

    def does(self, script: str, path: Path | None = None) -> None:
        path = path or self.path
        path.write_text(script.format(log=self.log))
        path.chmod(0o755)

    @property
    def runs(self) -> int:
        return len(self.log.read_text().splitlines()) if self.log.exists() else 0


@pytest.fixture
def rasa(content: Path, monkeypatch: pytest.MonkeyPatch) -> FakeRasa:
    fake = FakeRasa(content)
    monkeypatch.setattr(training, "RASA", fake.path)
    monkeypatch.setattr(training, "MODELS", content / "bot" / "models")
    return fake


def test_the_same_content_is_trained_once(content: Path, rasa: FakeRasa) -> None:
    rasa.does(GOOD)
    model = training.trained_model(content)
    assert model.read_text() == "model\n"
    assert training.trained_model(content) == model
    assert rasa.runs == 1
    (content / "bot" / "config.yml").write_text("a: 2")
    assert training.trained_model(content) != model
    assert rasa.runs == 2


def test_two_who_want_the_same_content_train_it_once(content: Path, rasa: FakeRasa) -> None:
    rasa.does(GOOD.replace("while", "sleep 0.5\nwhile", 1))
    with ThreadPoolExecutor(2) as both:
        first, second = both.map(training.trained_model, [content, content])
    assert first == second
    assert rasa.runs == 1


@pytest.mark.parametrize("script", [FAILING, SILENT])
def test_a_failed_training_is_a_sentence_and_leaves_no_model(
    content: Path, rasa: FakeRasa, script: str
) -> None:
    rasa.does(script)
    with pytest.raises(
        Trouble, match=r"Training failed; the whole story is in .*training\.log"
    ) as e:
        training.trained_model(content)
    assert ("used twice" in str(e.value)) == (script == FAILING)
    assert "\n" not in str(e.value)
    assert not list((content / "bot" / "models").glob("*.gz"))
    assert [path.name for path in (content / "bot" / "models").iterdir()] == ["lock"]


def test_training_does_not_need_what_reads_ahead(content: Path, rasa: FakeRasa) -> None:
    rasa.does(GOOD)
    rasa.does("#!/bin/sh\nexit 1\n", rasa.python)
    assert training.trained_model(content).exists()


def test_what_reads_ahead_ends_with_the_training(content: Path, rasa: FakeRasa) -> None:
    rasa.does("#!/bin/sh\nwhile [ ! -e {log}.pid ]; do sleep 0.1; done\nexit 1\n")
    rasa.does(
        "#!/bin/sh\necho $$ > {log}.new; mv {log}.new {log}.pid\nexec sleep 600\n", rasa.python
    )
    with pytest.raises(Trouble):
        training.trained_model(content)
    with pytest.raises(ProcessLookupError):
        os.kill(int(Path(f"{rasa.log}.pid").read_text()), 0)


def test_only_the_newest_models_are_kept(content: Path, rasa: FakeRasa) -> None:
    rasa.does(GOOD)
    models = content / "bot" / "models"
    models.mkdir()
    for age in range(training.KEEP_MODELS + 2):
        old = models / f"old-{age}.tar.gz"
        old.touch()
        os.utime(old, (1000 - age, 1000 - age))
    model = training.trained_model(content)
    kept = {path.name for path in models.glob("*.tar.gz")}
    assert kept == {model.name, *(f"old-{age}.tar.gz" for age in range(training.KEEP_MODELS - 1))}


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ("fpu avx2 avx512f avx512dq avx512cd avx512bw avx512vl", {"OPENBLAS_CORETYPE": "SKYLAKEX"}),
        ("fpu avx2 avx512f", {}),
    ],
)
def test_arithmetic_is_as_wide_as_the_processor(
    tmp_path: Path, flags: str, told: dict[str, str]
) -> None:
    cpu = tmp_path / "cpuinfo"
    cpu.write_text(f"processor : 0\nflags : {flags}\n", encoding="utf-8")
    assert training.widest_arithmetic(cpu) == told
    assert training.widest_arithmetic(tmp_path / "none") == {}
