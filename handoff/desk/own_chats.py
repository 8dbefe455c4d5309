"""The chats of somebody for the copy of their data (Art. 15 and 20 GDPR): what was said to them and by them, whole and unmasked.

Invariants: only chats that are theirs; nothing for agents only; amended words as they stand now; plain JSON, moments in UTC.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from handoff.contract import Locale
from handoff.conversations.model import Event
from handoff.desk.promises.transcripts import Spoken, transcript

_PAGE = 500


@dataclass(frozen=True, slots=True)
class OwnChat:
    """One chat, its files and what its subscriber said about it, both as plain JSON."""

    id: str
    locale: Locale
    files: Sequence[dict[str, Any]] = ()
    ratings: Sequence[dict[str, Any]] = ()


class ChatsOf(Protocol):
    """Where chats are found by their subscriber."""

    async def of(self, number: str) -> list[OwnChat]:
        """Oldest first."""
        ...


class Log(Protocol):
    """How a conversation is read (`Flow`)."""

    async def events(
        self, conversation: str, *, since: int, for_agents: bool, limit: int = 200
    ) -> Sequence[Event]: ...


class OwnChats:
    """The chats of one person, as plain JSON."""

    def __init__(self, chats: ChatsOf, log: Log) -> None:
        self._chats = chats
        self._log = log

    async def of(self, number: str) -> list[dict[str, Any]]:
        """All of them, oldest first."""
        return [await self._told(chat) for chat in await self._chats.of(number)]

    async def _told(self, chat: OwnChat) -> dict[str, Any]:
        events = [event async for event in self._events(chat.id)]
        return {
            "chat": chat.id,
            "language": chat.locale,
            "messages": [_said(line) for line in transcript(events, chat.locale, mask=str)],
            "files": list(chat.files),
            "feedback": list(chat.ratings),
        }

    async def _events(self, conversation: str) -> AsyncIterator[Event]:
        since = 0
        while page := await self._log.events(
            conversation, since=since, for_agents=False, limit=_PAGE
        ):
            for event in page:
                yield event
            since = page[-1].seq


def _said(line: Spoken) -> dict[str, Any]:
    told = {"at": line.at.isoformat(), "from": line.author, "name": line.who, "text": line.text}
    return {**told, "details": list(line.more)} if line.more else told
