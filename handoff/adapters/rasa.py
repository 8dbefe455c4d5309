"""The assistant behind one HTTP call: the only place that knows Rasa.

Invariants: one POST a turn, sent again only within the time limit (safe: every write of the actions is
idempotent by the turn); an answer is complete and in the contract's shape, or it is none: Rasa answers 200
with `[]` when an action fails; links lead to allowed places only; neither the token nor a text reaches a log.
"""

import asyncio
import logging
import random
from collections.abc import Collection, Sequence
from typing import Any

import httpx
import structlog
from pydantic import ValidationError

from handoff.adapters.breaker import Breaker
from handoff.contract import BotReply, Link, Say, bot_reply
from handoff.conversations.links import allowed, on_our_page
from handoff.conversations.ports import BotTurn, BotUnavailable

LIMIT_SECONDS = 8.0
TRIES = 4
FIRST_PAUSE = 0.25

log = structlog.get_logger(__name__)


class _NoAnswer(Exception):  # how one try ended, not an error of ours
    """One try gave nothing usable; `again` says whether another one may."""

    def __init__(self, why: str, *, again: bool = True) -> None:
        super().__init__(why)
        self.again = again


class RasaBot:
    """The assistant over HTTP."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        token: str,
        limit: float = LIMIT_SECONDS,
        breaker: Breaker | None = None,
        home: str = "",
        link_hosts: Collection[str] = (),
    ) -> None:
        """`limit`: seconds a turn may take, retries included. Links may lead to our own pages, also when they begin with
        `home`, and to `link_hosts`."""
        self._client = client
        self._token = token
        self._limit = limit
        self._breaker = breaker or Breaker()
        self._home = home
        self._link_hosts = link_hosts

    async def answer(self, turn: BotTurn) -> Sequence[BotReply]:
        """What the assistant says; raises `BotUnavailable` when it said nothing usable in time."""
        if not self._breaker.allows():
            raise BotUnavailable
        try:
            async with asyncio.timeout(self._limit):
                replies = await self._ask_again_and_again(turn)
        except (TimeoutError, _NoAnswer) as error:
            self._breaker.failed()
            log.warning("bot_unavailable", conversation=turn.conversation, why=_why(error))
            raise BotUnavailable from None
        self._breaker.succeeded()
        return replies

    async def ready(self) -> bool:
        """Whether Rasa has a model loaded and answers."""
        try:
            answer = await self._client.get("/status", params=self._auth(), timeout=2.0)
        except (httpx.HTTPError, OSError):
            return False
        return answer.status_code == httpx.codes.OK

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _auth(self) -> dict[str, str]:
        return {"token": self._token} if self._token else {}

    async def _ask_again_and_again(self, turn: BotTurn) -> list[BotReply]:
        for tried in range(TRIES - 1):
            try:
                return await self._ask(turn)
            except _NoAnswer as error:
                if not error.again:
                    raise
                log.info("bot_try_failed", conversation=turn.conversation, why=str(error))
            # S311: spreads retries, protects nothing.
            await asyncio.sleep(FIRST_PAUSE * 2**tried * random.uniform(0.5, 1.5))  # noqa: S311
        return await self._ask(turn)

    async def _ask(self, turn: BotTurn) -> list[BotReply]:
        body = {
            "sender": turn.conversation,
            "message": turn.text,
            "metadata": turn.metadata.model_dump(mode="json"),
        }
        try:
            answer = await self._client.post(
                "/webhooks/rest/webhook", params=self._auth(), json=body
            )
        except (httpx.HTTPError, OSError) as error:
            raise _NoAnswer(type(error).__name__) from None
        if answer.status_code != httpx.codes.OK:
            again = answer.status_code >= 500 or answer.status_code == httpx.codes.TOO_MANY_REQUESTS
            raise _NoAnswer(f"status {answer.status_code}", again=again)
        try:
            replies = _parsed(answer.json(), turn.conversation)
        except (ValueError, RecursionError):
            raise _NoAnswer("wrong shape") from None
        return [self._with_good_links(reply, turn.conversation) for reply in replies]

    def _with_good_links(self, reply: BotReply, conversation: str) -> BotReply:
        """Words stay without a link that leads where none may; its address may hold a secret and is in no log."""
        if not isinstance(reply, Say):
            return reply
        ours = [Link(title=x.title, url=on_our_page(x.url, self._home)) for x in reply.links]
        good = [link for link in ours if allowed(link.url, self._link_hosts)]
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


def _why(error: Exception) -> str:
    return "too slow" if isinstance(error, TimeoutError) else str(error)


def open_rasa(
    rasa_url: str,
    *,
    token: str,
    limit: float = LIMIT_SECONDS,
    home: str = "",
    link_hosts: Collection[str] = (),
) -> RasaBot:
    """The assistant at this address. `limit`: seconds a turn may take in total; `home`: where people reach us."""
    # httpx logs each address, and Rasa takes its token only as part of the address.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    client = httpx.AsyncClient(
        base_url=rasa_url,
        timeout=httpx.Timeout(limit, connect=1.0),
        # A connection serves one question: on a kept one a second answer would be read as the answer to the next.
        limits=httpx.Limits(max_connections=64, max_keepalive_connections=0),
        trust_env=False,
    )
    return RasaBot(client, token=token, limit=limit, home=home, link_hosts=link_hosts)
