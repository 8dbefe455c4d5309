"""Puts checked values (plans, addresses, amounts, dates, account and other numbers) on a message.

Each language has a blank spaCy pipeline with one component, `checked_values`; nothing is learned.
Invariants: spans never overlap, the longest wins; offsets are characters of the text as written; the value is
the normalised one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timezone
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import spacy
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.language import Language
from spacy.tokens import Doc, Span

from components.encoder import give_back_memory
from components.language import LANGUAGE
from components.matchers import Found, Matcher
from components.matchers.addresses import find_address
from components.matchers.amounts import find_amount
from components.matchers.beside_days import beside_days
from components.matchers.calendar_words import Today
from components.matchers.cards import find_card
from components.matchers.clock import find_time
from components.matchers.codes import find_case, find_voucher
from components.matchers.dates import date_finder
from components.matchers.durations import find_duration
from components.matchers.email import find_email
from components.matchers.iban import find_iban
from components.matchers.invoices import find_invoice
from components.matchers.joined import joined
from components.matchers.misspelled_days import forgiving
from components.matchers.periods import period_finder
from components.matchers.phone import phone_finder
from components.matchers.places import towns
from components.matchers.plans import find_addon, find_plan
from components.matchers.shares import find_instalments, find_percent
from components.matchers.spelled_out import find_spelled_out

VALUES = "checked_values"

# Where a number dialled without a country is at home, by the language it is written in.
REGIONS = {"de": ("DE", "AT", "CH"), "en": ("GB", "IE", "DE", "AT", "CH")}


def longest(found: Sequence[Found]) -> list[Found]:
    """Values in the order of the text; of overlapping ones the longest, then the first."""
    kept: list[Found] = []
    for candidate in sorted(found, key=lambda f: (f.start - f.end, f.start)):
        if all(candidate.end <= other.start or other.end <= candidate.start for other in kept):
            kept.append(candidate)
    return sorted(kept, key=lambda f: f.start)


class CheckedValues:
    """The spaCy component: runs the matchers and keeps what they found with the document."""

    def __init__(self, matchers: Sequence[Matcher]) -> None:
        self._matchers = tuple(matchers)

    def __call__(self, doc: Doc) -> Doc:
        """Keep the values of the text in `doc.user_data`, and mark their tokens as entities."""
        values = [value for find in self._matchers for value in find(doc.text)]
        found = joined(beside_days(longest(values), doc.text), doc.text)
        doc.user_data[VALUES] = found
        # None for a value that ends inside a token ("Premiumtarif"), which spaCy's types do not say: the
        # offsets stand, only the marking is skipped.
        spans: list[Span | None] = [doc.char_span(f.start, f.end, label=f.entity) for f in found]
        doc.set_ents([span for span in spans if span is not None], default="outside")
        return doc


def matchers(language: str, today: Today) -> tuple[Matcher, ...]:
    """Every matcher for a language. Of values of one length the earlier matcher's counts."""
    return (
        find_card,
        find_iban,
        find_spelled_out,
        find_email,
        phone_finder(REGIONS[language]),
        find_invoice,
        find_case,
        find_voucher,
        partial(find_plan, english=language == "en"),
        partial(find_addon, english=language == "en"),
        find_address,
        find_percent,
        find_amount,
        *(
            find if language == "de" else forgiving(find)
            for find in (period_finder(today), date_finder(today))
        ),
        find_time,
        find_duration,
        find_instalments,
    )


@Language.factory(VALUES, default_config={"today": None})
def checked_values(nlp: Language, name: str, today: Any) -> CheckedValues:
    """Make the component with every matcher; `today` is the injected clock."""
    return CheckedValues(matchers(str(nlp.lang), today))


def pipeline(language: str, today: Today) -> Language:
    """A blank pipeline of that language with the checked values."""
    towns()  # read now: the first message shall not wait a third of a second
    give_back_memory()  # 60 MB, most of them from reading these
    nlp = spacy.blank(language)
    component = checked_values(nlp, VALUES, today)
    # Built directly: spaCy's configuration can hold no function, and the clock is one.
    nlp._components.append((VALUES, component))
    return nlp


def day_in_germany(now: datetime) -> date:
    """The calendar day where our subscribers' contracts live, at an aware moment."""
    return now.astimezone(ZoneInfo("Europe/Berlin")).date()


def today_in_germany() -> date:
    """That day at this moment, by the machine's clock."""
    return day_in_germany(datetime.now(timezone.utc))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class CheckedEntityExtractor(GraphComponent):
    """Adds the checked values of a message to its entities."""

    def __init__(self, config: dict[str, Any], today: Today = today_in_germany) -> None:
        self._pipelines = {code: pipeline(code, today) for code in ("de", "en")}
        self._default = self._pipelines[config["default_language"]]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The language to read a message in when none was detected."""
        return {"default_language": "de"}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CheckedEntityExtractor:
        """An extractor on today's calendar."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Append what is found to each message's entities."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                nlp = self._pipelines.get(message.get(LANGUAGE), self._default)
                found = [_entity(value) for value in nlp(text).user_data[VALUES]]
                message.set(ENTITIES, [*message.get(ENTITIES, []), *found], add_to_output=True)
        return messages


def _entity(found: Found) -> dict[str, Any]:
    entity: dict[str, Any] = {
        "entity": found.entity,
        "start": found.start,
        "end": found.end,
        "value": found.value,
        "extractor": CheckedEntityExtractor.__name__,
    }
    return entity if found.currency is None else {**entity, "currency": found.currency}
