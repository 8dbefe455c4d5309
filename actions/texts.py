"""Every sentence the bot can say, read from YAML once and rendered without ever executing a template.

German stands with "Sie"; the folder `du` holds the other form of every sentence that addresses somebody.
Invariants: a key has German and English, each with at least one variant; all variants of a key hold the
same placeholders; a placeholder is `{name}` and nothing else, so facts can never reach an attribute.
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from handoff.contract import Locale
from subscriptions.model.base import FormOfAddress
from subscriptions.written import read_yaml

LOCALES: tuple[Locale, ...] = get_args(Locale)
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_KEY = re.compile(r"[a-z_]+\.[a-z0-9_]+")


class TextError(Exception):
    """A text is missing, lopsided or was given the wrong facts: a bug, found at start or by a test."""


@dataclass(frozen=True, slots=True)
class Text:
    """The variants of one sentence in every language, and the facts it needs."""

    variants: Mapping[Locale, tuple[str, ...]]
    placeholders: frozenset[str]


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts by key."""

    by_key: Mapping[str, Text]

    def placeholders(self, key: str) -> frozenset[str]:
        """The facts a sentence needs; raises `TextError` when there is none of this name."""
        if key not in self.by_key:
            raise TextError(f"no text {key}")
        return self.by_key[key].placeholders

    def render(self, key: str, locale: Locale, *, seed: str, facts: Mapping[str, str]) -> str:
        """The variant that `seed` picks, with its facts put in; raises `TextError` for a wrong set of facts."""
        text = self.by_key.get(key)
        if text is None:
            raise TextError(f"no text {key}")
        if text.placeholders != facts.keys():
            raise TextError(f"{key} needs {sorted(text.placeholders)}, got {sorted(facts)}")
        variants = text.variants[locale]
        chosen = variants[zlib.crc32(f"{seed}:{key}".encode()) % len(variants)]
        return _PLACEHOLDER.sub(lambda match: facts[match.group(1)], chosen)


def load_texts(folder: Path, form: FormOfAddress = "sie") -> Texts:
    """Read and check every `*.yml` in `folder`; raises `TextError` naming the file and key.

    With `form` "du" the German sentences of the folder `du` take the place of the others.
    """
    by_key: dict[str, Text] = {}
    for path in sorted(folder.glob("*.yml")):
        content = read_yaml(path.read_text(encoding="utf-8")) or {}
        for key, languages in content.items():
            if key in by_key:
                raise TextError(f"{path.name}: {key} exists twice")
            by_key[key] = _text(f"{path.name}: {key}", key, languages)
    return Texts(by_key if form == "sie" else {**by_key, **_with_du(folder / "du", by_key)})


def _with_du(folder: Path, by_key: Mapping[str, Text]) -> dict[str, Text]:
    """The texts that stand in the folder `du`, with its German."""
    changed: dict[str, Text] = {}
    for path in sorted(folder.glob("*.yml")):
        content = read_yaml(path.read_text(encoding="utf-8")) or {}
        for key, german in content.items():
            place = f"{folder.name}/{path.name}: {key}"
            if key not in by_key or key in changed:
                raise TextError(f"{place}: no such text, or twice")
            languages = {**by_key[key].variants, "de": german}
            changed[key] = _text(place, key, languages)
            if changed[key].placeholders != by_key[key].placeholders:
                raise TextError(f"{place}: not the facts of the other form")
    return changed


def _text(place: str, key: str, languages: Any) -> Text:
    if not _KEY.fullmatch(key):
        raise TextError(f"{place}: a key is `topic.name`")
    if not isinstance(languages, dict) or set(languages) != set(LOCALES):
        raise TextError(f"{place}: needs exactly {', '.join(LOCALES)}")
    variants = {locale: _variants(place, languages[locale]) for locale in LOCALES}
    needed = {frozenset(_PLACEHOLDER.findall(v)) for many in variants.values() for v in many}
    if len(needed) != 1:
        raise TextError(f"{place}: variants differ in their placeholders")
    return Text(variants, needed.pop())


def _variants(place: str, raw: Any) -> tuple[str, ...]:
    variants = (raw,) if isinstance(raw, str) else tuple(raw or ())
    if not variants or not all(isinstance(v, str) and v.strip() for v in variants):
        raise TextError(f"{place}: an empty variant")
    for variant in variants:
        if re.search(r"[{}]", _PLACEHOLDER.sub("", variant)):
            raise TextError(f"{place}: only {{name}} may stand in braces")
    return tuple(variant.strip() for variant in variants)
