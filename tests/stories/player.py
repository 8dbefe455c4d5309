"""Plays one story: the widget, the desk, the mailbox, the documents, and what the databases hold meanwhile.

Invariants: every message that was typed is remembered for `traces`; a chat that is passed on without the story saying
so fails; the assistant answers everything, and nothing while a person has the chat; a step nobody knows fails.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from actions.texts import Texts
from actions.voice import Voice
from handoff.protocol import ControlEvent, MessageEvent, PacketEvent
from subscriptions import utc_now
from subscriptions.policy.calendar import BERLIN
from tests.chats import all_words, check_words
from tests.facts import Facts
from tests.product import Product
from tests.stories.console import Console
from tests.stories.papers import Mailbox, document, opened
from tests.stories.story import Story
from tests.stories.traces import check_nowhere, check_read, check_traces
from tests.stories.widget import Widget

Step = dict[str, Any]


class Player:
    """One story on the running product."""

    def __init__(self, story: Story, product: Product, desk: Mapping[str, str]) -> None:
        """`desk`: cookies of agents who have signed in, by name."""
        self._story, self._product, self._desk = story, product, desk
        self._customer: str | None = story.told.get("as")
        self._facts = Facts(Voice(Texts({}), story.locale, "", BERLIN), self._one, utc_now)
        self._mails = Mailbox(product.var / "outbox.jsonl")
        self._level: int = story.told.get("level", 2)
        self._devices = [Widget(product, self._customer, story.locale, self._level)]
        self._consoles: dict[str, Console] = {}
        self._said: list[str] = []
        self._last: list[MessageEvent] = []
        self._place = story.name
        self._deeds: dict[str, Callable[[Step], None]] = {
            "user": self._talk,
            "press": self._talk,
            "person": self._talk,
            "code": self._talk,
            "agent": self._help,
            "language": lambda step: self._widget.switch(step["language"]),
            "reconnect": lambda _: self._reconnect(),
            "device": lambda _: self._other_device(),
            "fetch": self._fetch,
            "mail": self._mail,
            "fact": lambda step: self._facts.learn(step["fact"]),
            "sql": lambda step: self._facts.check(step["sql"], step["is"], self._place),
            "gateway": self._check_gateway,
            "planted": lambda step: product.plant("subscriptions", step["planted"]),
            "cut": lambda step: product.plant("handoff", step["cut"], self._widget.conversation),
        }

    def play(self) -> None:
        """Raises AssertionError with the step and the answer."""
        told = self._story.told
        self._facts.learn(told.get("facts", {}))
        self._widget.come()
        try:
            for number, step in enumerate(self._story.steps, 1):
                self._place = f"step {number} of {self._story.name}"
                [deed] = [self._deeds[key] for key in step if key in self._deeds]
                deed(step)
            check_traces(self._product, self._devices, self._said)
            check_nowhere(self._product, told.get("never", ()))
            check_nowhere(self._product, told.get("unlogged", ()), but=("handoff", "rasa"))
            check_read(self._product, self._widget.conversation, told["about"])
        finally:
            for console in self._consoles.values():
                console.leave()
            for widget in self._devices:
                widget.leave()

    @property
    def _widget(self) -> Widget:
        return self._devices[-1]

    def _talk(self, step: Step) -> None:
        """A message, a press or the button for a person, and all that comes for it."""
        before, held = self._widget.cursor, self._widget.with_people
        self._last = self._sent(step)
        answered = any(message.author == "bot" and message.text for message in self._last)
        assert answered != (held or "person" in step), f"{self._place}: {self._last}"
        self._facts.learn(step.get("facts", {}))
        spoken = [message for message in self._last if not message.code]
        check_words(step, all_words(spoken), self._facts.filled, self._place)
        notices = [message.code for message in self._last if message.code]
        if "notices" in step:
            assert notices == step["notices"], f"{self._place}: {notices}\n{all_words(spoken)}"
        self._check_handoff(step.get("handoff"), before)

    def _sent(self, step: Step) -> list[MessageEvent]:
        if "person" in step:
            return self._widget.ask_person()
        if "press" in step:
            title = self._facts.filled(step["press"])
            self._said.append(title)
            return self._widget.press(title)
        if "code" in step:
            words = self._mails.code(self._address(step["code"]))
        else:
            words = self._facts.filled(step["user"])
        self._said.append(self._facts.filled(step.get("stored", words)))
        say = self._widget.say_while_breaking if step.get("breaks") else self._widget.say
        return say(words)

    def _check_handoff(self, wanted: Mapping[str, str] | None, before: int) -> None:
        passed = [
            frame.event.reason
            for frame in self._widget.log
            if frame.seq > before
            and isinstance(frame.event, ControlEvent)
            and frame.event.controller == "queue"
        ]
        words = all_words(self._last)
        if wanted is None:
            assert not passed, f"{self._place}: passed on, {passed}\n{words}"
            return
        found = self._product.rows(
            "handoff",
            "SELECT reason, skill FROM support_case WHERE conversation = ? AND closed_at IS NULL",
            self._widget.conversation,
        )
        assert passed, f"{self._place}: not passed on\n{words}"
        assert found == [(wanted["reason"], wanted["skill"])], f"{self._place}: {found}\n{words}"

    def _help(self, step: Step) -> None:
        """What an agent does; the widget has seen it when this returns."""
        name = step["agent"]
        if name not in self._consoles:
            self._consoles[name] = Console(
                self._product, self._desk[name], self._widget.conversation
            )
        console, before = self._consoles[name], self._widget.cursor
        if "takes" in step:
            console.take(before)
            self._check_history(console)
        elif "says" in step:
            console.say(step["says"])
        elif "notes" in step:
            console.say(step["notes"], note=True)
        elif "hands_back" in step:
            console.release("bot", step["hands_back"])
        else:
            console.release("closed", step["closes"])
        self._widget.settle()
        came = self._widget.messages(before)
        notices = [message.code for message in came if message.code]
        if "notices" in step:
            assert notices == step["notices"], f"{self._place}: {notices}"
        said = [message.text for message in came if message.author == "agent"]
        assert said == ([step["says"]] if "says" in step else []), f"{self._place}: {said}"

    def _check_history(self, console: Console) -> None:
        """Whoever takes the chat need not ask anything again: it is all there, and the case with it."""
        seen = [
            frame.event.text
            for frame in console.log
            if isinstance(frame.event, MessageEvent) and frame.event.author == "subscriber"
        ]
        assert seen == self._said, f"{self._place}: the desk sees {seen}"
        assert any(isinstance(frame.event, PacketEvent) for frame in console.log), self._place

    def _reconnect(self) -> None:
        self._widget.leave()
        before = list(self._widget.log)
        self._widget.come()
        assert self._widget.log == before, f"{self._place}: something new after coming back"

    def _other_device(self) -> None:
        old = self._widget
        new = Widget(self._product, self._customer, old.locale, self._level)
        new.come()
        assert new.conversation == old.conversation, f"{self._place}: another conversation"
        assert [f.event for f in new.log] == [f.event for f in old.log], f"{self._place}: {new.log}"
        self._devices.append(new)

    def _fetch(self, step: Step) -> None:
        wanted = self._facts.filled(step["fetch"])
        links = [link for message in self._last for link in message.links]
        chosen = [link for link in links if wanted in link.title or wanted in link.url]
        assert chosen, f"{self._place}: no link {wanted!r} in {links}"
        kind, words = document(self._product.base, chosen[0].url, self._widget.locale)
        assert kind == step.get("kind", "application/pdf"), f"{self._place}: {kind}"
        self._holds(step["holds"], words)

    def _mail(self, step: Step) -> None:
        letter = self._mails.letter(self._address(step.get("to", True)), step["mail"])
        self._holds(step.get("holds", ()), letter)
        if "opens" in step or "presses" in step:
            page = opened(letter, pressed="presses" in step)
            self._holds(step.get("opens") or step["presses"], page)

    def _holds(self, wanted: Iterable[str], text: str) -> None:
        for words in map(self._facts.filled, wanted):
            assert words in text, f"{self._place}: {words!r} is not in:\n{text}"

    def _address(self, whose: object) -> str:
        """Where mail goes: of the story's person, of a customer by number, or as given."""
        name = self._facts.filled(str(self._customer if whose is True else whose))
        return (
            name
            if "@" in name
            else str(self._one(f"SELECT email FROM customers WHERE number = '{name}'"))
        )

    def _check_gateway(self, step: Step) -> None:
        [(found,)] = self._product.rows("handoff", step["gateway"], self._widget.conversation)
        assert str(found) == str(step["is"]), f"{self._place}: {found}"

    def _one(self, statement: str) -> object:
        rows = self._product.rows("subscriptions", statement)
        return rows[0][0] if rows else None
