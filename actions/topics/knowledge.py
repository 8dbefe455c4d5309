"""Answers from the knowledge articles: the passage that fits, a few to choose from, or that there is none.

Which passages fit and how surely was found by the assistant's reading (`bot/components/knowledge.py`); here they only get
their words. Invariants: nothing is said that stands in no article; without an answer that is said, and a person offered;
every answer links its article; a passage that an older model names and that is gone counts as not found.
"""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from typing_extensions import override

from actions.dialogue.frame import BotAction
from actions.packet import handoff
from actions.replies import Reply, answer, say
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button, Link
from handoff.knowledge import Article, Passage, help_path

_MOST_BUTTONS = 5
_ROUNDS = 2

Found = tuple[Article, Passage]


class KnowledgeAnswer(BotAction):
    """A question that the articles answer. `beside`: a topic often meant instead; `ends`: a person after two rounds."""

    beside: ClassVar[str | None] = None
    ends: ClassVar[bool] = False

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        chosen = self._named(voice, turn.pressed.get("passage", ""))
        if chosen:
            return self._told(voice, chosen, ())
        if turn.reading is None:
            return self._opened(voice)
        if self.ends and _in_vain(turn, self.intent):
            words = say(voice, voice.text("knowledge.person"))
            return Reply((words,), handoff=handoff(self.services, turn, "not_covered"))
        names = turn.reading.likely if turn.reading.answers else turn.reading.all
        found = [hit for name in names if (hit := self._named(voice, name))]
        if not found or turn.reading.verdict == "none":
            return self._not_found(voice)
        if not turn.reading.answers:
            buttons = [*self._choices(found), *self._ways(voice)]
            return answer(voice, voice.text("knowledge.choose"), buttons=buttons)
        return self._told(voice, found[0], found[1:])

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


class ContentMissing(KnowledgeAnswer):
    """A title, issue, course or certificate cannot be found."""

    intent = "content_missing"


KNOWLEDGE_ANSWERS: tuple[type[KnowledgeAnswer], ...] = (
    ProductInfo,
    FirstSteps,
    PlaybackProblem,
    ContentMissing,
)
