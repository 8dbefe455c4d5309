"""The desk's HTTP API for supervisors: the live board, and the audit as a list and as a file.

Invariants: as in `agent_api`, and for supervisors only; the audit is read newest first, page by page, never changed.
"""

import csv
import io
import json
from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from handoff.contract import Wire
from handoff.desk.audit import Kept, Wanted, entry
from handoff.web.agent_api import Supervising, Web, no_store, own_page
from handoff.web.desk_reports import Day, cell, figures_json

router = APIRouter(
    prefix="/api/desk", tags=["desk"], dependencies=[Depends(own_page), Depends(no_store)]
)
PAGE, FILE = 100, 10_000
"""Entries on a page, and at most in a file."""


@router.get("/board")
async def board(web: Web, _: Supervising) -> dict[str, Any]:
    """Who waits, who is there, and today's figures so far."""
    found = await web.supervision.watching.today()
    return {**asdict(found.board), "today": figures_json(found.figures)}


class Filter(Wire):
    """What of the audit is asked for; days are the desk's, the last one included."""

    who: str = Field(default="", max_length=64)
    what: str = Field(default="", max_length=40)
    first: Day | None = None
    last: Day | None = None
    before: int | None = Field(default=None, ge=1, le=2**31 - 1)

    def wanted(self, zone: str) -> Wanted:
        """The same with the times of those days."""
        there = ZoneInfo(zone)
        since = datetime.combine(self.first, time(), tzinfo=there) if self.first else None
        after = self.last + timedelta(days=1) if self.last else None
        until = datetime.combine(after, time(), tzinfo=there) if after else None
        return Wanted(self.who, self.what, since, until)


Asked = Annotated[Filter, Query()]


@router.get("/audit")
async def audit(web: Web, _: Supervising, asked: Asked) -> dict[str, Any]:
    """A page of entries, newest first; `next` is what to ask for the page after it."""
    entries = await web.supervision.audit.entries(
        asked.wanted(web.supervision.zone), before=asked.before, limit=PAGE
    )
    return {
        "entries": [_entry(kept) for kept in entries],
        "next": entries[-1].id if len(entries) == PAGE else None,
    }


@router.get("/audit.csv")
async def audit_file(web: Web, agent: Supervising, asked: Asked) -> Response:
    """The same as a file; that it was taken stands in the audit, and in the file itself."""
    wanted = {"who": asked.who, "what": asked.what}
    await web.supervision.told(entry(agent.id, "audit_downloaded", wanted=wanted))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("id", "at", "who", "what", "conversation", "facts"))
    for kept in await web.supervision.audit.entries(asked.wanted(web.supervision.zone), limit=FILE):
        row = _entry(kept)
        facts = json.dumps(row.pop("facts"), ensure_ascii=False, sort_keys=True)
        writer.writerow([cell(str(value or "")) for value in (*row.values(), facts)])
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _entry(kept: Kept) -> dict[str, Any]:
    told = kept.entry
    return {
        "id": kept.id,
        "at": kept.at.isoformat(),
        "who": told.who,
        "what": told.what,
        "conversation": told.conversation,
        "facts": told.facts,
    }
