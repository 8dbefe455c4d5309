"""Answers from the knowledge articles: the passage that fits, a few to choose from, or that there is none.

Which passages fit and how surely was found by the assistant's reading (`bot/components/knowledge.py`); here they only get
their words. Invariants: nothing is said that stands in no article; without an answer that is said, and a person offered;
every answer links its article; a passage that an older model names and that is gone counts as not found.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar

from typing_extensions import override

from actions.dialogue.frame import BotAction
from actions.packet import handoff
from actions.replies import Reply, answer, say
from actions.services import ask
from actions.topics.outages import products_meant, running, told
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button, HandoffReason, Link
from handoff.knowledge import Article, Passage, help_path

_MOST_BUTTONS = 5
_ROUNDS = 2

# An offer of one's own, or one for more people than a plan is made for.
_FOR_MANY = re.compile(
    r"\b(?:individuell\w*|maßgeschneidert\w*|eigene[sn]?|persönliche[sn]?) (?:angebot|preis|konditionen)\w*"
    r"|\b(?:sonderkonditionen|mengenrabatt|firmenrabatt|staffelpreis\w*|rahmenvertrag)\b"
    r"|\bangebot\b.{0,30}\b(?:firma|schule|verein|unternehmen|team|mitarbeiter\w*|kanzlei|behörde)\b"
    r"|\b(?:custom|individual|tailored|personal) (?:offer|quote|price|deal)\b|\b(?:bulk|volume) (?:discount|price|pricing)\b"
    r"|\b(?:offer|quote|deal|price)\b.{0,30}\b(?:company|school|club|business|team|staff|employees|organi[sz]ation)\b",
    re.IGNORECASE,
)
_LICENCE_ERROR = re.compile(
    r"\b(?:lizenz|licen[cs]e|drm|zertifikats?|certificate)\w*.{0,40}(?:fehler|error|ungültig|invalid|abgelaufen|expired|failed|fehlgeschlagen)"
    r"|(?:fehler|error|ungültige?s?|invalid|abgelaufene?s?|expired)\W.{0,30}\b(?:lizenz|licen[cs]e|drm|zertifikat|certificate)",
    re.IGNORECASE,
)

Found = tuple[Article, Passage]


class KnowledgeAnswer(BotAction):
    """A question that the articles answer. `beside`: a topic often meant instead; `ends`: a person after two rounds.

    `passes`: words with which a person takes over at once, saying the text `passing_words`.
    """

    from_articles = True
    beside: ClassVar[str | None] = None
    ends: ClassVar[bool] = False
    passes: ClassVar[re.Pattern[str] | None] = None
    passing_words: ClassVar[str] = "knowledge.person"

    @override
    def amended_by(self, turn: Turn) -> bool:
        """A no after a hint says that it did not help: that was a round."""
        return self.ends and turn.intent == "deny"

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        chosen = self._named(voice, turn.pressed.get("passage", ""))
        if chosen:
            return self._told(voice, chosen, ())
        if self.passes and self.passes.search(turn.typed):
            return self._passed(turn, voice, self.passing_words)
        if turn.reading is None:
            return self._opened(voice)
        if self.ends and _in_vain(turn, self.intent):
            return self._passed(turn, voice, "knowledge.person", "not_covered")
        if turn.intent == "deny":
            return self._opened(voice)
        names = turn.reading.likely if turn.reading.answers else turn.reading.all
        found = [hit for name in names if (hit := self._named(voice, name))]
        if not found or turn.reading.verdict == "none":
            return self._not_found(voice)
        if not turn.reading.answers:
            buttons = [*self._choices(found), *self._ways(voice)]
            return answer(voice, voice.text("knowledge.choose"), buttons=buttons)
        return self._told(voice, found[0], found[1:])

    def _passed(
        self, turn: Turn, voice: Voice, key: str, reason: HandoffReason = "catalogue"
    ) -> Reply:
        words = say(voice, voice.text(key))
        # "That did not help" may have been read as anything: it is about what was tried.
        about = replace(turn, intent=self.intent)
        return Reply((words,), handoff=handoff(self.services, about, reason))

    def _named(self, voice: Voice, name: str) -> Found | None:
        return self.services.knowledge.passage(voice.locale, name)

    def _told(self, voice: Voice, found: Found, others: Iterable[Found]) -> Reply:
        """A passage, and what else was near."""
        return passage_told(voice, found, [*self._choices(others), *self._ways(voice)])

    def _opened(self, voice: Voice) -> Reply:
        """The topic was only named: what its article says, to choose from."""
        article = self.services.knowledge.opening(voice.locale, self.intent)
        if article is None:
            return self._not_found(voice)
        choices = self._choices((article, passage) for passage in article.passages)
        link = Link(title=voice.text("knowledge.more", title=article.title), url=article.path)
        buttons = [*choices[:_MOST_BUTTONS], *self._ways(voice)]
        return answer(voice, voice.text("knowledge.open"), buttons=buttons, links=[link])

    def _not_found(self, voice: Voice) -> Reply:
        link = Link(title=voice.text("knowledge.all"), url=help_path(voice.locale))
        return answer(
            voice, voice.text("knowledge.not_found"), buttons=self._ways(voice), links=[link]
        )

    def _choices(self, found: Iterable[Found]) -> list[Button]:
        return [
            Button(
                title=passage.heading,
                intent=self.intent,
                value={"passage": article.name_of(passage)},
            )
            for article, passage in found
        ]

    def _ways(self, voice: Voice) -> list[Button]:
        beside = [voice.topic_button(self.beside)] if self.beside else []
        return [*beside, voice.person_button()]


def passage_told(voice: Voice, found: Found, buttons: Sequence[Button]) -> Reply:
    """A passage under its heading, with its article."""
    article, passage = found
    title = voice.text("knowledge.more", title=article.title)
    link = Link(title=title, url=article.place(passage))
    return answer(voice, f"{passage.heading}\n\n{passage.text}", buttons=buttons, links=[link])


def _in_vain(turn: Turn, intent: str) -> bool:
    """Whether the last two answers were about the same topic and it is asked again."""
    last = [step.intent for step in turn.steps[-_ROUNDS:]]
    return last == [intent] * _ROUNDS


class ProductInfo(KnowledgeAnswer):
    """Not yet a customer: what it is, what it costs, trials, gifts."""

    intent = "product_info"
    beside = "compare_plans"
    passes = _FOR_MANY
    passing_words = "knowledge.own_offer"


class FirstSteps(KnowledgeAnswer):
    """How to activate, install and begin."""

    intent = "first_steps"
    beside = "cannot_log_in"
    ends = True


class PlaybackProblem(KnowledgeAnswer):
    """Stream, app, device or download does not work."""

    intent = "playback_problem"
    beside = "outage"
    ends = True

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        """What is known to be down is told before any hint: no restart mends it."""
        reply = await super().act(turn, voice)
        if reply.handoff is not None or turn.pressed:
            return reply
        meant = await products_meant(self.services, turn)
        known = await ask(self.services.subscriptions.delivery.outages) if meant else ()
        lines = [told(voice, outage) for outage in running(known) if outage.product in meant]
        return replace(reply, intro="\n\n".join(lines))


class ContentMissing(KnowledgeAnswer):
    """A title, issue, course or certificate cannot be found."""

    intent = "content_missing"
    passes = _LICENCE_ERROR
    passing_words = "knowledge.licence_error"


KNOWLEDGE_ANSWERS: tuple[type[KnowledgeAnswer], ...] = (
    ProductInfo,
    FirstSteps,
    PlaybackProblem,
    ContentMissing,
)
