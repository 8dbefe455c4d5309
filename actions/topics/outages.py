"""What is down right now or will be worked on, as it is known; nothing is said to work that was not checked.

Invariants: reads only, for anybody; a disturbance is told with its beginning and, if there is one, the hour by which
it should be over.
"""

import re
from collections.abc import Sequence

from typing_extensions import override

from actions.dialogue.frame import BotAction
from actions.packet import handoff
from actions.replies import Reply, answer, say
from actions.services import Services, ask
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button
from subscriptions.model.delivery import Outage

_PRODUCTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (product, re.compile(pattern, re.IGNORECASE))
    for product, pattern in (
        (
            "streaming",
            r"\bstream\w*|\bfilm\w*|\bserien?\b|\bmovies?\b|\bshows?\b|\bseries\b|\bwatch\w*|\bfernseh\w*",
        ),
        (
            "press",
            r"\b\w*zeitung\w*|\be-?paper\b|\bartikel\w*|\b(?:news)?papers?\b|\barticles?\b|\bmagazin\w*|\bnews\b",
        ),
        (
            "training",
            r"\b\w*kurs\w*|\blern\w*|\blektion\w*|\bcourses?\b|\blearn\w*|\blessons?\b|\btraining\w*",
        ),
    )
)
_STILL = re.compile(
    r"\b(?:immer noch|noch immer|trotzdem|weiterhin|bei mir (?:geht|läuft)|melden|still|anyway|report)\b",
    re.IGNORECASE,
)


def running(outages: Sequence[Outage]) -> list[Outage]:
    """What is disturbed now; late issues of the paper are the delivery's business."""
    return [o for o in outages if not o.planned]


def told(voice: Voice, outage: Outage) -> str:
    """One disturbance or piece of work in a few sentences."""
    product, text = product_name(voice, outage.product), voice.words(outage.text)
    began = voice.minute(outage.started_at)
    if outage.planned:
        lines = [voice.text("outage.planned", product=product, text=text, began=began)]
    else:
        lines = [voice.text("outage.runs", product=product, text=text, began=began)]
    if outage.late:
        lines.append(voice.text("outage.late"))
    elif outage.expected_until is not None:
        until = voice.minute(outage.expected_until)
        lines.append(voice.text("outage.expected", until=until))
    return " ".join(lines)


def product_name(voice: Voice, product: str) -> str:
    """What a product is called; an operator's own keeps its name."""
    key = f"product.{product}"
    return voice.text(key) if voice.knows(key) else product.capitalize()


async def products_meant(services: Services, turn: Turn) -> list[str]:
    """The product that was named, by itself or by one of its plans; else those the caller has."""
    pressed = turn.pressed.get("product")
    if pressed:
        return [pressed]
    named = [product for product, pattern in _PRODUCTS if pattern.search(turn.typed)]
    plan = turn.value("plan")
    if named or plan:
        catalogue = await ask(services.subscriptions.plans.catalogue) if plan else ()
        return named or [p.product for p in catalogue if p.code == plan]
    if not turn.identified:
        return []
    contracts = await ask(services.subscriptions.plans.status, turn.caller)
    return list(dict.fromkeys(c.plan.product for c in contracts))


class TellOutages(BotAction):
    """What is disturbed now and planned soon, of the product that is meant, else of all."""

    intent = "outage"

    @override
    def amended_by(self, turn: Turn) -> bool:
        return bool(_named(turn)) or _STILL.search(turn.typed) is not None

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        again = bool(turn.steps) and turn.steps[-1].intent == self.intent
        if turn.pressed.get("report") or (again and _STILL.search(turn.typed)):
            words = say(voice, voice.text("outage.passed"))
            return Reply((words,), handoff=handoff(self.services, turn, "not_covered"))
        meant = await products_meant(self.services, turn)
        known = await ask(self.services.subscriptions.delivery.outages)
        fitting = [o for o in known if not meant or o.product in meant]
        elsewhere = [o for o in running(known) if o not in fitting]
        lines = [told(voice, outage) for outage in fitting]
        if not running(fitting):
            lines.insert(0, self._none(voice, meant))
        lines += [voice.text("outage.elsewhere")] if elsewhere else []
        return answer(voice, "\n\n".join(lines), buttons=self._ways(voice, elsewhere))

    def _none(self, voice: Voice, meant: Sequence[str]) -> str:
        if not meant:
            return voice.text("outage.none")
        names = ", ".join(product_name(voice, product) for product in meant)
        return voice.text("outage.none_of", product=names)

    def _ways(self, voice: Voice, elsewhere: Sequence[Outage]) -> list[Button]:
        others = dict.fromkeys(outage.product for outage in elsewhere)
        shown = [
            Button(title=product_name(voice, name), intent=self.intent, value={"product": name})
            for name in others
        ]
        report = Button(
            title=voice.text("button.report_outage"), intent=self.intent, value={"report": "yes"}
        )
        playback = voice.topic_button("playback_problem")
        return [*shown, playback, report, voice.person_button()]


def _named(turn: Turn) -> list[str]:
    return [product for product, pattern in _PRODUCTS if pattern.search(turn.typed)]
