"""What the desk itself asks a subscriber, with buttons that the bot never sees: how it was, whether it is settled, the transcript.

Invariants: a question is a system message in the chat's language; how content somebody is, is asked once in an episode, of the
bot and of a person apart, may be refused, and is never asked where there was a crisis, a death or hardship; a press on such a
button never opens the chat again and is no work for the bot; a transcript goes to the address on file only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal, cast

from handoff.contract import Button, Locale
from handoff.conversations.effects import About, Rating
from handoff.conversations.model import Conversation, Draft
from handoff.conversations.steps import said_by, shown_button
from handoff.protocol import MessageEvent

RATES, TRANSCRIPT, SETTLED = "desk_rates", "desk_transcript", "desk_settled"
OURS = frozenset({RATES, TRANSCRIPT, SETTLED})
"""Intents of buttons that are pressed for the desk."""

UNTOUCHED = frozenset({"crisis", "subscriber_deceased", "financial_hardship"})
"""Matters of the catalogue after which nobody asks how it was."""

MAIL_PAUSE = timedelta(minutes=10)
"""A transcript that was asked for is not sent twice within it."""

_QUESTION: Mapping[About, Mapping[Locale, str]] = {
    "person": {
        "de": "Wie war die Hilfe von {name}? Die Antwort ist freiwillig.",
        "en": "How was the help from {name}? Answering is voluntary.",
    },
    "bot": {
        "de": "Wie war die Hilfe des automatischen Assistenten? Die Antwort ist freiwillig.",
        "en": "How was the help from the automated assistant? Answering is voluntary.",
    },
}
_RATINGS: Mapping[Rating, Mapping[Locale, str]] = {
    "good": {"de": "Gut", "en": "Good"},
    "ok": {"de": "Geht so", "en": "OK"},
    "bad": {"de": "Schlecht", "en": "Bad"},
    "refused": {"de": "Keine Angabe", "en": "Rather not say"},
}
_THANKS: Mapping[Locale, str] = {
    "de": "Danke für die Rückmeldung.",
    "en": "Thank you for your feedback.",
}
_REFUSED: Mapping[Locale, str] = {"de": "In Ordnung, ohne Angabe.", "en": "That is fine."}
_ANSWERED: Mapping[Locale, str] = {
    "de": "Die erste Antwort ist schon angekommen und gilt.",
    "en": "The first answer has arrived already, and it stands.",
}
_COMMENT: Mapping[Locale, str] = {
    "de": "[Etwas dazu schreiben]({link})",
    "en": "[Add a comment]({link})",
}
_PAGE: Mapping[Locale, str] = {
    "de": "[Gesprächsverlauf öffnen und speichern]({link}) (24 Stunden lang)",
    "en": "[Open and save the transcript]({link}) (for 24 hours)",
}
_MAIL: Mapping[Locale, str] = {"de": "Verlauf per E-Mail", "en": "Transcript by e-mail"}
_MAILED: Mapping[Locale, str] = {
    "de": "Der Verlauf geht an die hinterlegte E-Mail-Adresse.",
    "en": "The transcript is on its way to the e-mail address on file.",
}
_UNKNOWN: Mapping[Locale, str] = {
    "de": "Per E-Mail geht der Verlauf nur an jemanden, der angemeldet oder per Code bestätigt ist.",
    "en": "The transcript is sent by e-mail only to somebody who is signed in or confirmed by code.",
}
_SETTLED: Mapping[Locale, str] = {
    "de": "Gute Nachricht: {what} Ist damit alles erledigt? Der Platz in der Warteschlange bleibt bis zur Antwort.",
    "en": "Good news: {what} Does that settle it? The place in line is kept until the answer.",
}
_WHAT: Mapping[str, Mapping[Locale, str]] = {
    "payment": {"de": "Die Zahlung ist angekommen.", "en": "The payment has arrived."},
    "login": {"de": "Das Konto ist wieder frei.", "en": "The account is unlocked again."},
    "access": {"de": "Der Zugang ist wieder frei.", "en": "Access is open again."},
}
_YES: Mapping[Locale, str] = {"de": "Ja, erledigt", "en": "Yes, all settled"}
_STILL: Mapping[Locale, str] = {
    "de": "Nein, ich möchte einen Menschen sprechen",
    "en": "No, I want to talk to a person",
}
_KEPT: Mapping[Locale, str] = {
    "de": "In Ordnung, der Platz in der Warteschlange bleibt.",
    "en": "All right, the place in line is kept.",
}
_HERE: Mapping[Locale, str] = {
    "de": "{name} ist bereits hier im Chat und antwortet an dieser Stelle.",
    "en": "{name} is already here in the chat and answers right here.",
}
Settling = Literal["payment", "login", "access"]


@dataclass(frozen=True, slots=True)
class Ending:
    """What is offered below a chat that has ended: whom to rate (and under which id), and the pages there are."""

    rating: str = ""
    about: About = "person"
    name: str = ""
    page: str = ""


def tactful(c: Conversation, intents: frozenset[str]) -> bool:
    """Whether somebody may be asked how it was."""
    return c.reason != "crisis" and not intents & UNTOUCHED


def at_the_end(c: Conversation, ending: Ending) -> tuple[Draft, ...]:
    """The question and the transcript, below a chat that has ended; nothing when there is nothing to offer."""
    lines = []
    if ending.rating:
        lines.append(_QUESTION[ending.about][c.locale].format(name=ending.name))
    if ending.page:
        lines.append(_PAGE[c.locale].format(link=ending.page))
    mail = _mail_button(c, ending)
    buttons = [*_rating_buttons(c, ending.rating, beside=bool(mail)), *mail]
    return (_asked(c, "ended", "\n\n".join(lines), buttons),) if lines or buttons else ()


def thanks(c: Conversation, answer: str, comment: str, *, page: str = "") -> Draft:
    """After an answer: thanks, the page for a comment, and the transcript where there is one."""
    mail = _mail_button(c, Ending(page=page))
    if answer == "refused":
        return _asked(c, "rated", _REFUSED[c.locale], mail)
    more = f" {_COMMENT[c.locale].format(link=comment)}" if comment else ""
    return _asked(c, "rated", _THANKS[c.locale] + more, mail)


def answered_before(c: Conversation, page: str) -> Draft:
    """Another answer to what was answered."""
    return _asked(c, "rated", _ANSWERED[c.locale], _mail_button(c, Ending(page=page)))


def mailed(c: Conversation, rating: str, *, known: bool) -> Draft:
    """The transcript is on its way, or why it is not; what was asked beside it is asked still."""
    words = (_MAILED if known else _UNKNOWN)[c.locale]
    return _asked(c, "transcript", words, _rating_buttons(c, rating))


def settled(c: Conversation, what: Settling) -> Draft:
    """Whether it is settled, with the news."""
    text = _SETTLED[c.locale].format(what=_WHAT[what][c.locale])
    about = {"desk": c.case_number or ""}
    yes = Button(title=_YES[c.locale], intent=SETTLED, value={**about, "answer": "settled"})
    still = Button(title=_STILL[c.locale], intent=SETTLED, value={**about, "answer": "person"})
    return _asked(c, "settled", text, [yes, still])


def place_kept(c: Conversation) -> Draft:
    """The place is kept."""
    return _asked(c, "place_kept", _KEPT[c.locale])


def already_here(c: Conversation, *, key: str) -> Draft:
    """Who asks for a person and has one is told who it is."""
    return replace(_asked(c, "person_here", _HERE[c.locale].format(name=c.agent_name)), key=key)


def _asked(c: Conversation, code: str, text: str, buttons: Sequence[Button] = ()) -> Draft:
    message = MessageEvent(
        author="system",
        code=code,
        text=text,
        locale=c.locale,
        buttons=[shown_button(button) for button in buttons],
    )
    private = {"buttons": [button.model_dump(mode="json") for button in buttons]}
    return replace(said_by(c, message), private=private if buttons else {})


def _rating_buttons(c: Conversation, rating: str, *, beside: bool = False) -> list[Button]:
    """`beside`: the transcript is offered beside them, and goes on being offered after an answer."""
    if not rating:
        return []
    about = {"rating": rating, **({"transcript": "offered"} if beside else {})}
    return [
        Button(title=title[c.locale], intent=RATES, value={**about, "answer": answer})
        for answer, title in _RATINGS.items()
    ]


def _mail_button(c: Conversation, ending: Ending) -> list[Button]:
    """For whom it is known; without a page there is nothing to link to."""
    if not ending.page or c.subscriber_id is None:
        return []
    return [Button(title=_MAIL[c.locale], intent=TRANSCRIPT, value={"rating": ending.rating})]


def rating_of(button: Button) -> Rating:
    """The answer that a button gives; the buttons are ours."""
    return cast("Rating", button.value["answer"])
