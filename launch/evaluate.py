"""`make evaluate CSV=path`: the running assistant's own model reads every text, `studio.evaluation` grades it.

Invariant: standard output holds the one JSON object and nothing else; everything else goes to standard error.
"""

import contextlib
import subprocess
import sys
import tempfile
from pathlib import Path

from launch.console import Trouble, fail
from launch.settings import ROOT, read_settings
from launch.training import rasa_environment, trained_model


def require_csv(arguments: list[str]) -> Path:
    """The file named on the command line, or a sentence about what is missing."""
    if len(arguments) != 1 or not arguments[0]:
        raise Trouble(
            "Which file? Call it like this: make evaluate CSV=data/evaluation/messages.csv"
        )
    path = Path(arguments[0]).resolve()
    if not path.is_file():
        raise Trouble(
            f"There is no file {arguments[0]}; give the path of a CSV with the columns intent,text."
        )
    return path


def evaluate(csv: Path) -> int:
    """Predict in Rasa's environment, grade in ours."""
    log = read_settings().abolotse_var.resolve() / "log"
    log.mkdir(parents=True, exist_ok=True)
    with contextlib.redirect_stdout(sys.stderr):
        model = trained_model(log)
    with tempfile.TemporaryDirectory() as folder:
        predictions = Path(folder) / "predictions.jsonl"
        predict = [
            str(ROOT / "bot" / ".venv" / "bin" / "python"), "bot/evaluate.py",
            "--model", str(model), "--csv", str(csv), "--out", str(predictions),
        ]  # fmt: skip
        done = subprocess.run(
            predict, cwd=ROOT, env=rasa_environment(), stdout=sys.stderr, check=False
        )
        if done.returncode != 0:
            return done.returncode
        grade = [sys.executable, "-m", "studio.evaluation", str(predictions)]
        return subprocess.run(grade, cwd=ROOT, check=False).returncode


def main() -> int:
    """The exit code."""
    try:
        return evaluate(require_csv(sys.argv[1:]))
    except Trouble as trouble:
        return fail(trouble)


if __name__ == "__main__":
    raise SystemExit(main())
