"""Scores what was made of messages by strangers: one table, a column for each group of messages.

Knows neither Rasa nor files. Invariants: a message that the gate turned away counts as wrong unless it is none of
our business; one that is asked back counts with its best guess, and apart from that plainly as asked back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from components.calibration import OUT_OF_SCOPE, Verdict
from components.hybrid_model import Labels

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Judged:
    """Columns of equal length: the true intent, the three likeliest, and what was made of the likeliest."""

    truth: Labels
    likeliest: Labels
    verdict: npt.NDArray[np.int_]

    def of(self, rows: Mask) -> Judged:
        """Some of the messages."""
        return Judged(*(getattr(self, field.name)[rows] for field in fields(self)))

    @property
    def foreign(self) -> Mask:
        """Messages that are none of our business."""
        found: Mask = self.truth == OUT_OF_SCOPE
        return found

    @property
    def taken(self) -> Labels:
        """The best guess; out of scope where the gate turned the message away."""
        return np.where(self.verdict == Verdict.FOREIGN, OUT_OF_SCOPE, self.likeliest[:, 0])

    @property
    def right(self) -> Mask:
        """Whether the best guess is right."""
        found: Mask = self.taken == self.truth
        return found

    @property
    def asked(self) -> Mask:
        """Whether the person is given the two likeliest to choose from."""
        found: Mask = self.verdict == Verdict.UNSURE
        return found

    def among(self, first: int) -> Mask:
        """Whether the true intent is among the first few."""
        found: Mask = (self.likeliest[:, :first] == self.truth[:, None]).any(axis=1)
        return found | (self.foreign & self.right)


def macro_f1(judged: Judged) -> float:
    """Mean F1 of the intents that occur."""
    truth, taken = judged.truth, judged.taken
    scores = []
    for intent in np.unique(truth):
        hits = int(((truth == intent) & (taken == intent)).sum())
        scores.append(2 * hits / int((truth == intent).sum() + (taken == intent).sum()))
    return float(np.mean(scores))


def scores(judged: Judged) -> dict[str, float]:
    """The figures of one group of messages, by name; shares between 0 and 1."""
    foreign, taken = judged.foreign, judged.taken
    found = {
        "right (best guess)": judged.right.mean(),
        "macro F1": macro_f1(judged),
        "right and not asked back": (judged.right & ~judged.asked).mean(),
        "among the first three": judged.among(3).mean(),
        "confidently wrong": (~judged.right & (judged.verdict == Verdict.SURE)).mean(),
        "asked back": judged.asked.mean(),
        "- the right one offered": _mean(judged.among(2)[judged.asked]),
        "out of scope found": _mean(taken[foreign] == OUT_OF_SCOPE),
        "ours rejected": _mean(taken[~foreign] == OUT_OF_SCOPE),
    }
    return {name: float(value) for name, value in found.items()}


def careful_scores(judged: Judged, intents: Sequence[str]) -> dict[str, float]:
    """For each intent that must not be overlooked: found, found or offered, and taken for it wrongly (a count)."""
    found: dict[str, float] = {}
    for intent in intents:
        mine, hits = judged.truth == intent, judged.taken == intent
        offered = hits | (judged.asked & judged.among(2))
        found[f"{intent}: found"] = _mean(hits[mine])
        found[f"{intent}: or offered"] = _mean(offered[mine])
        found[f"{intent}: wrongly"] = float((hits & ~mine).sum())
    return found


def _mean(values: npt.NDArray[np.generic]) -> float:
    """The mean, or NaN of nothing."""
    return float(values.mean()) if len(values) else float("nan")


def table(groups: Mapping[str, Judged], careful: Sequence[str]) -> str:
    """One row per figure, one column per group."""
    columns = [{**scores(group), **careful_scores(group, careful)} for group in groups.values()]
    lines = [f"{'':<36}" + "".join(f"{name:>12}" for name in groups)]
    lines.append(f"{'messages':<36}" + "".join(f"{len(g.truth):>12}" for g in groups.values()))
    for row in columns[0]:
        form = "{:>12.0f}" if row.endswith("wrongly") else "{:>12.4f}"
        lines.append(f"{row:<36}" + "".join(form.format(column[row]) for column in columns))
    return "\n".join(lines)


def confusions(judged: Judged, most: int) -> str:
    """The pairs mixed up most often."""
    wrong = ~judged.right
    pairs = Counter(zip(judged.truth[wrong], judged.taken[wrong], strict=True))
    ranked = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))[:most]
    return "\n".join(f"{count:>4}  {was} -> {seen}" for (was, seen), count in ranked)
