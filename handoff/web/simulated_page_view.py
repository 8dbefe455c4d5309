"""The payment simulator's pages as plain HTML: no script, nothing inline, every value escaped."""

from dataclasses import dataclass
from html import escape
from typing import Literal
from urllib.parse import quote

from handoff.desk.simulated_pages import SimulatedPage
from handoff.desk.words import amount_text
from handoff.web.pages import Frame, Language, actions, document, told
from handoff.web.simulated_page_texts import TEXTS

Outcome = Literal["succeed", "decline"]


@dataclass(frozen=True, slots=True)
class Shown:
    """How a page is shown: under which reference, in which language, after which button, and where `back` leads."""

    reference: str
    language: Language
    back: str
    after: str | None = None

    @property
    def text(self) -> dict[str, str]:
        """The words of its language."""
        return TEXTS[self.language]

    @property
    def address(self) -> str:
        """The page's own path."""
        return f"/simulator/{quote(self.reference, safe='')}"


def missing_page(shown: Shown) -> str:
    """There is no such page, or not any more."""
    text = shown.text
    content = f"<p>{escape(text['missing_text'])}</p>{actions(_back(shown))}"
    return _document(shown, text["missing"], _notice(text) + content)


def page(asked: SimulatedPage, shown: Shown) -> str:
    """What is asked for and the buttons, or that it is done; what just happened stands first."""
    text, verb = shown.text, "setup" if asked.label else "pay"
    about = _notice(text) + _facts(asked, shown)
    if asked.done:
        words = f"{verb}_{'now' if shown.after == 'succeed' else 'before'}"
        news = told("ok", text[f"{words}_text"])
        return _document(shown, text[words], news + about + actions(_back(shown)))
    title = text[f"{verb}_many" if len(asked.invoices) > 1 else verb]
    news = told("bad", text[f"{verb}_declined"]) if shown.after == "decline" else ""
    return _document(shown, title, news + about + _choice(verb, shown))


def _document(shown: Shown, title: str, content: str) -> str:
    return document(Frame(shown.language, title, shown.text["provider"]), content)


def _notice(text: dict[str, str]) -> str:
    return (
        f'<p class="notice"><strong>{escape(text["notice_title"])}</strong> '
        f"{escape(text['notice'])}</p>"
    )


def _facts(asked: SimulatedPage, shown: Shown) -> str:
    text = shown.text
    if asked.label:
        return (
            f"<dl><div><dt>{escape(text['method'])}</dt><dd>{escape(asked.label)}</dd></div></dl>"
        )
    amount = amount_text(asked.minor, asked.currency, shown.language)
    name = text["invoices" if len(asked.invoices) > 1 else "invoice"]
    numbers = "".join(f"<dd>{escape(number)}</dd>" for number in asked.invoices)
    return (
        f'<dl><div><dt>{escape(text["amount"])}</dt><dd class="amount">{escape(amount)}</dd></div>'
        f"<div><dt>{escape(name)}</dt>{numbers}</div></dl>"
    )


def _choice(verb: str, shown: Shown) -> str:
    """One form for each button, so that no body has to be read; the address is the right to press it."""
    outcomes: tuple[Outcome, ...] = ("succeed", "decline")
    forms = "".join(
        f'<form method="post" action="{shown.address}/{each}?lang={shown.language}">'
        f'<button class="{each}">{escape(shown.text[f"{verb}_{each}"])}</button></form>'
        for each in outcomes
    )
    heading = f'<h2 id="choose">{escape(shown.text["choose"])}</h2>'
    return f'<section aria-labelledby="choose">{heading}{actions(forms + _back(shown))}</section>'


def _back(shown: Shown) -> str:
    return f'<a class="back" href="{escape(shown.back)}">{escape(shown.text["back"])}</a>'
