"""The board with today's figures beside it, for whoever watches it live."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from handoff.desk.reports.board import Board, BoardStore, board
from handoff.desk.reports.figures import Figures
from handoff.desk.reports.reading import Only, Reports, Span
from handoff.desk.routing.model import Look


@dataclass(frozen=True, slots=True)
class Today:
    """The board, and what today's talks and cases came to so far."""

    board: Board
    figures: Figures


class Watching:
    """Looks at the line as routing does, and at the facts of the day."""

    def __init__(
        self,
        look: Callable[[], Awaitable[Look]],
        store: BoardStore,
        reports: Reports,
        *,
        zone: str,
    ) -> None:
        self._look = look
        self._store = store
        self._reports = reports
        self._zone = zone

    async def today(self) -> Today:
        """This moment and this day, in the desk's zone."""
        look = await self._look()
        day = look.now.astimezone(ZoneInfo(self._zone)).date()
        span = Span(day, day)
        midnight, _ = span.bounds(self._zone)
        seats = await self._store.colleagues(midnight)
        report = await self._reports.report(span, "day", Only())
        return Today(board(look, seats), report.whole)
