"""Every dialogue path, from typed words to the action that answers, read by Rasa with the trained assistant.

Invariant: the negative stories fail; otherwise a green run of the others would prove nothing.
"""

import subprocess
from pathlib import Path

import pytest

from launch.settings import ROOT
from launch.training import RASA, rasa_environment, trained_model

HERE = Path(__file__).parent


def rasa(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Rasa's own command from the root of the repository."""
    return subprocess.run(
        [str(RASA), *arguments],
        cwd=ROOT,
        env=rasa_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The assistant trained on the present content, from the cache if it is there."""
    return trained_model(tmp_path_factory.mktemp("training"))


def tell(model: Path, stories: Path, out: Path) -> subprocess.CompletedProcess[str]:
    """`rasa test core`, words read too; the first wrong intent, value or action ends it."""
    return rasa(
        *("test", "core", "--quiet", "--e2e", "--fail-on-prediction-errors"),
        *("--model", str(model), "--stories", str(stories), "--out", str(out)),
    )


@pytest.mark.stack
def test_every_path_in_both_languages(model: Path, tmp_path: Path) -> None:
    done = tell(model, HERE / "stories", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.stack
@pytest.mark.parametrize(
    ("story", "why"),
    [
        ("test_wrong_action.yml", "Model predicted a wrong action"),
        ("test_wrong_intent.yml", "NLU model predicted a wrong intent"),
    ],
)
def test_a_wrong_story_fails(model: Path, story: str, why: str, tmp_path: Path) -> None:
    done = tell(model, HERE / "negative" / story, tmp_path)
    assert done.returncode != 0
    assert why in done.stdout + done.stderr
