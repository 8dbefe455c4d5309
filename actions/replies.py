"""What an action answers: sentences, perhaps a handoff, perhaps a matter that waits for an answer.

Invariants: a reply says something or hands over, never neither; the words come before the handoff.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from actions.dialogue.pending import Pending
from actions.voice import Voice
from handoff.contract import Button, Card, HandoffRequest, Identified, Link, Locale, Promised, Say


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one turn. `intro` is spoken before the first sentence and is not repeated later.

    `pending` is the matter that goes on; `under` are others that wait below it. `identified` is a proof that
    was just given; `did` the showing whose yes was carried out; `promised` calls and written answers that the desk owes from now on.
    """

    says: tuple[Say, ...]
    handoff: HandoffRequest | None = None
    pending: Pending | None = None
    intro: str = ""
    locale: Locale | None = None
    under: tuple[Pending, ...] = ()
    identified: Identified | None = None
    did: str = ""
    promised: tuple[Promised, ...] = ()

    def led_by(self, words: str) -> "Reply":
        """This answer with words in front of its first sentence."""
        first, *others = self.says
        return replace(
            self, says=(first.model_copy(update={"text": f"{words} {first.text}"}), *others)
        )

    def then(self, more: "Reply") -> "Reply":
        """This answer and, after it, another one of the same turn."""
        says = list(more.says)
        if says and more.intro:
            says[0] = says[0].model_copy(update={"text": f"{more.intro}\n\n{says[0].text}"})
        return replace(
            self,
            says=(*self.says, *says),
            handoff=more.handoff or self.handoff,
            pending=more.pending,
            under=more.under,
            locale=more.locale or self.locale,
            identified=more.identified or self.identified,
            did=self.did or more.did,
            promised=(*self.promised, *more.promised),
        )


def say(
    voice: Voice,
    text: str,
    *,
    cards: Sequence[Card] = (),
    buttons: Sequence[Button] = (),
    links: Sequence[Link] = (),
) -> Say:
    """One message in the voice's language."""
    return Say(
        text=text, locale=voice.locale, cards=list(cards), buttons=list(buttons), links=list(links)
    )


def answer(
    voice: Voice,
    text: str,
    *,
    cards: Sequence[Card] = (),
    buttons: Sequence[Button] = (),
    links: Sequence[Link] = (),
) -> Reply:
    """A reply of one message."""
    return Reply((say(voice, text, cards=cards, buttons=buttons, links=links),))
