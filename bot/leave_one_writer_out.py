"""How the assistant meets a stranger: each writer is judged by a model that never saw that writer.

Usage: python bot/leave_one_writer_out.py [--data FOLDER] [--pairs N]. Trains nothing twice: the model's own
left-out decisions are exact (components/least_squares.py), and the temperature and the gate used for a writer
are set on the other writers. Only the n-grams' idf and the mean vector have seen the writer's words, never
their intents. Invariants: settings are those of config.yml; the same data gives the same numbers.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

BOT = Path(__file__).resolve().parent
sys.path.insert(0, str(BOT))

from components.calibration import Calibration, LeftOut, calibrating, folds  # noqa: E402
from components.encoder import Vectors  # noqa: E402
from components.hybrid_model import HybridModel  # noqa: E402
from components.intent_settings import caution_of, shape_of  # noqa: E402
from components.vector_store import vectors_of  # noqa: E402
from stranger_scores import Judged, confusions, scores, table  # noqa: E402
from training_messages import Written, read, settings  # noqa: E402

# An even writer gave each intent at least this share of an equal part.
EVEN = 0.5


def strangers(
    written: Written, vectors: Vectors, config: dict[str, Any]
) -> tuple[Judged, npt.NDArray[np.intp]]:
    """What each message would be taken for by an assistant that never saw its writer; and which rows these are."""
    parts = folds(written.labels, list(written.writers), config["calibration_folds"])
    model, decisions = HybridModel.fit(
        written.texts, vectors, written.labels, shape=shape_of(config), held_out=parts
    )
    seen = LeftOut.of(
        model, decisions, written.labels, parts=parts, neighbours=config["neighbours"]
    )
    likeliest = np.full((len(seen.rows), 3), "", dtype=model.classes.dtype)
    verdict = np.zeros(len(seen.rows), dtype=np.int_)
    setting = np.isin(
        written.writers[seen.rows], calibrating(written.writers, config["calibration_writers"])
    )
    for hand in np.unique(written.writers):
        own = written.writers[seen.rows] == hand
        rows = np.flatnonzero(own)
        # Everything that is set is set on the other writers.
        others = np.flatnonzero(setting & ~own)
        fitted = Calibration.fit(seen, model.classes, caution_of(config), use=others)
        judged = fitted.judge(seen.decisions[rows], seen.evidence.of_rows(rows))
        order = np.argsort(-judged.shares, axis=1, kind="stable")[:, :3]
        likeliest[rows], verdict[rows] = model.classes[order], judged.verdict
    return Judged(written.labels[seen.rows], likeliest, verdict), seen.rows


def even_writers(written: Written) -> list[str]:
    """Those who wrote of everything alike; the others drilled what is hard, and say little of an ordinary day."""
    size = {hand: (written.writers == hand).sum() for hand in np.unique(written.writers)}
    counts = Counter(zip(written.writers, written.labels, strict=True))
    least = {hand: EVEN * size[hand] / len(np.unique(written.labels)) for hand in size}
    intents = np.unique(written.labels)
    return [
        str(hand) for hand in size if min(counts[hand, name] for name in intents) >= least[hand]
    ]


def report(
    written: Written, judged: Judged, rows: npt.NDArray[np.intp], *, careful: list[str], pairs: int
) -> str:
    """The table (all, each language, the even writers), the writers, and what is mixed up, as text."""
    languages, writers = written.languages[rows], written.writers[rows]
    groups = {str(code): judged.of(languages == code) for code in np.unique(languages)}
    groups["even"] = judged.of(np.isin(writers, even_writers(written)))
    lines = [table({"all": judged, **groups}, careful), "", "writer: right, macro F1, rejected"]
    for hand in np.unique(writers):
        own = scores(judged.of(writers == hand))
        columns = ("right (best guess)", "macro F1", "ours rejected")
        lines.append(f"{hand:<16}" + "".join(f"{own[name]:>9.3f}" for name in columns))
    return "\n".join([*lines, "", "most frequent confusions", confusions(judged, pairs)])


def main(arguments: list[str] | None = None) -> int:
    """Print the report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, default=BOT.parent / "data" / "nlu")
    parser.add_argument("--pairs", type=int, default=30, help="confusions to list")
    chosen = parser.parse_args(arguments)
    written = read(chosen.data)
    config = settings()
    vectors = vectors_of(config["encoder"], written.texts)
    judged, rows = strangers(written, vectors, config)
    found = report(written, judged, rows, careful=config["careful"], pairs=chosen.pairs)
    sys.stdout.write(found + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
