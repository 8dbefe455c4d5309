"""One turn's way of speaking: texts, amounts and dates in the turn's language.

Invariants: the same turn always gets the same wording; instants are shown in the operator's time zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency, get_currency_precision

from actions.texts import Texts
from handoff.contract import Button, Locale, Row
from subscriptions.model.base import Money, Words
from subscriptions.model.billing import InvoiceLine
from subscriptions.model.catalogue import Plan

# English readers in Europe: day before month, and the euro sign in front.
_BABEL: dict[Locale, str] = {"de": "de_DE", "en": "en_GB"}


@dataclass(frozen=True, slots=True)
class Voice:
    """Renders for one locale; `seed` is the turn's key and picks the variants."""

    texts: Texts
    locale: Locale
    seed: str
    zone: ZoneInfo

    def text(self, key: str, **facts: str) -> str:
        """The sentence `key` with its facts."""
        return self.texts.render(key, self.locale, seed=self.seed, facts=facts)

    def refusal(self, key: str, facts: Mapping[str, object]) -> str:
        """The sentence of a refusal, with those of its facts that the sentence names."""
        needed = self.texts.placeholders(key)
        return self.text(key, **{name: self.fact(facts[name]) for name in sorted(needed)})

    def words(self, words: Words) -> str:
        """A sentence that the business itself says in both languages."""
        return words.de if self.locale == "de" else words.en

    def fact(self, value: object) -> str:
        """A fact in words: an amount, a day, or what it is."""
        if isinstance(value, Money):
            return self.money(value)
        return self.day(value) if isinstance(value, date) else str(value)

    def knows(self, key: str) -> bool:
        """Whether a text exists, for names that come from an operator's own catalogue."""
        return key in self.texts.by_key

    def in_locale(self, locale: Locale) -> "Voice":
        """The same turn in another language."""
        return replace(self, locale=locale)

    def money(self, amount: Money) -> str:
        """`5,00 €` or `€5.00`; minor units by the currency's own precision."""
        digits = get_currency_precision(amount.currency)
        value = Decimal(amount.minor).scaleb(-digits)
        return format_currency(value, amount.currency, locale=_BABEL[self.locale])

    def day(self, day: date) -> str:
        """A calendar day."""
        return format_date(day, "medium", locale=_BABEL[self.locale])

    def moment(self, at: datetime) -> str:
        """An instant with its time, in the operator's zone, to the second (receipts are evidence)."""
        return format_datetime(at, "medium", tzinfo=self.zone, locale=_BABEL[self.locale])

    def minute(self, at: datetime) -> str:
        """An instant to the minute, for what somebody has to remember and not to prove."""
        local, locale = at.astimezone(self.zone), _BABEL[self.locale]
        return f"{self.day(local.date())}, {format_time(local, 'short', locale=locale)}"

    def hour(self, at: datetime) -> str:
        """The time of day of an instant, in the operator's zone."""
        return format_time(at, "short", tzinfo=self.zone, locale=_BABEL[self.locale])

    def period(self, start: date, end: date) -> str:
        """A billing period by its first and last day; `end` is the first day of the next one."""
        last = max(start, end - timedelta(days=1))
        return f"{self.day(start)} – {self.day(last)}"

    def method(self, label: str) -> str:
        """A way to pay by its masked label, or that there is none on file."""
        return label or self.text("payments.no_method")

    def plan(self, plan: Plan) -> str:
        """A plan's name."""
        return plan.name_de if self.locale == "de" else plan.name_en

    def features(self, plan: Plan) -> list[str]:
        """What a plan contains."""
        return list(plan.features_de if self.locale == "de" else plan.features_en)

    def line(self, line: InvoiceLine) -> str:
        """What an invoice line is for."""
        return line.text_de if self.locale == "de" else line.text_en

    def price(self, plan: Plan) -> str:
        """`11,99 € pro Monat`."""
        return self.text(f"price.per_{plan.interval.value}", amount=self.money(plan.price))

    def row(self, key: str, value: str) -> Row:
        """A card row whose label is the text `key`."""
        return Row(label=self.text(key), value=value)

    def topic(self, intent: str) -> str:
        """What an intent is called when we speak about it, also on buttons."""
        return self.text(f"intent_title.{intent}")

    def topic_button(self, intent: str, **value: str) -> Button:
        """A reply button that raises an intent of the catalogue."""
        return Button(title=self.topic(intent), intent=intent, value=value)

    def person_button(self) -> Button:
        """The way to a person; stands under everything that may be a dead end."""
        return Button(title=self.text("button.person"), intent="request_human", style="person")
