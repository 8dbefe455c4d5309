"""One Rasa over HTTP: the only place that knows its REST channel.

Invariants: one call is one POST and one try; an answer is complete and in the contract's shape, or it is none: Rasa answers 200
with `[]` when an action fails; links lead to allowed places only; neither the token nor a text reaches a log.
"""

import asyncio
import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import structlog
from pydantic import ValidationError

from handoff.adapters.breaker import Breaker
from handoff.adapters.http_line import Address, Answer, Broken
from handoff.contract import BotReply, Link, Say, bot_reply
from handoff.conversations.links import allowed, on_our_page
from handoff.conversations.ports import BotTurn

log = structlog.get_logger(__name__)

QUESTION = "x-question"
"""Header: what we call a question; Rasa's channel says it again with the answer."""

READY_SECONDS = 2.0
_OK, _EMPTY, _TOO_MANY = 200, 204, 429


class NoAnswer(Exception):  # how one try ended, not an error of ours
    """One try gave nothing usable; `again` says whether another one may."""

    def __init__(self, why: str, *, again: bool = True) -> None:
        super().__init__(why)
        self.again = again


@dataclass(frozen=True, slots=True)
class LinkRule:
    """Links may lead to our own pages, also when they begin with `home`, and to `hosts`."""

    home: str = ""
    hosts: Collection[str] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Replica:
    """One Rasa at its address, and whether it is worth asking."""

    address: Address
    token: str
    links: LinkRule = LinkRule()
    breaker: Breaker = field(default_factory=Breaker)

    async def ready(self) -> bool:
        """Whether it has a model loaded and answers."""
        try:
            async with asyncio.timeout(READY_SECONDS):
                answer = await self.address.ask("GET", self._target("/status"))
        except (Broken, TimeoutError):
            return False
        return answer.status == _OK

    async def forget(self, conversation: str) -> bool:
        """Whether it has forgotten a conversation now."""
        try:
            async with asyncio.timeout(READY_SECONDS):
                path = f"/conversations/{quote(conversation, safe='')}/memory"
                answer = await self.address.ask("DELETE", self._target(path))
        except (Broken, TimeoutError):
            return False
        return answer.status == _EMPTY

    def _target(self, path: str) -> str:
        """Rasa takes its token as part of the address only, so no address may reach a log."""
        return f"{path}?{urlencode({'token': self.token})}" if self.token else path

    async def ask(self, turn: BotTurn) -> list[BotReply]:
        """One try. Raises `NoAnswer`."""
        body = {
            "sender": turn.conversation,
            "message": turn.text,
            "metadata": turn.metadata.model_dump(mode="json"),
        }
        answer = await self._answered(body)
        if answer.status != _OK:
            again = answer.status >= 500 or answer.status == _TOO_MANY
            raise NoAnswer(f"status {answer.status}", again=again)
        try:
            replies = _parsed(json.loads(answer.body), turn.conversation)
        except (ValueError, RecursionError):
            raise NoAnswer("wrong shape") from None
        return [self._with_good_links(reply, turn.conversation) for reply in replies]

    async def _answered(self, body: dict[str, Any]) -> Answer:
        """The whole answer to this very question; Raises `NoAnswer`."""
        question = secrets.token_hex(8)
        try:
            answer = await self.address.ask(
                "POST",
                self._target("/webhooks/rest/webhook"),
                headers={QUESTION: question, "Content-Type": "application/json"},
                body=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
            )
        except Broken as error:
            raise NoAnswer(str(error)) from None
        if answer.status == _OK:
            await self._trusted(answer.headers.get(QUESTION), question)
        if answer.headers.get(QUESTION, question) != question:
            raise NoAnswer("the answer to another question")
        return answer

    async def _trusted(self, named: str | None, question: str) -> None:
        """Lines are kept while answers name their questions: else a second answer would be read as that to the next one.

        What brought another one's answer is closed, with all that the lines still hold; who waits on another line asks again.
        """
        names = named is not None
        if named not in (None, question) or names != self.address.keeps:
            self.address.keeps = names
            await self.address.close()

    def _with_good_links(self, reply: BotReply, conversation: str) -> BotReply:
        """Words stay without a link that leads where none may; its address may hold a secret and is in no log."""
        if not isinstance(reply, Say):
            return reply
        ours = [Link(title=x.title, url=on_our_page(x.url, self.links.home)) for x in reply.links]
        good = [link for link in ours if allowed(link.url, self.links.hosts)]
        if len(good) < len(reply.links):
            dropped = len(reply.links) - len(good)
            log.warning("links_dropped", conversation=conversation, count=dropped)
        return reply.model_copy(update={"links": good})


def _parsed(items: Any, conversation: str) -> list[BotReply]:
    """Every item in the contract's shape and for this conversation, or ValueError."""
    if not isinstance(items, list) or not items:
        raise ValueError("no reply")
    replies = []
    for item in items:
        known = isinstance(item, dict) and set(item) == {"recipient_id", "custom"}
        if not known or item["recipient_id"] != conversation:
            raise ValueError("not a reply to this conversation")
        replies.append(_reply(item["custom"]))
    return replies


def _reply(custom: Any) -> BotReply:
    try:
        return bot_reply.validate_python(custom)
    except ValidationError:
        # The error would quote what the assistant said.
        raise ValueError("not in the contract") from None


def open_replica(rasa_url: str, *, token: str, links: LinkRule) -> Replica:
    """The Rasa at this address; how long it may take is for whoever asks."""
    return Replica(Address(rasa_url), token, links)
