"""The assistant: one Rasa or several, of which each conversation has its own.

Invariants: one turn is asked at one replica at a time, again only within the time limit, first where its conversation always
goes. Asking again is safe, also at another replica: they share the trackers and the locks of conversations; a turn that was
stored is answered with the same words and writes nothing twice, because actions know it by `turn`; one that was not stored
left nothing; and of all answers the gateway stores one, under the turn's epoch.
"""

import asyncio
import hashlib
import random
from collections.abc import Collection, Iterator, Sequence

import structlog

from handoff.adapters.rasa_replica import LinkRule, NoAnswer, Replica, open_replica
from handoff.contract import BotReply
from handoff.conversations.ports import BotTurn, BotUnavailable

LIMIT_SECONDS = 8.0
TRIES = 4
FIRST_PAUSE = 0.25

log = structlog.get_logger(__name__)


class RasaBot:
    """The assistant over HTTP, spread over its replicas."""

    def __init__(self, replicas: Sequence[Replica], *, limit: float = LIMIT_SECONDS) -> None:
        """`limit`: seconds a turn may take, retries included."""
        self._replicas = replicas
        self._limit = limit
        # One that hangs leaves another one time for an answer.
        self._each = limit if len(replicas) == 1 else limit / 2

    async def answer(self, turn: BotTurn) -> Sequence[BotReply]:
        """What the assistant says; raises `BotUnavailable` when it said nothing usable in time."""
        try:
            async with asyncio.timeout(self._limit):
                return await self._ask_again_and_again(turn)
        except (TimeoutError, NoAnswer) as error:
            log.warning("bot_unavailable", conversation=turn.conversation, why=_why(error))
            raise BotUnavailable from None

    async def ready(self) -> bool:
        """Whether a replica has a model loaded and answers."""
        return any(await asyncio.gather(*(replica.ready() for replica in self._replicas)))

    async def forget(self, conversation: str) -> bool:
        """Whether the assistant has forgotten a conversation now; its replicas share their memory, so one of them is enough."""
        for replica in self._replicas:
            if await replica.forget(conversation):
                return True
        return False

    async def close(self) -> None:
        """Close the connections."""
        await asyncio.gather(*(replica.address.close() for replica in self._replicas))

    async def _ask_again_and_again(self, turn: BotTurn) -> list[BotReply]:
        failed: dict[Replica, NoAnswer] = {}
        try:
            for replica, pause in self._choices(turn.conversation):
                await asyncio.sleep(pause)
                try:
                    answer = await self._asked(replica, turn, failed)
                except NoAnswer as error:
                    log.info("bot_try_failed", conversation=turn.conversation, why=str(error))
                    if not error.again:
                        raise
                else:
                    failed.pop(replica, None)
                    replica.breaker.succeeded()
                    return answer
        finally:
            for replica in failed:
                replica.breaker.failed()
        raise next(reversed(failed.values()), NoAnswer("left alone for a while"))

    async def _asked(
        self, replica: Replica, turn: BotTurn, failed: dict[Replica, NoAnswer]
    ) -> list[BotReply]:
        """One try; whoever gives no answer, also because our time is over, is among the failed."""
        failed[replica] = NoAnswer("too slow")
        try:
            async with asyncio.timeout(self._each):
                return await replica.ask(turn)
        except TimeoutError:
            raise failed[replica] from None
        except NoAnswer as error:
            failed[replica] = error
            raise

    def _choices(self, conversation: str) -> Iterator[tuple[Replica, float]]:
        """Whom to ask after how many seconds: the conversation's own replica, the others, and round again; nobody who rests.

        Rendezvous hashing: a replica more or less moves only its own share of the conversations.
        """

        def weight(replica: Replica) -> bytes:
            name = f"{replica.address.url} {conversation}"
            return hashlib.blake2b(name.encode(), digest_size=8).digest()

        willing = []
        for replica in sorted(self._replicas, key=weight):
            if replica.breaker.allows():
                willing.append(replica)
                yield replica, 0.0
        for tried in range(len(willing), TRIES if willing else 0):
            rounds, place = divmod(tried, len(willing))
            # S311: spreads retries, protects nothing.
            pause = FIRST_PAUSE * 2 ** (rounds - 1) * random.uniform(0.5, 1.5)  # noqa: S311
            yield willing[place], 0.0 if place else pause


def _why(error: Exception) -> str:
    return "too slow" if isinstance(error, TimeoutError) else str(error)


def open_rasa(
    *rasa_urls: str,
    token: str,
    limit: float = LIMIT_SECONDS,
    home: str = "",
    link_hosts: Collection[str] = (),
) -> RasaBot:
    """The assistant at these addresses. `limit`: seconds a turn may take in total; `home`: where people reach us."""
    rule = LinkRule(home, link_hosts)
    opened = [open_replica(url, token=token, links=rule) for url in rasa_urls]
    return RasaBot(opened, limit=limit)
