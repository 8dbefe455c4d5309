"""Says how well questions find the passage that answers them, and how often one that has no answer gets one.

Usage: python bot/knowledge_recall.py [--model MODEL]. With a trained assistant the messages go through its whole
pipeline; without one only the search is fitted, and what the intents add is missing. The questions are those of
`data/evaluation/knowledge`: the weights were set on `tune`, so `check` is the honest half.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "bot"))

from components.articles import read_passages  # noqa: E402
from components.encoder import encode_all, sentence_encoder  # noqa: E402
from components.knowledge import KNOWLEDGE  # noqa: E402
from components.neutral import neutral  # noqa: E402
from components.passage_search import Hit, PassageSearch, Sureness  # noqa: E402

QUESTIONS = ROOT / "data" / "evaluation" / "knowledge"
ARTICLES = ROOT / "data" / "knowledge"
Find = Callable[[str], list[Hit]]


@dataclass(frozen=True)
class Question:
    """A question, and the passages that answer it (none: there is no answer)."""

    language: str
    half: str
    text: str
    answers: frozenset[str]


@dataclass(frozen=True)
class Recall:
    """Shares of questions. `first` and `third`: answered by the best passage, by one of the best three;
    `article` and `articles` likewise for whole articles; `told`: answered at all; `false`: unanswerable and
    answered all the same."""

    first: float
    third: float
    article: float
    articles: float
    told: float
    false: float


def read_questions(folder: Path = QUESTIONS) -> list[Question]:
    """The questions of every language."""
    found = []
    for path in sorted(folder.glob("*.yml")):
        for half, kinds in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            for text, answers in kinds["answerable"]:
                found.append(Question(path.stem, half, text, frozenset(answers.split())))
            found += [
                Question(path.stem, half, text, frozenset()) for text in kinds["unanswerable"]
            ]
    return found


def measure(questions: Sequence[Question], find: Find) -> Recall:
    """What becomes of these questions; needs answerable and unanswerable ones."""
    found = [(question.answers, find(question.text)) for question in questions]
    able = [(answers, hits) for answers, hits in found if answers]
    unable = [hits for answers, hits in found if not answers]
    return Recall(
        first=_share([hits[0].name in answers for answers, hits in able]),
        third=_share([_among(answers, hits) for answers, hits in able]),
        article=_share([_among(_articles(a), [Hit(_article(h[0].name), 0)]) for a, h in able]),
        articles=_share(
            [_among(_articles(a), [Hit(_article(x.name), 0) for x in h]) for a, h in able]
        ),
        told=_share([_told(hits) for _, hits in able]),
        false=_share([_told(hits) for hits in unable]),
    )


def fitted() -> Find:
    """The search alone, fitted on the present articles."""
    encode = sentence_encoder("use")
    search = PassageSearch.fit(read_passages(ARTICLES), partial(encode_all, encode))

    def find(text: str) -> list[Hit]:
        plain = neutral(text)
        return search.find(plain, encode([plain]), {}, most=3)

    return find


def _through(model: Path) -> Find:
    """The whole pipeline of a trained assistant."""
    from evaluate import load

    agent = load(model)

    def find(text: str) -> list[Hit]:
        parsed = asyncio.run(agent.parse_message(text))
        return [Hit(**hit) for hit in parsed[KNOWLEDGE]["passages"]]

    return find


def _told(hits: Sequence[Hit]) -> bool:
    return Sureness().verdict(hits[0].sure) == "answer"


def _among(answers: frozenset[str], hits: Sequence[Hit]) -> bool:
    return any(hit.name in answers for hit in hits)


def _articles(names: frozenset[str]) -> frozenset[str]:
    return frozenset(map(_article, names))


def _article(name: str) -> str:
    return name.split("/", maxsplit=1)[0]


def _share(flags: Sequence[bool]) -> float:
    return 100 * sum(flags) / len(flags)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--model", type=Path)
    model = parser.parse_args().model
    find = _through(model) if model else fitted()
    questions = read_questions()
    print("            passage@1  @3   article@1  @3   told  false answers")  # noqa: T201
    for half in ("tune", "check"):
        for language in sorted({question.language for question in questions}):
            own = [q for q in questions if (q.half, q.language) == (half, language)]
            r = measure(own, find)
            print(  # noqa: T201
                f"{half:6} {language}   {r.first:6.1f} {r.third:6.1f}   {r.article:6.1f} {r.articles:6.1f}"
                f"   {r.told:5.1f} {r.false:6.1f}"
            )


if __name__ == "__main__":
    main()
