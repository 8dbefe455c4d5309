"""The knowledge articles as people read them: in the chat a passage, on the help pages the whole article.

A leaf: imports nothing of ours but the contract's languages. Invariants: read once at the start; every article stands in
every language with as many passages; a number of the business is a `{fact}` in the text and filled in here, so an
article never tells another than the rules; a passage is named `<article>/<number of its heading>`. Where German says "du",
what reads otherwise stands in a folder of its own, and nothing there adds or takes away a passage.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from handoff.contract import Locale

LOCALES: tuple[Locale, ...] = get_args(Locale)
_FRONT = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)
_FACT = re.compile(r"\{([^{}]*)\}")
_SLUG = re.compile(r"[a-z]+(?:-[a-z]+)*")
# Ten times as fast where libyaml came with it; both make plain values only.
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class KnowledgeError(Exception):
    """An article is missing, lopsided or names an unknown fact: found at the start or by a test."""


def help_path(locale: Locale) -> str:
    """The address of the list of all articles."""
    return f"/help/{locale}"


@dataclass(frozen=True, slots=True)
class Passage:
    """What stands under one heading, as Markdown."""

    number: int
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """An article in one language. `opens`: the intent whose topic it opens; `group`: where the index lists it."""

    slug: str
    locale: Locale
    title: str
    group: str
    intents: tuple[str, ...]
    opens: str | None
    updated: date
    passages: tuple[Passage, ...]

    @property
    def path(self) -> str:
        """Its address below the gateway's."""
        return f"{help_path(self.locale)}/{self.slug}"

    def place(self, passage: Passage) -> str:
        """The address of a passage."""
        return f"{self.path}#p{passage.number}"

    def name_of(self, passage: Passage) -> str:
        """The name of a passage, alike in every language."""
        return f"{self.slug}/{passage.number}"


class _About(BaseModel):
    """The front matter. `asked`: for each heading how people ask; read by the search."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1)
    intents: list[str] = Field(min_length=1)
    group: str
    updated: date
    opens: str | None = None
    asked: list[Annotated[list[str], Field(min_length=1)]]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All articles."""

    articles: Mapping[tuple[Locale, str], Article]

    def article(self, locale: Locale, slug: str) -> Article | None:
        """The article of that name, if there is one."""
        return self.articles.get((locale, slug))

    def passage(self, locale: Locale, name: str) -> tuple[Article, Passage] | None:
        """A passage by its name, with its article; None for a name that an older model still knows."""
        slug, _, number = name.partition("/")
        article = self.article(locale, slug)
        if article is None:
            return None
        found = (each for each in article.passages if str(each.number) == number)
        return next(((article, each) for each in found), None)

    def opening(self, locale: Locale, intent: str) -> Article | None:
        """The article that opens a topic about which nothing more was asked."""
        return next((each for each in self.of(locale) if each.opens == intent), None)

    def of(self, locale: Locale) -> tuple[Article, ...]:
        """The articles of a language by their titles."""
        own = [each for each in self.articles.values() if each.locale == locale]
        return tuple(sorted(own, key=lambda each: each.title.casefold()))


def read_knowledge(folder: Path, facts: Mapping[str, str], *, informal: bool = False) -> Knowledge:
    """Read `<folder>/<language>/<article>.md` and fill in the facts; raises KnowledgeError naming what is wrong.

    `informal`: German says "du"; what reads otherwise then stands in `<folder>_du/<article>.md`.
    """
    read = [_read(path, locale, facts) for locale in LOCALES for path in _files(folder, locale)]
    articles = {(article.locale, article.slug): article for article in read}
    _check_parity(Knowledge(articles))
    for path in sorted(folder.with_name(f"{folder.name}_du").glob("*.md")) if informal else ():
        article = articles.get(("de", path.stem))
        if article is None:
            raise KnowledgeError(f"{path.name}: rewords no article")
        articles["de", path.stem] = _reworded(article, path, facts)
    return Knowledge(articles)


def _reworded(article: Article, path: Path, facts: Mapping[str, str]) -> Article:
    """The article with the passages of that file in place of its own."""
    body = _filled(path.name, path.read_text(encoding="utf-8"), facts)
    title, *parts = f"\n{body}".split("\n## ")
    passages = {passage.number: passage for passage in article.passages}
    for part in parts:
        heading, _, text = part.partition("\n")
        number, _, words = heading.partition(" ")
        if not number.isdecimal() or int(number) not in passages or not words or not text.strip():
            raise KnowledgeError(f"{path.name}: no passage {heading!r}, or nothing under it")
        passages[int(number)] = Passage(int(number), words.strip(), text.strip())
    return replace(
        article,
        title=title.strip().removeprefix("# ") or article.title,
        passages=tuple(passages[number] for number in sorted(passages)),
    )


def _files(folder: Path, locale: Locale) -> list[Path]:
    return sorted((folder / locale).glob("*.md"))


def _read(path: Path, locale: Locale, facts: Mapping[str, str]) -> Article:
    place = f"{locale}/{path.name}"
    source = path.read_text(encoding="utf-8")
    front = _FRONT.match(source)
    if front is None or not _SLUG.fullmatch(path.stem):
        raise KnowledgeError(f"{place}: needs front matter, and a name of small letters and dashes")
    try:
        read = yaml.load(front.group(1), _LOADER)  # noqa: S506 - safe loaders only
        about = _About.model_validate(read)
    except (ValidationError, yaml.YAMLError) as error:
        raise KnowledgeError(f"{place}: {error}") from error
    body = _filled(place, source[front.end() :], facts)
    passages = tuple(
        Passage(number, heading.strip(), text.strip())
        for number, (heading, _, text) in enumerate(
            (part.partition("\n") for part in body.split("\n## ")[1:]), start=1
        )
    )
    if not passages or len(passages) != len(about.asked):
        raise KnowledgeError(f"{place}: {len(passages)} headings, {len(about.asked)} under `asked`")
    return Article(
        slug=path.stem,
        locale=locale,
        title=about.title,
        group=about.group,
        intents=tuple(about.intents),
        opens=about.opens,
        updated=about.updated,
        passages=passages,
    )


def _filled(place: str, body: str, facts: Mapping[str, str]) -> str:
    unknown = {name for name in _FACT.findall(body) if name not in facts}
    if unknown:
        raise KnowledgeError(f"{place}: unknown facts {', '.join(sorted(unknown))}")
    return _FACT.sub(lambda match: facts[match.group(1)], body)


def _check_parity(knowledge: Knowledge) -> None:
    for article in knowledge.articles.values():
        for locale in LOCALES:
            other = knowledge.article(locale, article.slug)
            if other is None or _shape(other) != _shape(article):
                raise KnowledgeError(
                    f"{article.slug}: differs between {article.locale} and {locale}"
                )


def _shape(article: Article) -> tuple[object, ...]:
    """What is alike in every language."""
    return len(article.passages), article.group, article.intents, article.opens, article.updated
