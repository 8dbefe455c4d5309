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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

BOT = Path(__file__).resolve().parent
sys.path.insert(0, str(BOT))

from components.calibration import (  # noqa: E402
    OUT_OF_SCOPE,
    Calibration,
    LeftOut,
    believed,
    folds,
    softmax,
)
from components.encoder import encode_all, sentence_encoder  # noqa: E402
from components.hybrid_model import HybridModel, Labels  # noqa: E402
from components.intent_classifier import HybridIntentClassifier, shape_of  # noqa: E402
from components.neutral import neutral  # noqa: E402

FALLBACK = "nlu_fallback"
REJECTED = (OUT_OF_SCOPE, FALLBACK)


@dataclass(frozen=True)
class Written:
    """Every message with what its file says of it; columns of equal length."""

    texts: list[str]
    labels: Labels
    writers: Labels
    languages: Labels


def read(folder: Path) -> Written:
    """All messages under the folder, in the order that training uses."""
    rows: list[tuple[str, str, str, str]] = []
    for path in sorted(folder.rglob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            about = block["metadata"]
            for line in block["examples"].splitlines():
                text = line.strip()[1:].strip()
                if text:
                    rows.append(
                        (block["intent"], neutral(text), about["writer"], about["language"])
                    )
    rows.sort()
    labels, texts, writers, languages = zip(*rows, strict=True)
    return Written(list(texts), np.array(labels), np.array(writers), np.array(languages))


def settings() -> dict[str, Any]:
    """The classifier's settings: its defaults and what `config.yml` changes."""
    config = yaml.safe_load((BOT / "config.yml").read_text(encoding="utf-8"))
    name = "components.intent_classifier.HybridIntentClassifier"
    chosen = next(entry for entry in config["pipeline"] if entry["name"] == name)
    return {**HybridIntentClassifier.get_default_config(), **chosen}


def predictions(written: Written, config: dict[str, Any]) -> Labels:
    """What each message would be taken for by an assistant that never saw its writer; "" if not judged."""
    vectors = encode_all(sentence_encoder(config["encoder"]), written.texts)
    parts = folds(written.labels, list(written.writers), config["calibration_folds"])
    model, decisions = HybridModel.fit(
        written.texts, vectors, written.labels, shape=shape_of(config), held_out=parts
    )
    seen = LeftOut.of(
        model, decisions, written.labels, parts=parts, neighbours=config["neighbours"]
    )
    found = np.full(len(written.texts), "", dtype=object)
    for hand in np.unique(written.writers):
        own = written.writers[seen.rows] == hand
        found[seen.rows[own]] = _judged(model, seen, own, config)
    return found.astype(str)


def _judged(
    model: HybridModel, seen: LeftOut, own: npt.NDArray[np.bool_], config: dict[str, Any]
) -> Labels:
    """One writer's messages, with temperature and gate of the others."""
    calibrated = Calibration.fit(seen, reject_rate=config["reject_rate"], use=np.flatnonzero(~own))
    rows = np.flatnonzero(own)
    shares = softmax(seen.decisions[rows], calibrated.temperature)
    best = model.classes[shares.argmax(axis=1)]
    margin = calibrated.gate.margin(seen.evidence.of_rows(rows))
    stands = believed(best, shares.max(axis=1), margin, min_confidence=config["min_confidence"])
    judged: Labels = np.where(stands, best, FALLBACK)
    return judged


def line(name: str, truth: Labels, found: Labels) -> str:
    """The numbers of one group of messages."""
    foreign = truth == OUT_OF_SCOPE
    rejected = np.isin(found, REJECTED)
    right = (truth == found) | (foreign & rejected)
    noticed = f"{rejected[foreign].mean():10.3f}" if foreign.any() else f"{'-':>10}"
    return (
        f"{name:<16}{len(truth):>9}{right.mean():>10.3f}{macro_f1(truth, found):>10.3f}"
        f"{noticed}{rejected[~foreign].mean():>14.3f}"
    )


def macro_f1(truth: Labels, found: Labels) -> float:
    """Mean F1 of the intents that occur; a fallback counts as out of scope."""
    taken = np.where(found == FALLBACK, OUT_OF_SCOPE, found)
    scores = []
    for intent in np.unique(truth):
        hits = int(((truth == intent) & (taken == intent)).sum())
        scores.append(2 * hits / int((truth == intent).sum() + (taken == intent).sum()))
    return float(np.mean(scores))


def report(written: Written, found: Labels, *, pairs: int) -> str:
    """The tables, as text."""
    judged = found != ""
    truth, taken = written.labels[judged], found[judged]
    lines = [
        f"{'':<16}{'messages':>9}{'accuracy':>10}{'macro F1':>10}{'oos found':>10}{'false reject':>14}"
    ]
    for column in (written.writers[judged], written.languages[judged]):
        lines += [line(str(n), truth[column == n], taken[column == n]) for n in np.unique(column)]
    lines += [line("all", truth, taken), "", "most frequent confusions"]
    wrong = Counter(zip(truth[truth != taken], taken[truth != taken], strict=True))
    wrong.pop((OUT_OF_SCOPE, FALLBACK), None)
    ranked = sorted(wrong.items(), key=lambda item: (-item[1], item[0]))
    lines += [f"{count:>4}  {was} -> {seen}" for (was, seen), count in ranked[:pairs]]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Print the report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, default=BOT.parent / "data" / "nlu")
    parser.add_argument("--pairs", type=int, default=30, help="confusions to list")
    chosen = parser.parse_args(arguments)
    written = read(chosen.data)
    sys.stdout.write(report(written, predictions(written, settings()), pairs=chosen.pairs) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
