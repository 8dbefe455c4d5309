"""How the classifier does on public intent data, with the settings of `config.yml`.

Usage: python bot/public_sets.py FOLDER, where FOLDER holds `banking77.csv` and `clinc150_full.csv` with the columns
text, intent, split (train, valid, test; messages out of scope are called `oos`). Invariants: nothing is learned or
set on the test part; what is out of scope is learned only if it stands in the training part.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

BOT = Path(__file__).resolve().parent
sys.path.insert(0, str(BOT))

from components.calibration import (  # noqa: E402
    OUT_OF_SCOPE,
    Evidence,
    Gate,
    LeftOut,
    closeness,
    folds,
)
from components.encoder import encode_all, sentence_encoder  # noqa: E402
from components.hybrid_model import Floats, HybridModel, Labels  # noqa: E402
from components.intent_settings import shape_of  # noqa: E402
from training_messages import settings  # noqa: E402

SETS = ("banking77.csv", "clinc150_full.csv")
REJECTED = 0.05
Part = tuple[list[str], Labels]


def read(path: Path) -> dict[str, Part]:
    """Texts and intents of each part, in the order of the file."""
    parts: dict[str, list[tuple[str, str]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            intent = OUT_OF_SCOPE if row["intent"] == "oos" else row["intent"]
            parts.setdefault(row["split"], []).append((row["text"], intent))
    return {
        name: ([t for t, _ in rows], np.array([i for _, i in rows])) for name, rows in parts.items()
    }


def measure(path: Path, config: dict[str, Any]) -> dict[str, float]:
    """Accuracy on the test messages in scope, and how many of the others are noticed at 5 % rejected."""
    parts = read(path)
    texts, labels = parts["train"]
    encode = sentence_encoder(config["encoder"])
    started = time.monotonic()
    held_out = folds(labels, [""] * len(texts), config["calibration_folds"])
    model, left_out = HybridModel.fit(
        texts, encode_all(encode, texts), labels, shape=shape_of(config), held_out=held_out
    )
    seen = LeftOut.of(model, left_out, labels, parts=held_out, neighbours=config["neighbours"])
    gate = Gate.fit(seen.evidence.of_rows(np.flatnonzero(seen.in_scope)), reject_rate=REJECTED)
    spent = time.monotonic() - started
    texts, truth = parts["test"]
    cosines = model.cosines(encode_all(encode, texts))
    decisions = model.decide(texts, cosines)
    near = closeness(cosines[:, labels != OUT_OF_SCOPE], neighbours=config["neighbours"])
    margins = gate.margin(Evidence.of(decisions, model.classes, near))
    return {"seconds": spent, **_figures(model.classes, decisions, margins, truth=truth)}


def _figures(
    classes: Labels, decisions: Floats, margins: Floats, *, truth: Labels
) -> dict[str, float]:
    foreign = truth == OUT_OF_SCOPE
    inside = classes != OUT_OF_SCOPE
    best = classes[inside][decisions[:, inside].argmax(axis=1)]
    found = {"in scope": float((best == truth)[~foreign].mean())}
    if foreign.any():
        bar = np.quantile(margins[~foreign], REJECTED)
        found["noticed at exactly 5 % rejected"] = float((margins < bar)[foreign].mean())
        found["noticed by the gate as fitted"] = float((margins < 0)[foreign].mean())
        found["rejected by the gate as fitted"] = float((margins < 0)[~foreign].mean())
    return found


def main(arguments: list[str] | None = None) -> int:
    """Print the figures of each set."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path)
    chosen = parser.parse_args(arguments)
    for name in SETS:
        if not (chosen.folder / name).is_file():
            parser.error(f"there is no {name} in {chosen.folder}")
    for name in SETS:
        found = measure(chosen.folder / name, settings())
        sys.stdout.write(f"{name}\n" + "".join(f"  {k:<34}{v:9.4f}\n" for k, v in found.items()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
